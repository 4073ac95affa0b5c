#pragma once

#include <span>

namespace bulkmarc {

/// Marks a character that is written before its base in MARC-8, and belongs behind it in Unicode.
inline constexpr char32_t kCombining = 0x8000'0000;

/// What the second half of a mark over two letters stands for: the first half says it all.
inline constexpr char32_t kNothing = 0x4000'0000;

/// One of the sets that an escape sequence of MARC-8 calls.
struct Marc8Set {
  char final_byte;           ///< The last byte of its escape sequences, and its name.
  char32_t characters[128];  ///< For each code without its high bit; 0 where the set has no character.
};

/// The set whose codes have three bytes; its `characters` are empty.
inline constexpr char kEastAsian = '1';

struct EastAsianCharacter {
  char32_t code;  ///< Three bytes without their high bits, the first one the highest.
  char32_t character;
};

/// All sets, ANSEL and ASCII first; or none, when the build had no YAZ to make the tables from.
[[nodiscard]] std::span<const Marc8Set> marc8_sets();

/// Sorted by code.
[[nodiscard]] std::span<const EastAsianCharacter> east_asian_characters();

}  // namespace bulkmarc
