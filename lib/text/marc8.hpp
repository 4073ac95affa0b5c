#pragma once

#include <cstddef>
#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// True when this build can decode MARC-8.
[[nodiscard]] bool can_decode_marc8();

/// What a numeric character reference begins with.
inline constexpr std::string_view kReferenceSign = "&#x";

/// What is odd in a text.
struct Marc8Flaws {
  static constexpr std::size_t kNowhere = std::string_view::npos;
  std::size_t replaced = 0;      ///< How often U+FFFD was written.
  std::size_t doubtful = 0;      ///< What was converted, but is hardly meant.
  std::size_t first = kNowhere;  ///< Where the first of them all is.
};

/// What a finding says of text with such flaws.
inline constexpr const char* kReplacedInMarc8 = "what is not MARC-8 became U+FFFD";
inline constexpr const char* kHardlyMarc8 =
    "the text was read as MARC-8, and hardly is: an accent without a letter, or bytes of UTF-8";

/// Appends in UTF-8 a text that is in MARC-8, and begins in its default sets, ASCII and ANSEL. A numeric character
/// reference (`&#x4E00;`), which stands for what MARC-8 lacks, becomes its character if that is one beyond ASCII and no
/// control character. Control characters stay as they are. U+FFFD stands for a code that its set does not have, for an
/// escape that leads to no set, and for a missing base of combining characters. Doubtful are combining characters over
/// a blank or a punctuation mark, and bytes in ANSEL that would be a character of UTF-8. REQUIRES: can_decode_marc8().
Marc8Flaws append_marc8(std::string_view bytes, Buffer& output);

/// True when an escape sequence calls a set into the upper half in which the text then has characters.
[[nodiscard]] bool calls_upper_half(std::string_view text);

}  // namespace bulkmarc
