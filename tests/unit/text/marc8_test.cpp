#include "text/marc8.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

struct Decoded {
  std::string text;
  std::size_t replaced = 0;
  std::size_t doubtful = 0;
  std::size_t first = 0;
};

class Marc8Test : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_decode_marc8()) GTEST_SKIP() << "built without YAZ";
  }

  static Decoded decode(std::string_view bytes) {
    Buffer output;
    const Marc8Flaws flaws = append_marc8(bytes, output);
    return {std::string(output.view()), flaws.replaced, flaws.doubtful, flaws.first};
  }

  static void expect_text(std::string_view bytes, std::string_view text) {
    const Decoded decoded = decode(bytes);
    EXPECT_EQ(decoded.text, text);
    EXPECT_EQ(decoded.replaced, 0U) << text;
    EXPECT_EQ(decoded.doubtful, 0U) << text;
  }
};

TEST_F(Marc8Test, AsciiIsAscii) {
  expect_text("", "");
  expect_text("Moby Dick; or, the whale {1851}~", "Moby Dick; or, the whale {1851}~");
}

TEST_F(Marc8Test, AnselHasLettersAndSigns) { expect_text("\xA1\xA2\xB5\xC7\xC8\xC6", "ŁØæß€¡"); }

TEST_F(Marc8Test, MarksStandBehindTheirBase) {
  expect_text(
      "caf\xE2"
      "e",
      "cafe\xCC\x81");
  expect_text(
      "\xE3\xF2"
      "a!",
      "a\xCC\x82\xCC\xA3!");
}

TEST_F(Marc8Test, AMarkOverTwoLettersIsOneCharacter) {
  expect_text("\xEBt\xECs", "t\xCD\xA1s");
  expect_text("\xFAn\xFBg", "n\xCD\xA0g");
}

TEST_F(Marc8Test, MarksThatAreManyKeepTheirOrder) {
  std::string text = "a";
  for (int i = 0; i < 100; ++i) text += i % 2 == 0 ? "\xCC\x81" : "\xCC\x88";
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += i % 2 == 0 ? "\xE2" : "\xE8";
  expect_text(bytes + "a", text);
}

TEST_F(Marc8Test, EscapesCallTheOtherSets) {
  expect_text("\x1B(2\x60\x40\x61", "אב\xD6\xB7");
  expect_text("\x1B(N\x41\x42", "аб");
  expect_text("\x1B(Q\x40\x41", "ґђ");
  expect_text("\x1B(3\x47\x6B\x48", "اب\xD9\x8B");
  expect_text("\x1B(4\x21", "\xDB\xBD");
  expect_text("\x1B(S\x61\x22\x62", "αβ\xCC\x81");
  expect_text(
      "\x1Bg"
      "abc",
      "αβγ");
  expect_text(
      "\x1B"
      "b0(9",
      "₀₍₉");
  expect_text("\x1Bp2+", "²⁺");
  expect_text("\x1B(!E\x31", "ł");
}

TEST_F(Marc8Test, EastAsianCodesHaveThreeBytes) {
  expect_text("\x1B$1\x21\x30\x21\x21\x30\x22 \x21\x30\x21", "一丁 一");
  expect_text("\x1B$,1\x21\x30\x21", "一");
}

TEST_F(Marc8Test, ASetIsCalledIntoTheLowerOrTheUpperHalf) {
  expect_text("\x1B)Na\xC1\xC2", "aаб");
  expect_text("\x1B-Na\xC1", "aа");
  expect_text("\x1B,N\x41\xB5", "аæ");
  expect_text(
      "\x1B$)1a\xA1\xB0\xA1"
      "b",
      "a一b");
}

TEST_F(Marc8Test, AnEscapeHoldsUntilTheNextOne) {
  expect_text(
      "\x1B(N\x41\x1B(Ba\x1Bg"
      "a\x1Bs"
      "a",
      "аaαa");
  expect_text("a\x1B(N", "a");
  expect_text("\x1B(N\x41\x1B(B", "а");
}

TEST_F(Marc8Test, AMarkReachesBeyondAnEscape) { expect_text("\xE2\x1B(N\x41", "а\xCC\x81"); }

TEST_F(Marc8Test, EveryTextBeginsInTheDefaultSets) {
  expect_text("\x1B(N\x1B)S\x41", "а");
  expect_text("A\xB5", "Aæ");
}

TEST_F(Marc8Test, BlanksAndControlsAreInEverySet) {
  expect_text(std::string_view("a\0\n\x1F\x7F", 5), std::string_view("a\0\n\x1F\x7F", 5));
  expect_text("\x1B(N\x41\t \x42", "а\t б");
  expect_text("\x1B)N\x88The \x89\x8D\x8E", "\xC2\x98The \xC2\x9C\xE2\x80\x8D\xE2\x80\x8C");
}

TEST_F(Marc8Test, ACodeThatItsSetDoesNotHaveIsReplaced) {
  for (const char* code : {"\x80", "\xA0", "\xCF", "\xFF", "\x1B(Q\x21", "\x1B$1\x7E\x7E\x7E"}) {
    const Decoded decoded = decode(std::string(code) + "\x1B(Bnext");
    EXPECT_EQ(decoded.text, "�next") << code;
    EXPECT_EQ(decoded.replaced, 1U);
  }
}

TEST_F(Marc8Test, AnEastAsianCodeThatIsCutOffIsReplaced) {
  EXPECT_EQ(decode("\x1B$1\x21\x30").text, "�");
  EXPECT_EQ(decode("\x1B$1\x21\x30\x21\x21").text, "一�");
  EXPECT_EQ(decode("\x1B$1\x21\x30\x1B(Bnext").text, "�next");
  EXPECT_EQ(decode("\x1B$1\x21\x30 \x21\x30\x21").text, "� 一");
  EXPECT_EQ(decode("\x1B$1\x21\x30\xB5").text, "�æ");
}

TEST_F(Marc8Test, AnEscapeThatLeadsNowhereIsReplacedAndTheRestIsKept) {
  EXPECT_EQ(decode("a\x1B").text, "a�");
  EXPECT_EQ(decode("a\x1B(").text, "a�(");
  EXPECT_EQ(decode("a\x1B$)").text, "a�$)");
  EXPECT_EQ(decode("a\x1B(!").text, "a�(!");
  EXPECT_EQ(decode("a\x1B(Zbc").text, "a�(Zbc");
  EXPECT_EQ(decode("a\x1B\x1B(N\x41").text, "a�а");
  EXPECT_EQ(decode("\x1B(N\x41\x1B(Z").replaced, 1U);
}

TEST_F(Marc8Test, AMarkWithoutABaseStandsOnAReplacement) {
  const Decoded decoded = decode("caf\xE2");
  EXPECT_EQ(decoded.text, "caf�\xCC\x81");
  EXPECT_EQ(decoded.replaced, 1U);
}

TEST_F(Marc8Test, ANumericCharacterReferenceBecomesItsCharacter) {
  expect_text(
      "&#x4E00;&#x5317; and \xE2"
      "e",
      "一北 and e\xCC\x81");
  expect_text("x&#x20000;&#xa0;&#X4E00;", "x\xF0\xA0\x80\x80\xC2\xA0&#X4E00;");
  expect_text("&#x10FFFF;&#x0000E9;", "\xF4\x8F\xBF\xBF\xC3\xA9");
  expect_text("&&#x4E00;&", "&一&");
  expect_text("\xE2&#x3B1;", "α\xCC\x81");
}

TEST_F(Marc8Test, AReferenceToWhatIsNoCharacterOrNotBeyondMarc8IsText) {
  for (const char* text : {"&#x;", "&#xD800;", "&#xDFFF;", "&#x110000;", "&#x4E00", "&#x4E00 ;", "&#x1F;", "&#x1E;",
                           "&#x0;", "&#x41;", "&#x80;", "&#x9F;", "&#20000;", "&#x0004E00;", "&#xG;", "&amp;", "&"}) {
    expect_text(text, text);
  }
}

TEST_F(Marc8Test, AReferenceIsOneInAsciiAlone) { expect_text("\x1B(N&#x4E00;\x1B(B&#x4E00;", "&#Ь4е00;一"); }

TEST_F(Marc8Test, AnAccentOverABlankIsKeptAndDoubted) {
  // What Latin-1 makes of it: an accented letter before a blank.
  const Decoded decoded = decode("Andr\xE9 Gide");
  EXPECT_EQ(decoded.text, "Andr \xCC\x8CGide");
  EXPECT_EQ(decoded.replaced, 0U);
  EXPECT_EQ(decoded.doubtful, 1U);
  EXPECT_EQ(decoded.first, 5U);
  EXPECT_EQ(decode("\xE9,").doubtful, 1U);
  EXPECT_EQ(decode("\xE9"
                   "7")
                .doubtful,
            0U);
}

TEST_F(Marc8Test, BytesOfUtf8AmongThoseOfAnselAreDoubted) {
  const Decoded decoded = decode(
      "caf\xC3\xA9 et th\xE2"
      "e");
  EXPECT_EQ(decoded.replaced, 0U);
  EXPECT_EQ(decoded.doubtful, 1U);
  EXPECT_EQ(decoded.first, 3U);
}

TEST_F(Marc8Test, TheFirstFlawHasAPlace) {
  EXPECT_EQ(decode("abc\xFF").first, 3U);
  EXPECT_EQ(decode("abc\x1Bz").first, 3U);
  EXPECT_EQ(decode("abc").first, Marc8Flaws::kNowhere);
}

TEST_F(Marc8Test, AnEscapeMayCallTheUpperHalf) {
  EXPECT_TRUE(calls_upper_half("1990 \x1B)N\xC7\xAE"));
  EXPECT_TRUE(calls_upper_half("\x1B$)1\xA1\xB0\xA1"));
  EXPECT_FALSE(calls_upper_half("1990 \x1B)N")) << "and nothing is in it";
  EXPECT_FALSE(calls_upper_half("\xC7\xAE\x1B)N"));
  EXPECT_FALSE(calls_upper_half("\x1B)N\x1B)!E\xC7\xAE")) << "it is ANSEL's again";
  EXPECT_FALSE(calls_upper_half("\x1Bp0\x1Bs\xC7\xAE"));
  EXPECT_FALSE(calls_upper_half("\x1B\x1B(N\xC7\xAE"));
}

}  // namespace
}  // namespace bulkmarc
