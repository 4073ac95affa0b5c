#include "formats/iso2709/repair.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/record.hpp>

#include "formats/iso2709/syntax.hpp"
#include "support/exports.hpp"

namespace bulkmarc {
namespace {

using testing::Contains;
using testing::ElementsAre;

/// Tags and bytes of all fields.
std::vector<std::string> fields_of(const RecordView& view) {
  std::vector<std::string> fields;
  for (const FieldView field : view.fields())
    fields.push_back(std::string(field.tag()) + " " + std::string(field.bytes()));
  return fields;
}

class RepairTest : public testing::Test {
 protected:
  RepairTest() {
    original_.add_control("001", "abc").add_data("245", "10", {{'a', "Title /"}, {'c', "Somebody."}});
    original_.add_data("650", " 0", {{'a', "Subject"}});
    bytes_ = iso2709(original_.view());
  }

  void overwrite(std::size_t at, std::string_view by) { bytes_.replace(at, by.size(), by); }

  /// Expects a repair that keeps all fields and gives this reason, and that the result is sound.
  void expect_whole(Reason reason, std::string_view what) {
    const std::vector<std::string> reasons = expect_repaired(what);
    EXPECT_EQ(fields_of(repaired_.view()), fields_of(original_.view())) << what;
    EXPECT_THAT(reasons, Contains(std::string(reason_name(reason)))) << what;
  }

  /// Repairs, and returns the reasons.
  std::vector<std::string> expect_repaired(std::string_view what) {
    auto result = repair_iso2709(bytes_);
    if (const auto* problem = std::get_if<Problem>(&result)) {
      ADD_FAILURE() << what << " was not repaired: " << problem->detail;
      return {};
    }
    repaired_ = std::get<RepairedRecord>(std::move(result));
    std::vector<std::string> reasons;
    for (const Problem& repair : repaired_.repairs) reasons.emplace_back(reason_name(repair.reason));
    for (const DirectoryEntry& entry : repaired_.directory) {
      EXPECT_EQ(repaired_.bytes.at(entry.offset + entry.length), kFieldTerminator) << what;
    }
    Array<DirectoryEntry> directory;
    EXPECT_TRUE(decode_well_formed(iso2709(repaired_.view()), directory)) << what;
    return reasons;
  }

  Reason refusal() {
    auto result = repair_iso2709(bytes_);
    const auto* problem = std::get_if<Problem>(&result);
    EXPECT_NE(problem, nullptr);
    return problem != nullptr ? problem->reason : Reason{};
  }

  Record original_;
  std::string bytes_;
  RepairedRecord repaired_;
};

TEST_F(RepairTest, AWrongRecordLengthIsReplaced) {
  for (const char* length : {"00000", "00026", "99999", "     ", "0x1F2", "\xFF\xFF\xFF\xFF\xFF"}) {
    overwrite(0, length);
    expect_whole(Reason::kRecordLength, length);
  }
}

TEST_F(RepairTest, AWrongBaseAddressIsReplaced) {
  for (const char* base : {"00000", "99999", "     ", "0006x"}) {
    overwrite(12, base);
    expect_whole(Reason::kBaseAddress, base);
  }
}

TEST_F(RepairTest, LengthsInCharactersInsteadOfOctetsAreReplaced) {
  original_.clear();
  original_.add_control("001", "abc")
      .add_data("245", "10", {{'a', "Œuvres complètes"}})
      .add_data("650", " 6", {{'a', "é"}});
  bytes_ = iso2709(original_.view());
  overwrite(24 + 12, "245001700004");
  overwrite(24 + 24, "650000600021");
  overwrite(0, "00076");
  expect_whole(Reason::kRecordLength, "lengths in characters");
}

TEST_F(RepairTest, EntriesOf13OctetsAreRead) {
  // As some exporters write them: five digits for the length.
  std::string directory;
  std::string data;
  for (const FieldView field : original_.view().fields()) {
    const std::string length = std::to_string(field.bytes().size() + 1);
    const std::string start = std::to_string(data.size());
    directory += std::string(field.tag()) + std::string(5 - length.size(), '0') + length;
    directory += std::string(5 - start.size(), '0') + start;
    data += std::string(field.bytes()) + kFieldTerminator;
  }
  bytes_ = bytes_.substr(0, kLeaderLength) + directory + kFieldTerminator + data + kRecordTerminator;
  expect_whole(Reason::kDirectory, "13 octets");
}

TEST_F(RepairTest, StartsThatAreWrongAreRebuiltFromTheTerminators) {
  overwrite(24 + 12 + 7, "00099");
  expect_whole(Reason::kDirectory, "a start");
  overwrite(24 + 24 + 3, "xxxx");
  expect_whole(Reason::kDirectory, "a length that is not a number");
}

TEST_F(RepairTest, AnOctetThatAnEntryLostOrGainedIsMadeGoodOrTheRecordIsRefused) {
  const std::string whole = bytes_;
  std::size_t mended = 0;
  for (std::size_t at = 24; at < 24 + 3 * 12; ++at) {
    for (const std::string_view octet : {"", "x", "7"}) {
      bytes_ = whole;
      octet.empty() ? bytes_.erase(at, 1) : bytes_.insert(at, octet);
      const auto result = repair_iso2709(bytes_);
      if (const auto* record = std::get_if<RepairedRecord>(&result)) {
        EXPECT_EQ(fields_of(record->view()), fields_of(original_.view())) << at << " " << octet;
        ++mended;
      } else {
        EXPECT_EQ(std::get<Problem>(result).reason, Reason::kDirectory) << at << " " << octet;
        EXPECT_THAT(std::get<Problem>(result).detail, testing::HasSubstr("not a multiple of 12"));
      }
    }
  }
  EXPECT_GT(mended, 3 * 12U * 2);
}

TEST_F(RepairTest, AnEntryThatLostAnOctetOfTheFirstTagIsNamed) {
  bytes_.erase(24, 1);
  expect_whole(Reason::kDirectory, "the first tag");
  const auto repair = std::ranges::find(repaired_.repairs, Reason::kDirectory, &Problem::reason);
  ASSERT_NE(repair, repaired_.repairs.end());
  EXPECT_THAT(repair->detail, testing::HasSubstr("entry 1 of the directory"));
  EXPECT_EQ(repair->location.tag, "001");
  EXPECT_EQ(repair->location.snippet, "abc");
}

TEST_F(RepairTest, AShiftBetweenTwoDamagedEntriesGivesNoWrongTags) {
  bytes_.erase(24 + 10, 1);
  bytes_.insert(24 + 12 + 12 - 1, "7");
  const auto result = repair_iso2709(bytes_);
  if (const auto* record = std::get_if<RepairedRecord>(&result)) {
    EXPECT_EQ(fields_of(record->view()), fields_of(original_.view()));
  }
}

TEST_F(RepairTest, FieldsThatAreStoredOutOfOrderKeepTheirTagsWhenOneEntryIsWrong) {
  original_.clear();
  original_.add_control("001", "abc").add_data("245", "10", {{'a', "Title"}}).add_data("650", " 0", {{'a', "Subject"}});
  bytes_ =
      "00000nam a2200061 i 4500"
      "001000400021"
      "245001000011"
      "650099900000"
      "\x1E 0\x1F"
      "aSubjec\x1E"
      "10\x1F"
      "aTitle\x1E"
      "abc\x1E\x1D";
  bytes_.replace(bytes_.find("Subjec"), 6, "Subject");
  bytes_.replace(24, 36, "001000400022245001000012650099900000");
  expect_whole(Reason::kDirectory, "stored out of order");
}

TEST_F(RepairTest, BytesOfATagThatAreNotAsciiBecomeQuestionMarks) {
  overwrite(24 + 12, "2\xC3\xA9");
  EXPECT_THAT(expect_repaired("tag"), ElementsAre("directory"));
  EXPECT_EQ(fields_of(repaired_.view())[1].substr(0, 3), "2??");
  EXPECT_THAT(repaired_.repairs[0].detail, testing::HasSubstr("2\\xC3\\xA9"));
  EXPECT_EQ(repaired_.repairs[0].location.tag, "2??");
}

TEST_F(RepairTest, EntriesThatLeadToNoFieldAreNamed) {
  bytes_ = bytes_.insert(24 + 36, "999000000000");
  EXPECT_THAT(expect_repaired("an entry of no field"), Contains("field_bounds"));
  EXPECT_EQ(fields_of(repaired_.view()), fields_of(original_.view()));
  const auto repair = std::ranges::find(repaired_.repairs, Reason::kFieldBounds, &Problem::reason);
  EXPECT_THAT(repair->detail, testing::HasSubstr("left out: 999"));
}

TEST_F(RepairTest, AMissingRecordTerminatorIsAdded) {
  bytes_.pop_back();
  expect_whole(Reason::kTruncated, "no terminator");
}

TEST_F(RepairTest, ALeaderThatCannotBePrintedGetsBlanks) {
  overwrite(17, "\x01");
  expect_whole(Reason::kLeader, "leader");
  EXPECT_EQ(repaired_.view().leader()[17], ' ');
}

TEST_F(RepairTest, TheRestOfTheLeaderIsKept) {
  overwrite(5, "cas");
  overwrite(0, "00000");
  expect_repaired("length");
  EXPECT_EQ(repaired_.view().leader().substr(5, 5), bytes_.substr(5, 5));
  EXPECT_EQ(repaired_.view().leader().substr(10, 2), "22");
  EXPECT_EQ(repaired_.view().leader().substr(20), "4500");
}

TEST_F(RepairTest, AFieldTerminatorInsideOfDataDoesNotCostAnyData) {
  const std::size_t at = bytes_.find("Title");
  overwrite(at + 2, "\x1E");
  const auto repaired = repair_iso2709(bytes_);
  if (const auto* record = std::get_if<RepairedRecord>(&repaired)) {
    const std::string all(record->view().bytes());
    for (const char* part : {"abc", "Ti", "le /", "Somebody.", "Subject"}) EXPECT_THAT(all, testing::HasSubstr(part));
  }
}

TEST_F(RepairTest, DataThatNoEntryLeadsToIsNeverLeftOut) {
  bytes_.insert(bytes_.size() - 1, "more\x1E");
  EXPECT_EQ(refusal(), Reason::kUnreferencedData);
  overwrite(24 + 24, "650999999999");
  EXPECT_EQ(refusal(), Reason::kFieldBounds);
}

TEST_F(RepairTest, WhatIsNotARecordIsRefused) {
  for (const std::string_view bytes : {std::string_view(""), std::string_view("\x1D"), std::string_view("text\x1D"),
                                       std::string_view("00026nam a2200025 i 4500 no directory end\x1D")}) {
    bytes_ = bytes;
    const auto result = repair_iso2709(bytes_);
    ASSERT_TRUE(std::holds_alternative<Problem>(result)) << bytes;
    EXPECT_FALSE(std::get<Problem>(result).detail.empty()) << bytes;
  }
}

TEST_F(RepairTest, NoFlippedByteMakesAnUnsoundRecord) {
  const std::string whole = bytes_;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : {'\0', '0', '9', '\x1D', '\x1E', '\x1F', '\xFF'}) {
      bytes_ = whole;
      bytes_[at] = byte;
      const auto result = repair_iso2709(bytes_);
      const auto* record = std::get_if<RepairedRecord>(&result);
      if (record == nullptr) continue;
      for (const DirectoryEntry& entry : record->directory) {
        ASSERT_EQ(record->bytes.at(entry.offset + entry.length), kFieldTerminator) << at << " " << int{byte};
      }
    }
  }
}

TEST(BeginsWithLeaderTest, TakesAWholeLeaderAndWhatMayFollowIt) {
  EXPECT_TRUE(begins_with_leader("00026nam a2200025 i 4500\x1E\x1D"));
  EXPECT_TRUE(begins_with_leader("00064nam a2200049 i 4500001000400000"));
  EXPECT_FALSE(begins_with_leader("00064nam a2200049 i 4500 is text only."));
  EXPECT_FALSE(begins_with_leader("00064nam a3200049 i 4500001000400000"));
  EXPECT_FALSE(begins_with_leader("0006xnam a2200049 i 4500001000400000"));
  EXPECT_FALSE(begins_with_leader("00064nam a2200049 i 4500"));
  EXPECT_FALSE(begins_with_leader(""));
}

TEST(LengthByDirectoryTest, IsWhereTheLastFieldEnds) {
  const std::string bytes = iso2709(numbered_record(16).view());
  EXPECT_EQ(length_by_directory(bytes), bytes.size());
  EXPECT_EQ(length_by_directory(bytes + "more"), bytes.size());
  EXPECT_EQ(length_by_directory(bytes.substr(0, 30)), std::nullopt);
  EXPECT_EQ(length_by_directory("00064nam a2200049 i 4500"
                                "not a directory\x1E"),
            std::nullopt);
}

}  // namespace
}  // namespace bulkmarc
