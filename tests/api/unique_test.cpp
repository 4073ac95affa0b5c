#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

/// Records whose control numbers repeat, each with its own title.
std::vector<Record> repeated(const std::vector<std::string>& ids) {
  std::vector<Record> records;
  for (const std::string& id : ids) {
    Record record;
    if (!id.empty()) record.add_control("001", id);
    record.add_data("245", "00", {{'a', "title " + std::to_string(records.size())}});
    records.push_back(record);
  }
  return records;
}

std::vector<std::string> titles(const std::string& mrk) {
  std::vector<std::string> titles;
  for (std::size_t at = mrk.find("$atitle "); at != std::string::npos; at = mrk.find("$atitle ", at + 1)) {
    titles.push_back(mrk.substr(at + 8, mrk.find('\n', at) - at - 8));
  }
  return titles;
}

ExportOptions unique(Unique which) {
  ExportOptions options;
  options.format = Format::kMrk;
  options.run.selection.unique = which;
  return options;
}

const std::vector<std::string> kIds = {"a", "b", " a ", "", "c", "b", "a", ""};

TEST(UniqueTest, TakesTheFirstOrTheLastAndNamesTheOthers) {
  const std::vector<Record> records = repeated(kIds);
  const Exported first = export_to_memory(Source::records(records), unique(Unique::kFirst));
  EXPECT_THAT(titles(first.bytes), ElementsAre("0", "1", "3", "4", "7"));
  EXPECT_EQ(first.report.records_duplicate, 3U);
  EXPECT_EQ(first.report.records_selected_out, 3U);
  ASSERT_EQ(first.report.duplicates.size(), 3U);
  EXPECT_EQ(first.report.duplicates[0].record, 3U);
  EXPECT_EQ(first.report.duplicates[0].code, Reason::kDuplicate);
  const Exported last = export_to_memory(Source::records(records), unique(Unique::kLast));
  EXPECT_THAT(titles(last.bytes), ElementsAre("3", "4", "5", "6", "7"));
  EXPECT_EQ(last.report.records_duplicate, 3U);
  EXPECT_EQ(last.report.duplicates[0].record, 1U);
}

TEST(UniqueTest, AsksOnlyAmongWhatIsSelected) {
  const std::vector<Record> records = repeated(kIds);
  ExportOptions options = unique(Unique::kFirst);
  options.run.selection.skip = 1;
  EXPECT_THAT(titles(export_to_memory(Source::records(records), options).bytes), ElementsAre("1", "2", "3", "4", "7"));
  options.run.selection.limit = 3;
  EXPECT_THAT(titles(export_to_memory(Source::records(records), options).bytes), ElementsAre("1", "2", "3"));
  options = unique(Unique::kFirst);
  options.run.selection.where = "245$a!~\\title 0";
  EXPECT_THAT(titles(export_to_memory(Source::records(records), options).bytes), ElementsAre("1", "2", "3", "4", "7"));
  options = unique(Unique::kFirst);
  options.run.predicate = [](const RecordView& record) { return record.fields()[0].bytes() != "a"; };
  EXPECT_THAT(titles(export_to_memory(Source::records(records), options).bytes), ElementsAre("1", "2", "3", "4", "7"));
}

TEST(UniqueTest, DrawsASampleOfWhatIsLeft) {
  const std::vector<Record> records = repeated(kIds);
  ExportOptions options = unique(Unique::kLast);
  options.run.selection.sample = {100, 1};
  EXPECT_THAT(titles(export_to_memory(Source::records(records), options).bytes), ElementsAre("3", "4", "5", "6", "7"));
}

TEST(UniqueTest, DoesNotCountARejectAsTheFirst) {
  std::vector<Record> records = repeated({"a", "a"});
  records[0].add_data("500", "  ", {{'a', std::string(10'500, 'x')}});  // Longer than ISO 2709 can say.
  ExportOptions options = unique(Unique::kFirst);
  options.format = Format::kIso2709;
  const Exported exported = export_to_memory(Source::records(records), options);
  EXPECT_EQ(exported.report.records_exported, 1U);
  EXPECT_EQ(exported.report.records_rejected, 1U);
  EXPECT_EQ(exported.report.records_duplicate, 0U);
}

TEST(UniqueTest, IsTheSameForMappedFilesAndRows) {
  const TemporaryFolder folder;
  std::vector<std::string> ids;
  for (int i = 0; i < 2000; ++i) ids.push_back(std::to_string(i * 7 % 300));
  const std::string bytes = iso2709(repeated(ids));
  const auto input = folder.write("in.mrc", bytes);
  ExportOptions options = unique(Unique::kLast);
  options.run.batch_bytes = 4096;
  const std::string streamed = export_to_memory(Source::memory(bytes), options).bytes;
  EXPECT_EQ(titles(streamed).size(), 300U);
  EXPECT_EQ(titles(streamed).front(), "1700");
  options.backend = Backend::kMapped;
  EXPECT_EQ(export_to_file(Source::file(input), folder.path("out.mrk"), options).bytes, streamed);
  options.backend = Backend::kAuto;
  options.format = Format::kCsv;
  options.table = Table::records();
  EXPECT_EQ(export_to_memory(Source::memory(bytes), options).report.records_exported, 300U);
  RowStream rows(Source::memory(bytes), Table::records(), options.run);
  std::size_t count = 0;
  for (RowBatch batch; rows.next(batch);) count += batch.rows();
  EXPECT_EQ(count, 300U);
}

TEST(UniqueTest, NeedsASourceThatCanBeReadTwice) {
  EXPECT_THROW(export_to_memory(Source::pulled([](Record&) { return false; }), unique(Unique::kFirst)), Error);
}

TEST(UniqueTest, ACheckCountsDuplicatesWithItsStatistics) {
  const std::vector<Record> records = repeated(kIds);
  ExportOptions options;
  options.run.statistics = true;
  options.run.max_findings = 2;
  options.run.batch_bytes = 4096;
  const Report report = export_records(Source::memory(iso2709(records)), Target::none(), options);
  EXPECT_EQ(report.records_duplicate, 3U);
  EXPECT_EQ(report.records_exported, 8U);
  ASSERT_EQ(report.duplicates.size(), 2U);
  EXPECT_EQ(report.duplicates[0].record, 3U);
  EXPECT_EQ(report.duplicates[0].control_number, " a ");
  EXPECT_EQ(report.duplicates[1].record, 6U);
  EXPECT_EQ(report.status(), "exported");
}

}  // namespace
}  // namespace bulkmarc
