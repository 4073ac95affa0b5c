#include <cstddef>
#include <optional>
#include <random>
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

using Fields = std::vector<std::pair<std::string, std::string>>;  // Tags and bytes.

Fields fields_of(const Record& record) {
  Fields fields;
  for (const FieldView field : record.view().fields()) fields.emplace_back(field.tag(), field.bytes());
  return fields;
}

Record record_of(const Fields& fields) {
  Record record;
  for (const auto& [tag, bytes] : fields) record.add_field(tag, bytes);
  return record;
}

TEST(RecordTest, ACopyOfAViewIsThatRecord) {
  Record record("01234nam a2200000 i 4500");
  record.add_control("001", "one").add_data("245", "10", {{'a', "Title"}});
  const Record copy(record.view());
  EXPECT_EQ(copy.view().bytes(), record.view().bytes());
  EXPECT_EQ(fields_of(copy), fields_of(record));
  EXPECT_EQ(Record(RecordView()).view().leader(), kDefaultLeader);
}

TEST(RecordTest, ARecordBecomesACopyInTheMemoryThatItHas) {
  Record record = record_of({{"001", "one"}, {"500", std::string(1000, 'x')}});
  const char* const memory = record.view().bytes().data();
  Record other("01234nam  2200000 i 4500");
  other.add_control("001", "two").add_data("245", "10", {{'a', "Title"}});
  record.assign(other.view());
  EXPECT_EQ(record.view().bytes(), other.view().bytes());
  EXPECT_EQ(fields_of(record), fields_of(other));
  EXPECT_EQ(record.view().bytes().data(), memory);
  EXPECT_EQ(record.assign(RecordView()).view().leader(), kDefaultLeader);
  EXPECT_TRUE(fields_of(record).empty());
}

TEST(RecordTest, ACopyOfSomeFieldsHasNoOthers) {
  const Record record = record_of({{"001", "one"}, {"245", "a"}, {"500", "b"}});
  const RecordView view = record.view();
  Record copy;
  copy.assign({view.bytes(), view.directory().subspan(1, 1)});
  EXPECT_EQ(fields_of(copy), (Fields{{"245", "a"}}));
  copy.remove_field(0);
  EXPECT_EQ(copy.view().bytes(), kDefaultLeader);
}

TEST(RecordTest, FieldsAreFoundByTagFromAnIndexOn) {
  const Record record = record_of({{"001", "one"}, {"650", "a"}, {"245", "b"}, {"650", "c"}});
  EXPECT_EQ(record.find_field("650"), 1U);
  EXPECT_EQ(record.find_field("650", 2), 3U);
  EXPECT_EQ(record.find_field("650", 4), std::nullopt);
  EXPECT_EQ(record.find_field("100"), std::nullopt);
  EXPECT_EQ(record.view().fields()[2].bytes(), "b");
}

// Whatever is changed, the record is the one that is made of the changed fields from the beginning.
TEST(RecordTest, ChangedFieldsAreThoseOfANewRecord) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c, cert-msc51-cpp): the same changes every time
  const auto draw = [&random](std::size_t end) { return random() % end; };
  for (int round = 0; round < 300; ++round) {
    Fields fields = {{"001", "one"}, {"245", "00"}};
    Record record = record_of(fields);
    for (int change = 0; change < 12; ++change) {
      const std::string tag = draw(2) == 0 ? "650" : "700";
      const std::string bytes(draw(40), static_cast<char>('a' + draw(26)));
      const std::size_t at = draw(fields.size() + 1);
      const auto place = fields.begin() + static_cast<std::ptrdiff_t>(at);
      switch (draw(4)) {
        case 0:
          record.insert_field(at, tag, bytes);
          fields.insert(place, {tag, bytes});
          break;
        case 1:
          if (at == fields.size()) continue;
          record.replace_field(at, bytes);
          place->second = bytes;
          break;
        case 2:
          if (at == fields.size()) continue;
          record.remove_field(at);
          fields.erase(place);
          break;
        default:
          EXPECT_EQ(record.remove_fields(tag),
                    std::erase_if(fields, [&tag](const auto& field) { return field.first == tag; }));
      }
      ASSERT_EQ(fields_of(record), fields);
      ASSERT_EQ(record.view().bytes(), record_of(fields).view().bytes());
    }
  }
}

TEST(RecordTest, AFieldMayBeChangedToBytesOfItsOwnRecord) {
  Record record = record_of({{"500", std::string(100, 'x')}, {"501", "y"}});
  record.replace_field(1, record.view().fields()[0].bytes());
  record.insert_field(0, "499", record.view().fields()[1].bytes());
  EXPECT_EQ(fields_of(record),
            (Fields{{"499", std::string(100, 'x')}, {"500", std::string(100, 'x')}, {"501", std::string(100, 'x')}}));
}

TEST(RecordTest, AChangeThatIsNotAllowedChangesNothing) {
  Record record = record_of({{"500", "x"}});
  EXPECT_THROW(record.insert_field(2, "501", "y"), std::invalid_argument);
  EXPECT_THROW(record.insert_field(0, "5", "y"), std::invalid_argument);
  EXPECT_THROW(record.insert_field(0, "501", "y\x1E"), std::invalid_argument);
  EXPECT_THROW(record.replace_field(1, "y"), std::invalid_argument);
  EXPECT_THROW(record.replace_field(0, "\x1D"), std::invalid_argument);
  EXPECT_THROW(record.remove_field(1), std::invalid_argument);
  EXPECT_THROW((void)data_field_bytes("1", {{'a', "y"}}), std::invalid_argument);
  EXPECT_EQ(record.remove_fields("501"), 0U);
  EXPECT_EQ(fields_of(record), (Fields{{"500", "x"}}));
}

}  // namespace
}  // namespace bulkmarc
