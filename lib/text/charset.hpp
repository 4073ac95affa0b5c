#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// A character set with ASCII in its lower half, and of one byte for each character, or for each accent, which stands
/// before its letter.
struct Charset {
  std::string_view name;
  char32_t characters[128];  ///< Of the bytes from 0x80 on; 0 where there is none. kCombining marks accents.
};

/// What a finding says of text with bytes that are no characters.
inline constexpr const char* kReplacedInCharset = "what is not of the character set became U+FFFD";

/// All sets, in the order in which they are to be listed.
[[nodiscard]] std::span<const Charset> all_charsets();
/// The set of this name, in any case, or null.
[[nodiscard]] const Charset* charset_from_name(std::string_view name);

/// Makes UTF-8 of text in a character set, piece by piece. U+FFFD stands for a byte that is no character, and for a
/// missing letter under an accent. Not thread-safe.
class CharsetDecoder {
 public:
  explicit CharsetDecoder(const Charset& charset) : charset_(charset) {}

  /// Appends what `bytes` are; accents at their end wait for the next piece. Returns where the first byte is that is no
  /// character, or npos.
  std::size_t append(std::string_view bytes, Buffer& output);
  /// Ends the text. Returns false where a letter was missing.
  bool finish(Buffer& output);

 private:
  void put(char32_t character, Buffer& output);

  const Charset& charset_;
  std::u32string marks_;  // That wait for their letter.
};

}  // namespace bulkmarc
