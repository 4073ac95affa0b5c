#include "record/utf8_record.hpp"

#include <string>

#include <gmock/gmock.h>

#include <bulkmarc/record.hpp>

#include "text/marc8.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kMarc8Leader = "00000nam  2200000 i 4500";

class Utf8ConverterTest : public testing::Test {
 protected:
  void convert(std::string_view leader, std::string_view text) {
    record_.set_leader(leader);
    record_.clear();
    record_.add_control("001", "one").add_data("245", "10", {{'a', text}});
    view_ = record_.view();
    repairs_.clear();
    problem_ = converter_.convert(view_, repairs_);
  }
  [[nodiscard]] std::string title() const {
    for (const FieldView field : view_.fields()) {
      if (field.tag() == "245") return std::string(field.subfield('a'));
    }
    return "";
  }
  [[nodiscard]] bool borrows_the_original() const { return view_.bytes().data() == record_.view().bytes().data(); }

  Record record_;
  RecordView view_;
  Utf8Converter converter_;
  std::vector<Problem> repairs_;
  std::optional<Problem> problem_;
};

TEST_F(Utf8ConverterTest, ValidUtf8IsLeftWhereItIs) {
  convert(kDefaultLeader, "Été 図書館");
  EXPECT_FALSE(problem_);
  EXPECT_TRUE(repairs_.empty());
  EXPECT_TRUE(borrows_the_original());
}

TEST_F(Utf8ConverterTest, AnInvalidByteIsReplacedAndTheRestSurvives) {
  convert(kDefaultLeader, "Caf\xE9 cr\xC3\xA8me");
  EXPECT_FALSE(problem_);
  EXPECT_EQ(title(), "Caf\xEF\xBF\xBD cr\xC3\xA8me");
  EXPECT_EQ(view_.control_number(), "one");
  EXPECT_EQ(view_.leader(), kDefaultLeader);
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kInvalidUtf8);
}

TEST_F(Utf8ConverterTest, AConvertedRecordHasATerminatorAfterEveryField) {
  convert(kDefaultLeader, "\xFF");
  for (const DirectoryEntry& entry : view_.directory()) {
    EXPECT_EQ(view_.bytes().at(entry.offset + entry.length), kFieldTerminator);
  }
}

TEST_F(Utf8ConverterTest, AsciiIsUtf8WhateverTheLeaderSays) {
  convert(kMarc8Leader, "plain");
  EXPECT_FALSE(problem_);
  EXPECT_TRUE(repairs_.empty());
  EXPECT_EQ(title(), "plain");
}

TEST_F(Utf8ConverterTest, Utf8ThatIsLabelledMarc8IsReadAsUtf8AndReported) {
  convert(kMarc8Leader, "Été");
  EXPECT_FALSE(problem_);
  EXPECT_EQ(title(), "Été");
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kMislabelled);
}

TEST_F(Utf8ConverterTest, Marc8IsAProblemOfABuildThatCannotDecodeIt) {
  for (const char* text : {"\xE2"
                           "e",
                           "\x1B(NA"}) {
    convert(kMarc8Leader, text);
    EXPECT_EQ(problem_.has_value(), !can_decode_marc8());
    EXPECT_EQ(problem_.value_or(Problem{Reason::kMarc8, ""}).reason, Reason::kMarc8);
  }
}

class Marc8ConverterTest : public Utf8ConverterTest {
 protected:
  void SetUp() override {
    if (!can_decode_marc8()) GTEST_SKIP() << "built without YAZ";
  }
  void convert_field(std::string_view tag, std::string_view bytes) {
    record_.set_leader(kMarc8Leader);
    record_.clear();
    record_.add_field(tag, bytes).add_control("009", "end");
    view_ = record_.view();
    problem_ = converter_.convert(view_, repairs_);
  }
  [[nodiscard]] std::string first_field() const { return std::string((*view_.fields().begin()).bytes()); }
};

TEST_F(Marc8ConverterTest, HighBytesThatAreNotUtf8AreMarc8) {
  convert(kMarc8Leader,
          "caf\xE2"
          "e");
  EXPECT_FALSE(problem_);
  EXPECT_TRUE(repairs_.empty());
  EXPECT_EQ(title(), "cafe\xCC\x81");
  EXPECT_EQ(view_.control_number(), "one");
  EXPECT_EQ(view_.leader(), kMarc8Leader);
}

TEST_F(Marc8ConverterTest, AnEscapeSequenceMakesAsciiMarc8) {
  convert(kMarc8Leader, "\x1B(NAB\x1B(B!");
  EXPECT_EQ(title(), "аб!");
  EXPECT_TRUE(repairs_.empty());
}

TEST_F(Marc8ConverterTest, AnEscapeSequenceEndsWithItsSubfield) {
  convert_field("245",
                "10\x1F"
                "a\x1B(NA\x1F"
                "bA");
  EXPECT_EQ(first_field(),
            "10\x1F"
            "aа\x1F"
            "bA");
}

TEST_F(Marc8ConverterTest, OddFieldsKeepTheirShape) {
  convert_field("245",
                "1\xE2"
                "e\x1F\x1F\xB5\x1F");
  EXPECT_EQ(first_field(), "1e\xCC\x81\x1F\x1Fæ\x1F");
  convert_field("003", "\xB5\x1F\xB5");
  EXPECT_EQ(first_field(), "æ\x1Fæ");
  convert_field("500", "");
  EXPECT_EQ(first_field(), "");
}

TEST_F(Marc8ConverterTest, WhatIsNotMarc8IsReplacedAndReported) {
  convert(kMarc8Leader,
          "a\xFF"
          "b\x1B");
  EXPECT_EQ(title(),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kInvalidMarc8);
}

TEST_F(Marc8ConverterTest, ARecordThatSaysUtf8IsNeverTakenForMarc8) {
  convert(kDefaultLeader,
          "caf\xE2"
          "e");
  EXPECT_EQ(title(),
            "caf\xEF\xBF\xBD"
            "e");
}

TEST_F(Utf8ConverterTest, TheFirstInvalidByteIsReported) {
  convert(kDefaultLeader, "Caf\xE9");
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].location.tag, "245");
  EXPECT_EQ(repairs_[0].location.occurrence, 1U);
  EXPECT_EQ(repairs_[0].location.subfield, "a");
  EXPECT_EQ(repairs_[0].location.position, 7U);
  EXPECT_EQ(repairs_[0].location.snippet, "10\\x1FaCaf\\xE9");
}

TEST_F(Utf8ConverterTest, ACharacterThatWasEncodedAsASurrogatePairIsRepaired) {
  convert(kDefaultLeader, "\xED\xA1\x80\xED\xB0\x8B (CESU-8)");
  EXPECT_EQ(title(), "\xF0\xA0\x80\x8B (CESU-8)");
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kInvalidUtf8);
  EXPECT_EQ(repairs_[0].location.position, 4U);
}

TEST_F(Utf8ConverterTest, AnEscapeInTextThatIsUtf8AsAWholeIsPartOfTheText) {
  record_.set_leader(kMarc8Leader);
  record_.clear();
  record_.add_data("245", "10", {{'a', "Caf\xC3\xA9"}}).add_data("500", "  ", {{'a', "1 129\x1Bp0\x1Bs"}});
  view_ = record_.view();
  EXPECT_FALSE(converter_.convert(view_, repairs_));
  EXPECT_TRUE(borrows_the_original());
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kMislabelled);
  EXPECT_EQ(repairs_[0].location.tag, "245");
  EXPECT_EQ(repairs_[0].location.position, 7U);
}

TEST_F(Marc8ConverterTest, CyrillicInTheUpperHalfIsNotTakenForUtf8) {
  convert(kMarc8Leader, "1990 \x1B)N\xC7\xAE");  // These two bytes are also U+01EE.
  EXPECT_EQ(title(), "1990 г.");
  EXPECT_TRUE(repairs_.empty());
}

TEST_F(Marc8ConverterTest, ANumericCharacterReferenceIsConvertedWithTheRest) {
  convert(kMarc8Leader,
          "&#x4E00; \xE2"
          "e");
  EXPECT_EQ(title(), "一 e\xCC\x81");
  EXPECT_TRUE(repairs_.empty());
  convert(kMarc8Leader, "only &#x4E00;");
  EXPECT_EQ(title(), "only 一");
  EXPECT_TRUE(repairs_.empty());
}

TEST_F(Marc8ConverterTest, AReferenceInUtf8IsText) {
  convert(kDefaultLeader, "&#x4E00; é");
  EXPECT_EQ(title(), "&#x4E00; é");
  convert(kMarc8Leader, "&#x4E00; é");
  EXPECT_EQ(title(), "&#x4E00; é") << "it is UTF-8, whatever its leader says";
}

TEST_F(Marc8ConverterTest, OfARecordInMarc8TheSubfieldsThatAreUtf8AreReadAsUtf8) {
  record_.set_leader(kMarc8Leader);
  record_.clear();
  record_.add_data("245", "10",
                   {{'a',
                     "caf\xE2"
                     "e"},
                    {'b', "Caf\xC3\xA9 \xE5\x9B\xB3"}});
  record_.add_data("500", "  ", {{'a', "\xC3\xA9t\xC3\xA9"}});
  view_ = record_.view();
  EXPECT_FALSE(converter_.convert(view_, repairs_));
  auto field = view_.fields().begin();
  EXPECT_EQ((*field).subfield('a'), "cafe\xCC\x81");
  EXPECT_EQ((*field).subfield('b'), "Café 図");
  EXPECT_EQ((*++field).subfield('a'), "été");
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kMislabelled);
  EXPECT_EQ(repairs_[0].location.subfield, "b");
}

TEST_F(Marc8ConverterTest, Latin1InOneFieldIsNeverSilent) {
  record_.set_leader(kMarc8Leader);
  record_.clear();
  record_
      .add_data("245", "10",
                {{'a',
                  "caf\xE2"
                  "e"}})
      .add_data("700", "1 ", {{'a', "Andr\xE9 Gide"}});
  view_ = record_.view();
  EXPECT_FALSE(converter_.convert(view_, repairs_));
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kInvalidMarc8);
  EXPECT_EQ(repairs_[0].location.tag, "700");
  EXPECT_EQ(repairs_[0].location.position, 9U);
}

TEST_F(Marc8ConverterTest, Utf8AndMarc8WithinOneSubfieldAreNeverSilent) {
  convert(kMarc8Leader,
          "th\xE2"
          "e et caf\xC3\xA9");
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kInvalidMarc8);
  EXPECT_EQ(repairs_[0].location.position, 15U);
}

TEST_F(Marc8ConverterTest, WhatIsUnimarcIsNamed) {
  constexpr std::string_view kUnimarcLeader = "00000nam  2200000   450 ";
  const auto convert_title = [&](std::string_view tag, std::string_view text) {
    record_.set_leader(kUnimarcLeader);
    record_.clear();
    record_.add_data(tag, "1 ", {{'a', text}});
    view_ = record_.view();
    repairs_.clear();
    EXPECT_FALSE(converter_.convert(view_, repairs_));
    return repairs_.empty() ? std::string() : repairs_[0].detail;
  };
  EXPECT_THAT(convert_title("200",
                            "caf\xC2"
                            "e"),
              testing::HasSubstr("UNIMARC"));  // An acute accent in ISO 5426.
  EXPECT_EQ(repairs_[0].reason, Reason::kInvalidMarc8);
  EXPECT_EQ(repairs_[0].location.tag, "200");
  EXPECT_THAT(convert_title("200",
                            "caf\xE2"
                            "e"),
              testing::HasSubstr("UNIMARC"))
      << "though all of it is MARC-8, too";
  EXPECT_THAT(convert_title("200", "café"), testing::HasSubstr("UNIMARC"));
  EXPECT_EQ(repairs_[0].reason, Reason::kMislabelled);
  EXPECT_EQ(convert_title("200", "plain"), "") << "ASCII is the same in all of them";
  EXPECT_EQ(convert_title("245",
                          "caf\xE2"
                          "e"),
            "")
      << "it is MARC 21";
}

class ComposeTest : public Utf8ConverterTest {};

TEST_F(ComposeTest, CharactersAreComposed) {
  convert(kDefaultLeader, "cafe\xCC\x81");
  converter_.compose(view_, repairs_);
  EXPECT_EQ(title(), "café");
  EXPECT_EQ(view_.control_number(), "one");
}

TEST_F(ComposeTest, AConvertedRecordIsComposedToo) {
  convert(kDefaultLeader, "\xFF cafe\xCC\x81");
  converter_.compose(view_, repairs_);
  EXPECT_EQ(title(), "\xEF\xBF\xBD café");
}

TEST_F(ComposeTest, AComposedRecordIsLeftWhereItIs) {
  convert(kDefaultLeader, "café");
  converter_.compose(view_, repairs_);
  EXPECT_TRUE(borrows_the_original());
}

TEST_F(ComposeTest, AnAccentDoesNotJoinASubfieldsCode) {
  convert(kDefaultLeader, "\xCC\x81");
  converter_.compose(view_, repairs_);
  EXPECT_EQ(title(), "\xCC\x81");
}

TEST_F(ComposeTest, WhatIsPutIntoTooManyAccentsIsReported) {
  std::string text = "x";
  for (int i = 0; i < 31; ++i) text += "\xCC\x81";
  convert(kDefaultLeader, text);
  converter_.compose(view_, repairs_);
  ASSERT_EQ(repairs_.size(), 1U);
  EXPECT_EQ(repairs_[0].reason, Reason::kCharacter);
  EXPECT_EQ(repairs_[0].location.subfield, "a");
}

TEST_F(Utf8ConverterTest, TheMemoryOfOneRecordServesTheNext) {
  convert(kDefaultLeader, std::string(5000, '\xFF'));
  convert(kDefaultLeader, "\xFF!");
  EXPECT_EQ(title(), "\xEF\xBF\xBD!");
}

}  // namespace
}  // namespace bulkmarc
