#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <bulkmarc/record_view.hpp>

#include "text/byte_set.hpp"

/// \file
/// What MARC21slim.xsd 1.1 allows in leaders and attributes.

namespace bulkmarc::marcxml_schema {

inline constexpr ByteSet kSubfieldCode("0-9A-Za-z!\"#$%&'()*+,./:;<=>?{}_^`~[]\\-");
inline constexpr ByteSet kControlTag("1-9A-Za-z");

/// The alphabets, a bit for each.
enum Alphabet : unsigned char {
  kUpper = 1,
  kLower = 2,
  kIndicator = 4,
  kNumber = 8,
  kLetterOrDigit = 16,
  kLetterDigitOrBlank = 32,
  kTwoOrBlank = 64,
  kPlainCode = 128,  // Those of kSubfieldCode that need no escaping in an attribute.
};
inline constexpr std::array<unsigned char, 256> kAlphabets = [] {
  std::array<unsigned char, 256> alphabets{};
  const auto add = [&alphabets](Alphabet alphabet, const ByteSet& members) {
    for (unsigned byte = 0; byte < alphabets.size(); ++byte) {
      if (members.contains(static_cast<char>(byte))) alphabets[byte] |= alphabet;
    }
  };
  add(kUpper, ByteSet("0-9A-Z"));
  add(kLower, ByteSet("0-9a-z"));
  add(kIndicator, ByteSet("0-9a-z "));
  add(kNumber, ByteSet("0-9 "));
  add(kLetterOrDigit, ByteSet("0-9A-Za-z"));
  add(kLetterDigitOrBlank, ByteSet("0-9A-Za-z "));
  add(kTwoOrBlank, ByteSet("2 "));
  add(kPlainCode, ByteSet("0-9A-Za-z!#$%'()*+,./:;=?{}_^`~[]\\-"));
  return alphabets;
}();
inline unsigned alphabets_of(char byte) { return kAlphabets[static_cast<unsigned char>(byte)]; }

/// True for a subfield's code that an attribute takes as it stands.
inline bool is_plain_subfield_code(char code) { return (alphabets_of(code) & kPlainCode) != 0; }

/// The attributes of a data field; its tag has letters of one case only. REQUIRES: `tag` is none of 00X.
inline bool allows_data_field(const char* tag, char ind1, char ind2) {
  const unsigned of_tag = alphabets_of(tag[0]) & alphabets_of(tag[1]) & alphabets_of(tag[2]);
  const unsigned of_indicators = alphabets_of(ind1) & alphabets_of(ind2);
  return (of_tag & (kUpper | kLower)) != 0 && (of_indicators & kIndicator) != 0;
}

inline bool allows_leader(std::string_view leader) {
  constexpr unsigned char N = kNumber, L = kLetterOrDigit, B = kLetterDigitOrBlank, T = kTwoOrBlank;
  static constexpr std::array<unsigned char, 20> kWanted = {N, N, N, N, N, B, L, B, B, B, T, T, N, N, N, N, N, B, B, B};
  bool allowed = true;
#pragma GCC unroll 20
  for (std::size_t i = 0; i < kWanted.size(); ++i) allowed &= (alphabets_of(leader[i]) & kWanted[i]) != 0;
  const std::string_view entry_map = leader.substr(20, 4);
  return allowed && (entry_map == "4500" || entry_map == "    ");
}

}  // namespace bulkmarc::marcxml_schema
