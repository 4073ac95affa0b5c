#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/record.hpp>

namespace bulkmarc {
namespace {

using testing::ElementsAre;

std::vector<std::string> tags(const Record& record) {
  std::vector<std::string> tags;
  for (const FieldView field : record.view().fields()) tags.emplace_back(field.tag());
  return tags;
}

std::string bytes_of_first_field(const Record& record) {
  return std::string((*record.view().fields().begin()).bytes());
}

TEST(RecordTest, ANewRecordHasTheDefaultLeaderAndNoFields) {
  const Record record;
  EXPECT_EQ(record.view().leader(), kDefaultLeader);
  EXPECT_EQ(record.view().fields().size(), 0U);
  EXPECT_EQ(record.view().leader()[9], 'a');
}

TEST(RecordTest, FieldsKeepTheOrderInWhichTheyWereAdded) {
  Record record;
  record.add_data("650", " 0", {{'a', "Whales"}}).add_control("001", "1").add_data("650", " 0", {{'a', "Whales"}});
  EXPECT_THAT(tags(record), ElementsAre("650", "001", "650"));
}

TEST(RecordTest, ADataFieldIsCodedAsIso2709CodesIt) {
  Record record;
  record.add_data("245", "10", {{'a', "Moby Dick /"}, {'c', ""}});
  EXPECT_EQ(bytes_of_first_field(record),
            "10\x1F"
            "aMoby Dick /\x1F"
            "c");
}

TEST(RecordTest, ADataFieldMayHaveNoSubfields) {
  Record record;
  record.add_data("245", "  ", {});
  EXPECT_EQ(bytes_of_first_field(record), "  ");
}

TEST(RecordTest, EveryFieldIsFollowedByItsTerminator) {
  Record record;
  record.add_control("001", "1").add_field("999", "").add_data("245", "00", {{'a', "x"}});
  const RecordView view = record.view();
  for (const DirectoryEntry& entry : view.directory()) {
    EXPECT_EQ(view.bytes().at(entry.offset + entry.length), kFieldTerminator);
  }
}

TEST(RecordTest, WhatBreaksTheRulesThrowsAndChangesNothing) {
  Record record;
  record.add_control("001", "1");
  const std::string before(record.view().bytes());
  using Change = std::pair<const char*, void (*)(Record&)>;
  const std::vector<Change> changes = {
      {"a data tag for a control field", [](Record& r) { r.add_control("245", "x"); }},
      {"a terminator in a control field", [](Record& r) { r.add_control("003", "a\x1E"); }},
      {"a delimiter in a control field", [](Record& r) { r.add_control("003", "a\x1F"); }},
      {"a record terminator in a control field", [](Record& r) { r.add_control("003", "a\x1D"); }},
      {"a control tag for a data field",
       [](Record& r) {
         r.add_data("001", "  ", {{'a', "x"}});
       }},
      {"one indicator",
       [](Record& r) {
         r.add_data("245", "1", {{'a', "x"}});
       }},
      {"three indicators",
       [](Record& r) {
         r.add_data("245", "123", {{'a', "x"}});
       }},
      {"an indicator that can't be printed",
       [](Record& r) {
         r.add_data("245", "1\n", {{'a', "x"}});
       }},
      {"a blank as a code",
       [](Record& r) {
         r.add_data("245", "10", {{' ', "x"}});
       }},
      {"a delimiter as a code",
       [](Record& r) {
         r.add_data("245", "10", {{'\x1F', "x"}});
       }},
      {"a code beyond ASCII",
       [](Record& r) {
         r.add_data("245", "10", {{'\xC3', "x"}});
       }},
      {"a delimiter in a value",
       [](Record& r) {
         r.add_data("245", "10", {{'a', "x\x1Fy"}});
       }},
      {"a bad subfield after a good one",
       [](Record& r) {
         r.add_data("245", "10", {{'a', "x"}, {'b', "\x1E"}});
       }},
      {"a tag of two bytes",
       [](Record& r) {
         r.add_data("24", "10", {{'a', "x"}});
       }},
      {"a tag that can't be printed", [](Record& r) { r.add_field("2\t5", "10"); }},
      {"a terminator in a coded field", [](Record& r) { r.add_field("245", "10\x1E"); }},
      {"a short leader", [](Record& r) { r.set_leader("00000nam"); }},
      {"a leader that can't be printed", [](Record& r) { r.set_leader("00000nam a2200000 i 450\x1F"); }},
  };
  for (const auto& [what, change] : changes) {
    EXPECT_THROW(change(record), std::invalid_argument) << what;
    EXPECT_EQ(record.view().bytes(), before) << what;
    EXPECT_THAT(tags(record), ElementsAre("001")) << what;
  }
}

TEST(RecordTest, ALeaderIsReplacedWithoutTouchingTheFields) {
  Record record;
  record.add_control("001", "one");
  record.set_leader("99999cz  a2299999n  4500");
  EXPECT_EQ(record.view().leader(), "99999cz  a2299999n  4500");
  EXPECT_EQ(record.view().control_number(), "one");
}

TEST(RecordTest, ClearingKeepsTheLeaderAndDropsTheFields) {
  Record record("00000cz  a2200000n  4500");
  record.add_control("001", "one").clear();
  EXPECT_EQ(record.view().leader(), "00000cz  a2200000n  4500");
  EXPECT_EQ(record.view().fields().size(), 0U);
  record.add_control("001", "two");
  EXPECT_EQ(record.view().control_number(), "two");
}

TEST(RecordTest, ACopyIsIndependentOfItsOriginal) {
  Record original;
  original.add_control("001", "one");
  Record copy = original;
  copy.add_control("003", "two");
  original.clear();
  EXPECT_EQ(copy.view().control_number(), "one");
  EXPECT_EQ(copy.view().fields().size(), 2U);
}

TEST(RecordTest, OneThatWasMovedFromIsAsANewOne) {
  const auto expect_new = [](const Record& record) {
    EXPECT_EQ(record.view().leader(), kDefaultLeader);
    EXPECT_EQ(record.view().fields().size(), 0U);
    EXPECT_EQ(record.view().control_number(), "");
  };
  Record record("00000cz  a2200000n  4500");
  record.add_control("001", "one");
  std::vector<Record> taken;
  taken.push_back(std::move(record));
  expect_new(record);  // NOLINT(bugprone-use-after-move): what this test is about
  record.clear();
  expect_new(record);
  record.add_control("001", "two");
  EXPECT_EQ(record.view().leader(), kDefaultLeader);
  EXPECT_EQ(record.view().control_number(), "two");
  taken[0] = std::move(record);
  expect_new(record);  // NOLINT(bugprone-use-after-move)
  record.set_leader("00000cz  a2200000n  4500").add_data("245", "00", {{'a', "b"}});
  EXPECT_EQ(record.view().leader(), "00000cz  a2200000n  4500");
  EXPECT_EQ(record.view().fields().size(), 1U);
  EXPECT_EQ(taken[0].view().control_number(), "two");
}

TEST(RecordTest, OneThatWasMovedFromCanBeCopied) {
  Record record;
  const Record taken = std::move(record);
  Record copy = record;  // NOLINT(bugprone-use-after-move): what this test is about
  copy.add_control("001", "one");
  EXPECT_EQ(copy.view().leader(), kDefaultLeader);
  EXPECT_EQ(copy.view().control_number(), "one");
}

TEST(RecordTest, AFieldMayBeLargerThanIso2709Allows) {
  Record record;
  record.add_data("520", "  ", {{'a', std::string(200'000, 'x')}});
  EXPECT_EQ(bytes_of_first_field(record).size(), 200'004U);
}

}  // namespace
}  // namespace bulkmarc
