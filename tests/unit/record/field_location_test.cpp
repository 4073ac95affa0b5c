#include "record/field_location.hpp"

#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

namespace bulkmarc {
namespace {

Record two_titles() {
  Record record;
  record.add_control("001", "one");
  record.add_field("245",
                   "10\x1F"
                   "aFirst");
  record.add_field("245",
                   "10\x1F"
                   "aSecond\x1F"
                   "bc\xC3\xA9t\x01");
  return record;
}

std::size_t place_of(const Record& record, std::string_view bytes) { return record.view().bytes().find(bytes); }

TEST(FieldLocationTest, AByteOfARecordHasATagAnOccurrenceASubfieldAndAPosition) {
  const Record record = two_titles();
  const FieldLocation location = locate(record.view(), place_of(record, "\x01"));
  EXPECT_EQ(location.tag, "245");
  EXPECT_EQ(location.occurrence, 2U);
  EXPECT_EQ(location.subfield, "b");
  EXPECT_EQ(location.position, 16U);
  EXPECT_EQ(location.snippet, "nd\\x1Fbc\\xC3\\xA9t\\x01");
}

TEST(FieldLocationTest, AControlFieldHasNoSubfields) {
  const Record record = two_titles();
  const FieldLocation location = locate(record.view(), place_of(record, "one") + 1);
  EXPECT_EQ(location.tag, "001");
  EXPECT_EQ(location.occurrence, 1U);
  EXPECT_EQ(location.subfield, "");
  EXPECT_EQ(location.position, 1U);
}

TEST(FieldLocationTest, TheDelimiterAndTheCodeBelongToTheirSubfield) {
  const Record record = two_titles();
  EXPECT_EQ(locate(record.view(), place_of(record,
                                           "\x1F"
                                           "bc"))
                .subfield,
            "b");
  EXPECT_EQ(locate(record.view(), place_of(record, "bc\xC3")).subfield, "b");
  EXPECT_EQ(locate(record.view(), place_of(record, "10\x1F")).subfield, "");
}

TEST(FieldLocationTest, ACodeOfSeveralBytesIsWholeAndEscaped) {
  Record record;
  record.add_field("245", "10\x1F\xC3\xA9x\x1F");
  EXPECT_EQ(locate_in_field(record.view(), 0, 5).subfield, "\\xC3\\xA9");
  EXPECT_EQ(locate_in_field(record.view(), 0, 6).subfield, "") << "a delimiter at the end has no code";
}

TEST(FieldLocationTest, AByteOfTheLeaderIsInLdr) {
  const FieldLocation location = locate(two_titles().view(), 9);
  EXPECT_EQ(location.tag, "LDR");
  EXPECT_EQ(location.position, 9U);
}

TEST(FieldLocationTest, WhatBelongsToNoFieldIsNowhere) {
  const Record record = two_titles();
  EXPECT_EQ(locate(record.view(), record.view().bytes().size()).tag, "");
}

TEST(FieldLocationTest, ASnippetIsShortPrintableAndNotCutWithinAnEscape) {
  EXPECT_EQ(snippet_of(std::string(100, 'x'), 50), std::string(40, 'x'));
  EXPECT_EQ(snippet_of(std::string(100, '\xFF'), 50).size(), 40U);
  EXPECT_EQ(snippet_of("123456789012" + std::string(100, '\xFF'), 12),
            "56789012\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF");
  EXPECT_EQ(snippet_of("x" + std::string(100, '\xFF'), 0).size(), 37U);
  EXPECT_EQ(snippet_of("abc", 3), "abc");
  EXPECT_EQ(snippet_of("abc", 30), "abc");
  EXPECT_EQ(snippet_of("", 0), "");
}

TEST(FieldLocationTest, AProblemIsNotedOnceForEachReasonWithTheFirstPlace) {
  const Record record = two_titles();
  std::vector<Problem> problems;
  note_at(problems, Reason::kCharacter, "first", record.view(), place_of(record, "First"));
  note_at(problems, Reason::kCharacter, "second", record.view(), place_of(record, "Second"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].detail, "first");
  EXPECT_EQ(problems[0].location.occurrence, 1U);
}

}  // namespace
}  // namespace bulkmarc
