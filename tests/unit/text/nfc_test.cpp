#include "text/nfc.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

class NfcTest : public testing::Test {
 protected:
  static std::string composed(std::string_view bytes) {
    Buffer output;
    append_composed(bytes, output);
    return std::string(output.view());
  }
};

TEST_F(NfcTest, ALetterAndItsAccentBecomeOneCharacter) {
  EXPECT_FALSE(is_composed("cafe\xCC\x81"));
  EXPECT_EQ(composed("cafe\xCC\x81"), "caf\xC3\xA9");
  EXPECT_EQ(composed("\xE1\x84\x80\xE1\x85\xA1"), "가");
}

TEST_F(NfcTest, AccentsTakeTheOrderOfUnicode) { EXPECT_EQ(composed("a\xCC\x82\xCC\xA3"), "ậ"); }

TEST_F(NfcTest, WhatIsComposedStaysAsItIs) {
  for (const char* text : {"", "plain", "caf\xC3\xA9", "図書館", "x\xCC\x84"}) {
    EXPECT_TRUE(is_composed(text)) << text;
    EXPECT_EQ(composed(text), text);
  }
}

/// `count` acute accents, which combine with the letter before them.
std::string accents(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "\xCC\x81";
  return text;
}
constexpr std::string_view kJoiner = "\xCD\x8F";

TEST_F(NfcTest, ThirtyAccentsOverALetterStayAsTheyAre) {
  const std::string text = "x" + accents(30);
  EXPECT_TRUE(is_composed(text));
  EXPECT_EQ(composed(text), text);
}

TEST_F(NfcTest, MoreThanThirtyAccentsAreMadeStreamSafe) {
  EXPECT_FALSE(is_composed("x" + accents(31)));
  EXPECT_EQ(composed("x" + accents(31)), "x" + accents(30) + std::string(kJoiner) + accents(1));
  EXPECT_EQ(composed("x" + accents(91)), "x" + accents(30) + std::string(kJoiner) + accents(30) + std::string(kJoiner) +
                                             accents(30) + std::string(kJoiner) + accents(1));
  EXPECT_EQ(composed(accents(31)), accents(30) + std::string(kJoiner) + accents(1)) << "without a letter";
  EXPECT_EQ(composed("e" + accents(31)), "\xC3\xA9" + accents(29) + std::string(kJoiner) + accents(1));
}

TEST_F(NfcTest, AccentsWithinACharacterCountToo) {
  EXPECT_EQ(composed("\xC3\xA9" + accents(30)), "\xC3\xA9" + accents(29) + std::string(kJoiner) + accents(1));
  // U+01D6 has two of them, U+0344 is two of them.
  EXPECT_EQ(composed("\xC7\x96" + accents(29)), "\xC7\x96" + accents(28) + std::string(kJoiner) + accents(1));
  std::string sixteen;
  for (int i = 0; i < 16; ++i) sixteen += "\xCD\x84";
  EXPECT_NE(composed("x" + sixteen).find(kJoiner), std::string::npos);
}

TEST_F(NfcTest, AStreamSafeTextIsSafeAtOnce) {
  for (const std::size_t count : {31U, 60U, 61U, 1000U}) {
    const std::string once = composed("x" + accents(count));
    EXPECT_TRUE(is_composed(once)) << count;
    EXPECT_EQ(composed(once), once) << count;
  }
}

TEST_F(NfcTest, HowOftenWasPutInIsReturned) {
  Buffer output;
  EXPECT_EQ(append_composed("x" + accents(91), output), 3U);
  EXPECT_EQ(append_composed("x" + accents(30), output), 0U);
}

/// A stretch that is sorted has a limited number of characters, so that its time is linear.
TEST_F(NfcTest, AMillionAccentsInTheWorstOrderAreSortedInShortStretches) {
  std::string text = "x";
  for (int i = 0; i < 500'000; ++i) text += "\xCC\x81\xCC\xA3";  // Above, below: the order is the other one.
  EXPECT_FALSE(is_composed(text));
  const std::string safe = composed(text);
  std::string stretch;
  for (int i = 0; i < 15; ++i) stretch += "\xCC\xA3";
  for (int i = 0; i < 15; ++i) stretch += "\xCC\x81";
  ASSERT_EQ(safe.size(), text.size() + 33'333 * kJoiner.size());
  EXPECT_EQ(safe.substr(safe.find(kJoiner) + 2, stretch.size() + 2), stretch + std::string(kJoiner));
}

TEST_F(NfcTest, LettersOfOtherScriptsAreNotTakenForAccents) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += i % 2 == 0 ? "д" : "図";
  EXPECT_TRUE(is_composed(text));
  EXPECT_EQ(composed(text), text);
}

}  // namespace
}  // namespace bulkmarc
