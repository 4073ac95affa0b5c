#include "text/specials.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr SpecialBytes kSpecial = {{'&', '<', '>', '\xEF'}};

std::size_t next_by_one_by_one(std::string_view bytes, std::size_t from, std::size_t to) {
  while (from < to) {
    const auto byte = static_cast<unsigned char>(bytes[from]);
    if (byte < 0x20 || byte == '&' || byte == '<' || byte == '>' || byte == 0xEF) return from;
    ++from;
  }
  return to;
}

TEST(SpecialsTest, EveryByteValueIsClassified) {
  std::string all;
  for (unsigned byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  Specials specials;
  specials.mark(all, kSpecial);
  for (std::size_t at = 0; at < all.size(); ++at) {
    EXPECT_EQ(specials.next(at, at + 1), next_by_one_by_one(all, at, at + 1)) << at;
  }
}

TEST(SpecialsTest, ASpecialByteIsFoundAtEveryPositionOfEveryLength) {
  Specials specials;
  for (std::size_t length = 1; length <= 200; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string bytes(length, 'x');
      bytes[at] = '<';
      specials.mark(bytes, kSpecial);
      ASSERT_EQ(specials.next(0, length), at) << length;
      ASSERT_EQ(specials.next(at + 1, length), length) << length;
      ASSERT_EQ(specials.next(0, at), at) << length;
    }
  }
}

TEST(SpecialsTest, NothingIsFoundInAnEmptyStretch) {
  Specials specials;
  specials.mark("<<<", kSpecial);
  EXPECT_EQ(specials.next(2, 2), 2U);
  specials.mark("", kSpecial);
  EXPECT_EQ(specials.next(0, 0), 0U);
}

TEST(SpecialsTest, AShorterTextForgetsALongerOne) {
  Specials specials;
  specials.mark(std::string(500, '<'), kSpecial);
  specials.mark(std::string(100, 'x'), kSpecial);
  EXPECT_EQ(specials.next(0, 100), 100U);
}

TEST(SpecialsTest, AStretchStopsAtItsEndThoughMoreFollows) {
  std::string bytes(300, 'x');
  bytes[250] = '\n';
  Specials specials;
  specials.mark(bytes, kSpecial);
  EXPECT_EQ(specials.next(10, 250), 250U);
  EXPECT_EQ(specials.next(10, 200), 200U);
  EXPECT_EQ(specials.next(10, 251), 250U);
}

TEST(SpecialsTest, RandomBytesAreFoundAsOneByOne) {
  std::mt19937 random(1);
  Specials specials;
  for (int run = 0; run < 200; ++run) {
    std::string bytes(random() % 400, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    specials.mark(bytes, kSpecial);
    for (std::size_t from = 0; from < bytes.size(); ++from) {
      const std::size_t to = from + random() % (bytes.size() - from + 1);
      ASSERT_EQ(specials.next(from, to), next_by_one_by_one(bytes, from, to));
    }
  }
}

TEST(ByteSetTest, HoldsSingleBytesAndRanges) {
  constexpr ByteSet set("a-cx-");
  for (const char member : {'a', 'b', 'c', 'x', '-'}) EXPECT_TRUE(set.contains(member)) << member;
  for (const char other : {'d', 'w', 'A', '\0', '\xE1'}) EXPECT_FALSE(set.contains(other)) << other;
}

}  // namespace
}  // namespace bulkmarc
