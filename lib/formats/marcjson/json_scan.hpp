#pragma once

#include <cstddef>
#include <string_view>

namespace bulkmarc {

/// What may stand between the tokens of JSON (RFC 8259).
inline constexpr std::string_view kJsonWhiteSpace = " \t\n\r";

/// Stands before each text of a JSON text sequence (RFC 7464).
inline constexpr char kJsonRecordSeparator = '\x1E';

/// Where the object or array ends that a text begins with.
struct JsonEnd {
  enum class Kind {
    kEnd,    ///< It has `length` bytes.
    kMore,   ///< It does not end within the text.
    kError,  ///< The text is not JSON. It goes wrong in the string that begins at `length`, or after it.
  } kind;
  std::size_t length;
};

/// The deepest nesting that is followed; JSON beyond it counts as an error.
inline constexpr std::size_t kDeepestJson = 64;

/// Finds the end, knowing strings and escapes. REQUIRES: `text` begins with `{` or `[`. With `ended` no text follows.
/// An error is found only where it might hide the end: a string with a control character, text outside of strings,
/// brackets that do not match or are nested more deeply than those of MARC-in-JSON. Does not depend on how much text
/// there is beyond the end or the error, unless there is too little to tell.
[[nodiscard]] JsonEnd find_json_end(std::string_view text, bool ended);

/// The same, byte by byte, with all of the grammar but for the inside of words and escapes. find_json_end() goes 64
/// bytes at a time, and leaves to this what looks unusual.
[[nodiscard]] JsonEnd find_json_end_carefully(std::string_view text);

}  // namespace bulkmarc
