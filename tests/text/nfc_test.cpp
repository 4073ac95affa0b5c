#include "text/nfc.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

class NfcTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_compose()) GTEST_SKIP() << "built without ICU";
  }

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

}  // namespace
}  // namespace bulkmarc
