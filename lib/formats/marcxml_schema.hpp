#pragma once

#include <algorithm>
#include <bulkmarc/record_view.hpp>
#include <string_view>

#include "text/byte_set.hpp"

/// \file
/// What MARC21slim.xsd 1.1 allows in leaders and attributes.

namespace bulkmarc::marcxml_schema {

inline constexpr ByteSet kIndicator("0-9a-z ");
inline constexpr ByteSet kSubfieldCode("0-9A-Za-z!\"#$%&'()*+,./:;<=>?{}_^`~[]\\-");
inline constexpr ByteSet kControlTag("1-9A-Za-z");
inline constexpr ByteSet kDigit("0-9");
inline constexpr ByteSet kUpper("0-9A-Z");
inline constexpr ByteSet kLower("0-9a-z");

/// Of a tag other than 00X: letters of one case only.
inline bool allows_data_tag(const char* tag) {
  const bool one_case = std::all_of(tag, tag + kTagLength, [](char c) { return kUpper.contains(c); }) ||
                        std::all_of(tag, tag + kTagLength, [](char c) { return kLower.contains(c); });
  return one_case && !(tag[0] == '0' && tag[1] == '0');
}

inline bool allows_leader(std::string_view leader) {
  constexpr ByteSet kNumber("0-9 ");
  constexpr ByteSet kAlphanumeric("0-9A-Za-z");
  constexpr ByteSet kAlphanumericOrBlank("0-9A-Za-z ");
  constexpr ByteSet kTwo("2 ");
  const auto all = [&leader](std::size_t from, std::size_t to, const ByteSet& set) {
    return std::all_of(leader.begin() + static_cast<std::ptrdiff_t>(from),
                       leader.begin() + static_cast<std::ptrdiff_t>(to), [&set](char c) { return set.contains(c); });
  };
  const std::string_view entry_map = leader.substr(20, 4);
  return all(0, 5, kNumber) && all(5, 6, kAlphanumericOrBlank) && all(6, 7, kAlphanumeric) &&
         all(7, 10, kAlphanumericOrBlank) && all(10, 12, kTwo) && all(12, 17, kNumber) &&
         all(17, 20, kAlphanumericOrBlank) && (entry_map == "4500" || entry_map == "    ");
}

}  // namespace bulkmarc::marcxml_schema
