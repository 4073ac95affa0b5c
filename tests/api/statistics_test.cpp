#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> told(const std::vector<Statistics::Type>& types) {
  std::vector<std::string> told;
  for (const auto& type : types) told.push_back({type.type, type.level, ' ', static_cast<char>('0' + type.records)});
  return told;
}

std::vector<std::string> told(const std::vector<Statistics::EncodingCount>& counts) {
  std::vector<std::string> told;
  for (const auto& count : counts) {
    told.push_back(std::string(encoding_name(count.encoding)) + ' ' + std::to_string(count.records));
  }
  return told;
}

/// "245 2/3: a 2/2": in two records three times, with subfield a in two records two times.
std::string told(const Statistics::Field& field) {
  const auto counts = [](const auto& count) {
    return ' ' + std::to_string(count.records) + '/' + std::to_string(count.occurrences);
  };
  std::string told = field.tag + counts(field);
  for (const auto& subfield : field.subfields) told += std::string(" ") + subfield.code + counts(subfield);
  return told;
}

class StatisticsTest : public testing::Test {
 protected:
  StatisticsTest() { options_.run.statistics = true; }

  Record& add(std::string_view leader) { return records_.emplace_back(leader); }
  [[nodiscard]] Statistics count() const {
    return export_to_memory(Source::records(records_), options_).report.statistics.value();
  }

  std::vector<Record> records_;
  ExportOptions options_;
};

TEST_F(StatisticsTest, AreGatheredOnlyWhenTheyAreAskedFor) {
  add(kDefaultLeader);
  options_.run.statistics = false;
  EXPECT_FALSE(export_to_memory(Source::records(records_), options_).report.statistics);
}

TEST_F(StatisticsTest, OfNothingAreEmpty) {
  const Statistics statistics = count();
  EXPECT_EQ(statistics.records, 0U);
  EXPECT_EQ(statistics.longest.record, 0U);
  EXPECT_TRUE(statistics.fields.empty());
}

TEST_F(StatisticsTest, TypesAreThoseOfTheLeaders) {
  for (const char* type : {"as", "am", "am", "z ", "cm", "cm"}) {
    std::string leader(kDefaultLeader);
    add(leader.replace(6, 2, type));
  }
  EXPECT_THAT(told(count().types), ElementsAre("am 2", "cm 2", "as 1", "z  1"));
}

TEST_F(StatisticsTest, EncodingsAreThoseThatAreFound) {
  constexpr std::string_view kMarc8 = "00000nam  2200000 i 4500";
  add(kDefaultLeader).add_control("001", "plain");
  add(kMarc8).add_control("001", "plain");
  add(kDefaultLeader).add_control("001", "é");
  add(kDefaultLeader).add_control("001", "\xE9");
  add(kMarc8).add_control("001", "é");
  add(kMarc8).add_control("001",
                          "\xE2"
                          "e");
  add(kMarc8).add_control("001", "\x1B(NA");
  for (const Format format : {Format::kIso2709, Format::kMarcXml}) {
    options_.format = format;
    EXPECT_THAT(told(count().encodings),
                ElementsAre("ascii 2", "marc8 2", "utf8 1", "invalid_utf8 1", "mislabelled_utf8 1"));
  }
}

TEST_F(StatisticsTest, FieldsAndSubfieldsAreCountedByRecordsAndByOccurrences) {
  add(kDefaultLeader).add_control("001", "1").add_data("650", " 0", {{'a', "x"}, {'x', "y"}, {'x', "z"}});
  add(kDefaultLeader).add_data("650", " 0", {{'a', "x"}}).add_data("650", " 0", {{'a', "x"}}).add_data("245", "10", {});
  add(kDefaultLeader)
      .add_field("003",
                 "a\x1F"
                 "b")
      .add_field("500",
                 "  \x1F\x1F"
                 "a\x1F");
  std::vector<std::string> fields;
  for (const auto& field : count().fields) fields.push_back(told(field));
  EXPECT_THAT(fields, ElementsAre("650 2/3 a 2/3 x 1/2", "001 1/1", "003 1/1", "245 1/1", "500 1/1 a 1/1"));
}

TEST_F(StatisticsTest, TheLongestRecordIsTheFirstOfSeveral) {
  const TemporaryFolder folder;
  for (const char* number : {"1", "2", "3"}) add(kDefaultLeader).add_control("001", number);
  records_[1].add_control("009", "long");
  const std::string first = iso2709(records_[0].view());
  const std::string longest = iso2709(records_[1].view());
  const auto path = folder.write("in.mrc", first + longest + iso2709(records_[2].view()));
  const auto again = folder.write("again.mrc", longest);
  options_.run.batch_bytes = 4096;
  const Report report = export_to_memory(Source::files({again, path}), options_).report;
  EXPECT_EQ(report.statistics->longest.record, 1U);
  const Statistics::Longest found = export_to_memory(Source::files({path, again}), options_).report.statistics->longest;
  EXPECT_EQ(found.bytes, longest.size());
  EXPECT_EQ(found.record, 2U);
  EXPECT_EQ(found.input, 0U);
  EXPECT_EQ(found.offset, first.size());
  EXPECT_EQ(found.control_number, "2");
}

TEST_F(StatisticsTest, RejectedRecordsCountAsFarAsTheyAreDecoded) {
  const TemporaryFolder folder;
  const std::string record = iso2709(numbered_record(1).view());
  const auto path = folder.write("in.mrc", record + record.substr(0, record.size() - 10));
  const Report report = export_to_memory(Source::file(path), options_).report;
  EXPECT_EQ(report.records_rejected, 1U);
  EXPECT_EQ(report.statistics->records, 1U);
}

TEST_F(StatisticsTest, AreTheSameForAnyNumberOfThreads) {
  records_ = numbered_records(2'000);
  for (std::size_t i = 0; i < records_.size(); i += 7)
    records_[i].add_data("9" + std::to_string(10 + i % 89), "  ", {{'a', "x"}});
  options_.run.threads = 1;
  const std::string expected = account_of(export_to_memory(Source::records(records_), options_).report);
  options_.run.batch_bytes = 4096;
  for (const int threads : {1, 2, 8}) {
    options_.run.threads = threads;
    EXPECT_EQ(account_of(export_to_memory(Source::records(records_), options_).report), expected);
  }
}

TEST(ReasonCountsTest, AreCompleteWhateverIsListed) {
  std::vector<Record> records = numbered_records(100);
  for (std::size_t i = 0; i < 30; ++i) records[i].add_field("500", "no subfields");
  for (std::size_t i = 20; i < 60; ++i) records[i].add_control("009", "\xFF");
  ExportOptions options;
  options.run.max_findings = 1;
  Report report = export_to_memory(Source::records(records), options).report;
  EXPECT_EQ(report.records_repaired, 60U);
  EXPECT_EQ(report.repairs_by_reason,
            (std::map<Reason, std::uint64_t>{{Reason::kSubfields, 30}, {Reason::kInvalidUtf8, 40}}));
  EXPECT_TRUE(report.rejects_by_reason.empty());
  EXPECT_THAT(report.to_text(), HasSubstr("repairs (subfields 30, invalid_utf8 40):\n"));
  options.run.strict = true;
  report = export_to_memory(Source::records(records), options).report;
  EXPECT_TRUE(report.repairs_by_reason.empty());
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : report.rejects_by_reason) sum += count;
  EXPECT_EQ(sum, report.records_rejected);
  EXPECT_EQ(nlohmann::json::parse(report.to_json())["rejects_by_reason"]["invalid_utf8"],
            report.rejects_by_reason[Reason::kInvalidUtf8]);
}

TEST(StatisticsTextTest, ShowsTheMostFrequentAndNothingThatATerminalWouldObey) {
  Report report;
  report.inputs = {"in.mrc"};
  Statistics& statistics = report.statistics.emplace();
  statistics.records = 50;
  statistics.longest = {1234, 7, 0, 99, "\x1B[2J"};
  statistics.types = {{'z', ' ', 50}};
  for (int i = 0; i < 50; ++i)
    statistics.fields.push_back({std::to_string(100 + i), 50, 1'000, {{'\x1B', 1, 1}, {'\xFF', 1, 1}}});
  const std::string text = report.to_text();
  EXPECT_THAT(text, HasSubstr("types     z# 50\n"));
  EXPECT_THAT(text, HasSubstr("longest   1,234 bytes: record 7 at 99 (001: ?[2J)\n"));
  EXPECT_THAT(text, HasSubstr("  100           50        1,000  ? 1, ? 1\n"));
  EXPECT_THAT(text, HasSubstr("lists all 50"));
  EXPECT_LT(std::ranges::count(text, '\n'), 40);
}

}  // namespace
}  // namespace bulkmarc
