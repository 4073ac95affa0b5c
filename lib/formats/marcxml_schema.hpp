#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include <bulkmarc/record_view.hpp>

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
  // A bit for each of the leader's alphabets, and for each position the one that it wants.
  enum : unsigned char { kNumber = 1, kLetterOrDigit = 2, kLetterDigitOrBlank = 4, kTwoOrBlank = 8 };
  static constexpr auto kAlphabets = [] {
    std::array<unsigned char, 256> alphabets{};
    for (unsigned byte = 0; byte < alphabets.size(); ++byte) {
      const char c = static_cast<char>(byte);
      if (ByteSet("0-9 ").contains(c)) alphabets[byte] |= kNumber;
      if (ByteSet("0-9A-Za-z").contains(c)) alphabets[byte] |= kLetterOrDigit;
      if (ByteSet("0-9A-Za-z ").contains(c)) alphabets[byte] |= kLetterDigitOrBlank;
      if (ByteSet("2 ").contains(c)) alphabets[byte] |= kTwoOrBlank;
    }
    return alphabets;
  }();
  constexpr unsigned char N = kNumber, L = kLetterOrDigit, B = kLetterDigitOrBlank, T = kTwoOrBlank;
  static constexpr std::array<unsigned char, 20> kWanted = {N, N, N, N, N, B, L, B, B, B, T, T, N, N, N, N, N, B, B, B};
  for (std::size_t i = 0; i < kWanted.size(); ++i) {
    if ((kAlphabets[static_cast<unsigned char>(leader[i])] & kWanted[i]) == 0) return false;
  }
  const std::string_view entry_map = leader.substr(20, 4);
  return entry_map == "4500" || entry_map == "    ";
}

}  // namespace bulkmarc::marcxml_schema
