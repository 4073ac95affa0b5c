#include "record/utf8_record.hpp"

#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "text/marc8.hpp"
#include "text/nfc.hpp"

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

class ComposeTest : public Utf8ConverterTest {
 protected:
  void SetUp() override {
    if (!can_compose()) GTEST_SKIP() << "built without ICU";
  }
};

TEST_F(ComposeTest, CharactersAreComposed) {
  convert(kDefaultLeader, "cafe\xCC\x81");
  converter_.compose(view_);
  EXPECT_EQ(title(), "café");
  EXPECT_EQ(view_.control_number(), "one");
}

TEST_F(ComposeTest, AConvertedRecordIsComposedToo) {
  convert(kDefaultLeader, "\xFF cafe\xCC\x81");
  converter_.compose(view_);
  EXPECT_EQ(title(), "\xEF\xBF\xBD café");
}

TEST_F(ComposeTest, AComposedRecordIsLeftWhereItIs) {
  convert(kDefaultLeader, "café");
  converter_.compose(view_);
  EXPECT_TRUE(borrows_the_original());
}

TEST_F(ComposeTest, AnAccentDoesNotJoinASubfieldsCode) {
  convert(kDefaultLeader, "\xCC\x81");
  converter_.compose(view_);
  EXPECT_EQ(title(), "\xCC\x81");
}

TEST_F(Utf8ConverterTest, TheMemoryOfOneRecordServesTheNext) {
  convert(kDefaultLeader, std::string(5000, '\xFF'));
  convert(kDefaultLeader, "\xFF!");
  EXPECT_EQ(title(), "\xEF\xBF\xBD!");
}

}  // namespace
}  // namespace bulkmarc
