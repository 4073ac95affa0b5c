#include "text/specials.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr SpecialBytes kSpecial = {{'&', '<', '>', '\xEF'}};

bool is_special(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || std::string("&<>\xEF").find(byte) != std::string::npos;
}

/// All special bytes from a position on, found one by one.
std::vector<std::size_t> expected(std::string_view bytes, std::size_t from) {
  std::vector<std::size_t> found;
  for (std::size_t at = from; at < bytes.size(); ++at) {
    if (is_special(bytes[at])) found.push_back(at);
  }
  return found;
}

std::vector<std::size_t> walked(const Specials& specials, std::string_view bytes, std::size_t from) {
  std::vector<std::size_t> found;
  Specials::Cursor cursor(specials, from);
  for (std::size_t at = cursor.next(); at < bytes.size(); at = cursor.next()) found.push_back(at);
  return found;
}

TEST(SpecialsTest, EveryByteValueIsClassified) {
  std::string all;
  for (unsigned byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  Specials specials;
  specials.mark(all, 0, kSpecial);
  EXPECT_EQ(walked(specials, all, 0), expected(all, 0));
}

TEST(SpecialsTest, ASpecialByteIsFoundAtEveryPositionOfEveryLength) {
  Specials specials;
  for (std::size_t length = 1; length <= 200; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string bytes(length, 'x');
      bytes[at] = '<';
      specials.mark(bytes, 0, kSpecial);
      ASSERT_EQ(Specials::Cursor(specials, 0).next(), at) << length;
      ASSERT_EQ(Specials::Cursor(specials, at).next(), at) << length;
      ASSERT_GE(Specials::Cursor(specials, at + 1).next(), length) << at;
    }
  }
}

TEST(SpecialsTest, ASearchEndsWhereNothingIsMarked) {
  Specials specials;
  specials.mark("", 0, kSpecial);
  EXPECT_GE(Specials::Cursor(specials, 0).next(), 0U);
  specials.mark(std::string(64, 'x'), 0, kSpecial);
  EXPECT_GE(Specials::Cursor(specials, 64).next(), 64U);
}

TEST(SpecialsTest, AShorterTextForgetsALongerOne) {
  Specials specials;
  specials.mark(std::string(500, '<'), 0, kSpecial);
  specials.mark(std::string(100, 'x'), 0, kSpecial);
  EXPECT_GE(Specials::Cursor(specials, 0).next(), 100U);
}

TEST(SpecialsTest, RandomBytesAreFoundAsOneByOne) {
  std::mt19937 random(1);
  Specials specials;
  for (int run = 0; run < 500; ++run) {
    std::string bytes(random() % 400, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 4 == 0 ? random() : 'x');
    const std::size_t from = random() % (bytes.size() + 1);
    specials.mark(bytes, from, kSpecial);
    for (std::size_t begin = from; begin <= bytes.size(); ++begin) {
      ASSERT_EQ(walked(specials, bytes, begin), expected(bytes, begin)) << from << " " << begin;
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
