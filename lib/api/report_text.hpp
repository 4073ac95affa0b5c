#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace bulkmarc {

/// 1234567 as 1,234,567.
inline std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

/// Names and damaged records may hold anything, and on a terminal it must do nothing.
inline std::string printable(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; }, '?');
  return text;
}

}  // namespace bulkmarc
