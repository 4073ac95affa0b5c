#pragma once

#include <bit>
#include <cstdint>

#include "text/scan_kernels.hpp"

namespace bulkmarc {

/// What 64 bytes of JSON hold, whether in strings or not: bit i tells of byte i.
struct JsonMarks {
  std::uint64_t quotes;
  std::uint64_t backslashes;
  std::uint64_t opening;   ///< { and [
  std::uint64_t closing;   ///< } and ]
  std::uint64_t controls;  ///< All below 0x20.
  std::uint64_t words;     ///< All above `:`, where letters are, and the brackets and the backslash among them.
};

/// The bytes that a backslash stands before, and is not escaped itself.
[[gnu::always_inline]] inline std::uint64_t escaped_bytes(std::uint64_t backslashes, JsonStrings& strings) {
  std::uint64_t escaped = strings.escape_next;
  strings.escape_next = 0;
  backslashes &= ~escaped;
  while (backslashes != 0) [[unlikely]] {
      const int at = std::countr_zero(backslashes);
      backslashes &= backslashes - 1;
      if (at == 63) {
        strings.escape_next = 1;
      } else {
        escaped |= std::uint64_t{2} << at;
        backslashes &= ~escaped;
      }
    }
  return escaped;
}

/// Bit i is set when an odd number of the bits up to i are: from the quotes to what they enclose.
[[gnu::always_inline]] inline std::uint64_t prefix_xor(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/// Follows strings through the next block. Inlined into each kernel, whose instructions count bits at once.
[[gnu::always_inline]] inline JsonBlock follow_strings(const JsonMarks& marks, JsonStrings& strings) {
  const std::uint64_t inside = prefix_xor(marks.quotes & ~escaped_bytes(marks.backslashes, strings)) ^ strings.inside;
  strings.inside = std::uint64_t{0} - (inside >> 63);
  const std::uint64_t opening = marks.opening & ~inside;
  const std::uint64_t closing = marks.closing & ~inside;
  const std::uint64_t unusual = (marks.controls & inside) | (marks.words & ~inside & ~opening & ~closing);
  return {opening, closing, unusual, std::popcount(opening), std::popcount(closing)};
}

}  // namespace bulkmarc
