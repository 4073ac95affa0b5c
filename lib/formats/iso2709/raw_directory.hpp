#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>

#include "text/byte_set.hpp"

namespace bulkmarc {

/// REQUIRES: all digits, and few enough of them.
inline std::size_t to_number(std::string_view digits) {
  std::size_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::size_t>(digit - '0');
  return number;
}

/// `bytes` for people.
inline std::string ascii_of(std::string_view bytes) {
  std::string text(bytes);
  std::ranges::replace_if(
      text, [](char byte) { return !kPrintable.contains(byte); }, '?');
  return text;
}

/// A directory entry as it stands: from the base address, the terminator included.
struct RawEntry {
  std::string_view tag;
  std::size_t start = 0;
  std::size_t length = 0;
  bool has_numbers = false;
};

inline RawEntry parse_entry(std::string_view entry, std::size_t length_digits) {
  RawEntry parsed{entry.substr(0, kTagLength)};
  const std::string_view numbers = entry.substr(kTagLength);
  parsed.has_numbers = all_in(numbers, kDigits);
  if (!parsed.has_numbers) return parsed;
  parsed.length = to_number(numbers.substr(0, length_digits));
  parsed.start = to_number(numbers.substr(length_digits));
  return parsed;
}

inline std::vector<RawEntry> parse_entries(std::string_view directory, std::size_t entry_length,
                                           std::size_t length_digits) {
  std::vector<RawEntry> entries;
  for (; directory.size() >= entry_length; directory.remove_prefix(entry_length)) {
    entries.push_back(parse_entry(directory.substr(0, entry_length), length_digits));
  }
  return entries;
}

}  // namespace bulkmarc
