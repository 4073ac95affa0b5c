#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// U+FFFD in UTF-8: what stands for bytes and characters that can't be expressed.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// True when all of `bytes` is valid UTF-8 (no overlong forms, no surrogates, nothing beyond U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// True when no byte is above 0x7F.
[[nodiscard]] bool is_ascii(std::string_view bytes);

/// The length of the valid UTF-8 character that `bytes` begins with, or 0 where it begins with none.
/// REQUIRES: `bytes` is not empty.
[[nodiscard]] std::size_t utf8_length(std::string_view bytes);

/// `text`, or as many of its first characters as leave room for `...` in `most` bytes. REQUIRES: `most` is at least 3.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

/// `text` with its ASCII letters in lower case, whatever the locale.
[[nodiscard]] std::string in_lower_case(std::string_view text);

/// Appends one character. REQUIRES: it is a Unicode scalar value.
void append_character(char32_t character, Buffer& output);

/// Where the first part of `bytes` begins that is not valid UTF-8; their size where all of it is.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view bytes);

/// Appends `bytes`, with U+FFFD for every maximal part that is not valid (the practice that the Unicode
/// Standard recommends). A surrogate that was encoded as if it were a character (CESU-8, Java's modified UTF-8) is one
/// such part, but with its other half it becomes the character that the pair stands for. Returns the number of parts
/// that were not valid.
std::size_t append_valid_utf8(std::string_view bytes, Buffer& output);

}  // namespace bulkmarc
