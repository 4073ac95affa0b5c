#include "record/utf8_record.hpp"

#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

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

TEST_F(Utf8ConverterTest, TheMemoryOfOneRecordServesTheNext) {
  convert(kDefaultLeader, std::string(5000, '\xFF'));
  convert(kDefaultLeader, "\xFF!");
  EXPECT_EQ(title(), "\xEF\xBF\xBD!");
}

}  // namespace
}  // namespace bulkmarc
