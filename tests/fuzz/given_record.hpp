#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <bulkmarc/record.hpp>

/// `length` printable characters of `bytes`, or blanks where they end.
inline std::string printable(std::string_view bytes, std::size_t length) {
  std::string text(bytes.substr(0, length));
  text.resize(length, ' ');
  std::ranges::replace_if(
      text, [](char byte) { return byte < 0x20 || byte > 0x7E; }, '#');
  return text;
}

/// The record that arbitrary bytes stand for: a leader, then fields that end with 0x1E, each a tag and its bytes.
inline bulkmarc::Record record_of(std::string_view input) {
  using bulkmarc::kLeaderLength;
  using bulkmarc::kTagLength;
  bulkmarc::Record record(printable(input, kLeaderLength));
  input.remove_prefix(std::min(input.size(), kLeaderLength));
  while (!input.empty()) {
    const std::string_view field = input.substr(0, input.find_first_of("\x1D\x1E"));
    record.add_field(printable(field, kTagLength), field.substr(std::min(field.size(), kTagLength)));
    input.remove_prefix(std::min(input.size(), field.size() + 1));
  }
  return record;
}
