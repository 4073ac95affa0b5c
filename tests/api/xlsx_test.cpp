#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/parts.hpp"
#include "support/read_rows.hpp"
#include "support/read_xlsx.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

ExportOptions options_of(const Table& table, int threads = 1, std::size_t batch_bytes = std::size_t{128} << 10) {
  ExportOptions options;
  options.format = Format::kXlsx;
  options.table = table;
  options.run.threads = threads;
  options.run.batch_bytes = batch_bytes;
  return options;
}

Exported exported(const std::string& records, const ExportOptions& options) {
  return export_to_memory(Source::memory(records), options);
}

/// A record with a note that is longer than a cell.
Record long_record() {
  Record record = numbered_record(1);
  record.add_data("520", "  ", {{'a', std::string(40'000, 'x')}});
  return record;
}

std::string message_of(const ExportOptions& options) {
  try {
    exported(iso2709(numbered_records(1)), options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
    return error.what();
  }
  return "nothing was thrown";
}

/// Without days and moments, which are numbers in a workbook.
std::vector<Row> without_dates(std::vector<Row> rows, const Table& table) {
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const ColumnType type = table.columns()[i].type;
    if (type != ColumnType::kDate && type != ColumnType::kTimestamp) continue;
    for (Row& row : rows) row[i] = Cell();
  }
  return rows;
}

TEST(XlsxTest, CellsAreThoseOfTheCsvForExcel) {
  const std::string records = iso2709(numbered_records(300));
  for (const Table& table : {Table::records(), Table::subfields(), Table::of_columns("id=001,all[]=...,t=245")}) {
    std::vector<Sheet> sheets = read_xlsx(exported(records, options_of(table)).bytes);
    ExportOptions options = options_of(table);
    options.format = Format::kCsv;
    options.for_excel = true;
    std::string csv = exported(records, options).bytes;
    ASSERT_TRUE(csv.starts_with("\xEF\xBB\xBF"));
    std::vector<Row> rows = read_rows(Format::kCsv, table, csv.substr(3));
    for (Row& row : rows) {
      for (Cell& cell : row) cell = cell == "" ? Cell() : cell;
    }
    ASSERT_THAT(sheets, SizeIs(1));
    sheets[0].rows.erase(sheets[0].rows.begin());
    EXPECT_EQ(without_dates(sheets[0].rows, table), without_dates(rows, table));
  }
}

TEST(XlsxTest, TheBytesDoNotDependOnThreadsAndBatches) {
  const std::string records = iso2709(numbered_records(2000));
  const Exported expected = exported(records, options_of(Table::records()));
  expect_same(exported(records, options_of(Table::records(), 4, 4096)), expected);
  expect_same(exported(records, options_of(Table::records(), 3, 20'000)), expected);
}

TEST(XlsxTest, EachPartIsAWorkbook) {
  const TemporaryFolder folder;
  const std::string records = iso2709(numbered_records(25));
  const ExportOptions options = options_of(Table::records());
  const Report report =
      export_records(Source::memory(records), Target::parts(folder.path("a.xlsx"), {.records = 10}), options);
  EXPECT_EQ(report.parts, 3U);
  const std::vector<Sheet> last = read_xlsx(folder.read("a-00003.xlsx"));
  ASSERT_THAT(last, SizeIs(1));
  EXPECT_THAT(last[0].rows, SizeIs(6));
  EXPECT_EQ(last[0].rows[1][0], "21");
}

TEST(XlsxTest, ALongCellIsCutAndARejectIfThatIsNotWanted) {
  ExportOptions options = options_of(Table::of_columns("text=520$a"));
  const Exported cut = export_to_memory(Source::records(std::vector<Record>{long_record()}), options);
  ASSERT_THAT(cut.report.repairs, SizeIs(1));
  EXPECT_EQ(cut.report.repairs[0].code, Reason::kCellTooLong);
  EXPECT_EQ(read_xlsx(cut.bytes)[0].rows[1][1], std::string(32'766, 'x') + "\xE2\x80\xA6");
  options.run.strict = true;
  const Exported strict = export_to_memory(Source::records(std::vector<Record>{long_record()}), options);
  EXPECT_EQ(strict.report.records_rejected, 1U);
  EXPECT_THAT(read_xlsx(strict.bytes)[0].rows, SizeIs(1));
}

TEST(XlsxTest, WhatASpreadsheetCanNotHoldIsRefused) {
  ExportOptions options = options_of(Table::records());
  options.compression = Compression::kGzip;
  EXPECT_THAT(message_of(options), HasSubstr("can't be compressed"));
  options.compression = Compression::kNone;
  options.format = Format::kTsv;
  options.for_excel = true;
  EXPECT_EQ(message_of(options), "tsv is not for Excel: choose csv or xlsx");
}

}  // namespace
}  // namespace bulkmarc
