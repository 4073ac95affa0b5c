#pragma once

#include <cstddef>
#include <string_view>

namespace bulkmarc {

/// What some programs write in place of kLeaderTag.
inline constexpr std::string_view kOtherLeaderTag = "000";

/// A line of MARCMaker text, as far as its first bytes tell.
struct MrkLine {
  enum class Kind {
    kField,     ///< `=`, a tag, and what belongs to it.
    kOddField,  ///< The same with blanks before it, or without `=`.
    kComment,   ///< Begins with `#`.
    kEmpty,     ///< Has no more than blanks.
    kText,      ///< Anything else: it continues the line before it.
  } kind;
  std::size_t begin;  ///< Where its tag begins, or its text after blanks.
};

/// As many bytes after the blanks that a line begins with tell what it is.
inline constexpr std::size_t kBytesOfMrkLine = 16;

/// What the line is that `text` begins with. REQUIRES: the line ends within it, or kBytesOfMrkLine bytes follow the
/// blanks.
[[nodiscard]] MrkLine mrk_line_at(std::string_view text);

/// Where the first CR or LF is from `at` on, or npos.
[[nodiscard]] std::size_t find_line_end(std::string_view text, std::size_t at);

/// `text` without the blanks, and the marks that tell its direction, at its beginning.
[[nodiscard]] std::string_view without_mrk_indent(std::string_view text);

/// The length of the mark of direction that `text` begins or ends with, or 0.
[[nodiscard]] std::size_t direction_mark_before(std::string_view text);
[[nodiscard]] std::size_t direction_mark_behind(std::string_view text);

}  // namespace bulkmarc
