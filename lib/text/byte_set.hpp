#pragma once

#include <array>
#include <string_view>

namespace bulkmarc {

/// A set of bytes, for tests that take one look-up.
class ByteSet {
 public:
  /// `members` holds single bytes and ranges such as "a-z"; a `-` that is itself a member comes last.
  explicit constexpr ByteSet(std::string_view members) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto from = static_cast<unsigned char>(members[i]);
      auto to = from;
      if (i + 2 < members.size() && members[i + 1] == '-') {
        to = static_cast<unsigned char>(members[i + 2]);
        i += 2;
      }
      for (unsigned byte = from; byte <= to; ++byte) in_[byte] = true;
    }
  }

  [[nodiscard]] constexpr bool contains(char byte) const { return in_[static_cast<unsigned char>(byte)]; }

 private:
  std::array<bool, 256> in_{};
};

/// True when all of `bytes` are members. Looks at every byte, which for a few of them is faster than to stop early.
constexpr bool all_in(std::string_view bytes, const ByteSet& set) {
  bool all = true;
  for (const char byte : bytes) all &= set.contains(byte);
  return all;
}

inline constexpr ByteSet kDigits("0-9");
/// Those of ASCII, the blank among them.
inline constexpr ByteSet kPrintable(" -~");
/// What the tag of a field is made of (MARC 21 Record Structure, Directory; lower case letters occur, too).
inline constexpr ByteSet kTagBytes("0-9A-Za-z");

}  // namespace bulkmarc
