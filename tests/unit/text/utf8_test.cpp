#include "text/utf8.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/plain_record.hpp"

namespace bulkmarc {
namespace {

std::string repaired(std::string_view bytes) {
  Buffer output;
  append_valid_utf8(bytes, output);
  return std::string(output.view());
}

TEST(Utf8Test, WhatUnicodeForbidsIsInvalid) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80"));
  EXPECT_FALSE(is_utf8("\x80")) << "a continuation alone";
  EXPECT_FALSE(is_utf8("\xC0\xAF")) << "overlong";
  EXPECT_FALSE(is_utf8("\xE0\x9F\xBF")) << "overlong";
  EXPECT_FALSE(is_utf8("\xED\xA0\x80")) << "a surrogate";
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80")) << "beyond U+10FFFF";
  EXPECT_FALSE(is_utf8("\xE4\xB8")) << "cut off";
}

TEST(Utf8Test, OnlyBytesBelow80AreAscii) {
  EXPECT_TRUE(is_ascii(std::string_view("a\0\x7F", 3)));
  EXPECT_FALSE(is_ascii(std::string(100, 'a') + "\x80"));
  EXPECT_FALSE(is_ascii("\xFF"));
}

TEST(Utf8Test, CharactersHaveOneToFourBytes) {
  Buffer output;
  constexpr std::u32string_view kCharacters = U"\x7F\x80\x7FF\x800\xFFFD\xFFFF\x10000\x10FFFF";
  for (const char32_t character : kCharacters) append_character(character, output);
  EXPECT_EQ(output.view(), "\x7F\u0080\u07FF\u0800\uFFFD\uFFFF\U00010000\U0010FFFF");
  EXPECT_TRUE(is_utf8(output.view()));
}

TEST(Utf8Test, EveryMaximalInvalidPartBecomesOneReplacement) {
  // The example of the Unicode Standard, table 3-8.
  EXPECT_EQ(repaired("a\xF1\x80\x80\xE1\x80\xC2"
                     "b\x80"
                     "c\x80\xBF"
                     "d"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c\xEF\xBF\xBD\xEF\xBF\xBD"
            "d");
}

TEST(Utf8Test, ASurrogatePairThatWasEncodedAsTwoCharactersIsOne) {
  EXPECT_EQ(repaired("a\xED\xA1\x80\xED\xB0\x8Bz"), "a\xF0\xA0\x80\x8Bz");
  EXPECT_EQ(repaired("\xED\xA0\x80\xED\xB0\x80"), "\xF0\x90\x80\x80");
  EXPECT_EQ(repaired("\xED\xAF\xBF\xED\xBF\xBF"), "\xF4\x8F\xBF\xBF");
  EXPECT_EQ(repaired("\xED\xA1\x80\xED\xB0\x8B\xED\xA1\x80\xED\xB0\x8B"), "\xF0\xA0\x80\x8B\xF0\xA0\x80\x8B");
}

TEST(Utf8Test, HalfOfASurrogatePairIsOneReplacement) {
  EXPECT_EQ(repaired("a\xED\xA1\x80z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(repaired("a\xED\xB0\x8Bz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(repaired("\xED\xB0\x8B\xED\xA1\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "the wrong way round";
  EXPECT_EQ(repaired("\xED\xA1\x80\xED\xA1\x80\xED\xB0\x8B"), "\xEF\xBF\xBD\xF0\xA0\x80\x8B");
  EXPECT_EQ(repaired("\xED\xA1\x80\xED\xB0"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "cut off";
  EXPECT_EQ(repaired("\xED\xA1"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Utf8Test, TheFirstInvalidPartHasAPlace) {
  EXPECT_EQ(find_invalid_utf8(""), 0U);
  EXPECT_EQ(find_invalid_utf8("caf\xC3\xA9"), 5U);
  EXPECT_EQ(find_invalid_utf8("caf\xC3\xA9\xC3z"), 5U);
  EXPECT_EQ(find_invalid_utf8("\xED\xA1\x80\xED\xB0\x8B"), 0U);
}

TEST(Utf8Test, ReplacementsAreCounted) {
  Buffer output;
  EXPECT_EQ(append_valid_utf8("valid \xC3\xA9", output), 0U);
  EXPECT_EQ(append_valid_utf8("\xFF\xFE\xC3", output), 3U);
}

TEST(Utf8Test, AllPairsOfBytesAreTreatedAsTheSlowDecoderTreatsThem) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second), '\x80', '\x80', 'x'};
      const std::string expected = valid_utf8(bytes);
      ASSERT_EQ(repaired(bytes), expected) << first << " " << second;
      ASSERT_EQ(is_utf8(bytes), bytes == expected) << first << " " << second;
      ASSERT_EQ(utf8_length(bytes) == 0, expected.starts_with(kReplacementCharacter)) << first << " " << second;
    }
  }
}

TEST(Utf8Test, TheLengthOfACharacterIsThatOfItsEncoding) {
  EXPECT_EQ(utf8_length("ab"), 1U);
  EXPECT_EQ(utf8_length("\xC3\xA9"
                        "b"),
            2U);
  EXPECT_EQ(utf8_length("\xE4\xB8\xAD"
                        "b"),
            3U);
  EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80"
                        "b"),
            4U);
  EXPECT_EQ(utf8_length("\xC3"), 0U);
}

TEST(ShortenedTest, CutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(shortened("", 3), "");
  EXPECT_EQ(shortened("four", 4), "four");
  EXPECT_EQ(shortened("fifty", 4), "f...");
  EXPECT_EQ(shortened("long", 3), "...");
  EXPECT_EQ(shortened("a\u00E9\u00E9\u00E9", 5), "a...");
  EXPECT_EQ(shortened("a\u00E9\u00E9\u00E9", 6), "a\u00E9...");
  EXPECT_EQ(shortened("\U0001F4DA\U0001F4DA", 7), "\U0001F4DA...");
  EXPECT_EQ(shortened(std::string(300, '\x80'), 200).size(), 197U);  // No character at all: not far back.
}

}  // namespace
}  // namespace bulkmarc
