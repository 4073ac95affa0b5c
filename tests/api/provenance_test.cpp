#include <functional>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/read_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

class ProvenanceTest : public testing::Test {
 protected:
  /// The rows of an export, each as its values between bars.
  std::vector<std::string> rows_of(const std::function<Source()>& source, const Table& table) {
    std::vector<std::string> lines;
    for (const int threads : {1, 3}) {
      const ExportOptions options = {
          .format = Format::kCsv, .table = table, .run = {.threads = threads, .batch_bytes = 4096}};
      std::vector<std::string> found;
      for (const Row& row : read_rows(Format::kCsv, table, export_to_memory(source(), options).bytes)) {
        std::string& line = found.emplace_back();
        for (const Cell& cell : row) line += cell.value_or("~") + "|";
      }
      EXPECT_TRUE(lines.empty() || found == lines);
      lines = found;
    }
    return lines;
  }

  TemporaryFolder folder_;
  Table table_ = Table::of_columns("id=001").with_provenance();
};

TEST_F(ProvenanceTest, RowsSayInWhichInputAndWhereARecordBegins) {
  const std::vector<Record> records = numbered_records(300);
  const auto first = folder_.write("first.mrc", iso2709(std::span(records).first(200)));
  const auto second = folder_.write("second.mrc", "\n" + iso2709(std::span(records).subspan(200)));
  std::vector<std::string> expected;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i == 200) offset = 1;
    expected.push_back(std::to_string(i + 1) + "|" + (i < 200 ? first : second).string() + "|" +
                       std::to_string(offset) + "|" + std::string(records[i].view().control_number()) + "|");
    offset += iso2709(records[i].view()).size();
  }
  EXPECT_EQ(rows_of([&] { return Source::inputs({Input(first), Input(second)}); }, table_), expected);
}

TEST_F(ProvenanceTest, RecordsFromMemoryHaveTheirIndex) {
  const std::vector<Record> records = numbered_records(2);
  const auto number = [&](std::size_t i) { return std::string(records[i].view().control_number()); };
  EXPECT_THAT(rows_of([&] { return Source::records(records); }, table_),
              ElementsAre("1|records in memory|0|" + number(0) + "|", "2|records in memory|1|" + number(1) + "|"));
}

TEST_F(ProvenanceTest, AFileMayHaveAnyName) {
  const std::vector<Record> records = numbered_records(1);
  const auto path = folder_.write("a\xFF,\"b\".mrc", iso2709(records));
  const std::vector<std::string> rows = rows_of([&] { return Source::file(path); }, table_);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows[0], testing::HasSubstr("a\xEF\xBF\xBD,\"b\".mrc|0|"));
}

TEST_F(ProvenanceTest, ARowStreamKnowsTheInputs) {
  const std::vector<Record> records = numbered_records(3);
  const auto path = folder_.write("in.mrc", iso2709(records));
  RowStream rows(Source::file(path), table_);
  RowBatch batch;
  ASSERT_TRUE(rows.next(batch));
  EXPECT_EQ(batch.columns()[1].text(2), path.string());
  EXPECT_EQ(batch.columns()[2].integers[1], static_cast<std::int64_t>(iso2709(records[0].view()).size()));
  EXPECT_EQ(rows.table().columns()[2].name, "input_offset");
}

}  // namespace
}  // namespace bulkmarc
