#include "formats/xlsx/xlsx_encoder.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "record/internals.hpp"
#include "support/read_xlsx.hpp"
#include "tables/row_batch.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Table kTable = Table::Impl::of_cells(Table::of_columns("text=245,list[]=650"));
using Texts = std::vector<std::pair<const char*, const char*>>;

std::shared_ptr<const RowBatch> batch_of(const Texts& rows, std::int64_t first = 1) {
  auto batch = std::make_shared<RowBatch>();
  RowBatch::Impl& impl = *Internals::of(*batch);
  impl.begin(kTable.columns());
  for (const auto& [text, list] : rows) {
    impl.builders[0].integer(first++);
    std::size_t column = 1;
    for (const char* value : {text, list}) {
      ColumnBuilder& builder = impl.builders[column++];
      if (value == nullptr) {
        builder.null();
      } else {
        EXPECT_TRUE(builder.append(value));
        builder.end_text();
      }
    }
    ++impl.rows;
  }
  impl.end();
  return batch;
}

EncoderContext context_of(std::string& bytes) {
  return {kTable, "", [&bytes](std::string_view more) { bytes += more; }, {}};
}

/// A workbook of these batches.
std::string workbook_of(const std::vector<std::shared_ptr<const RowBatch>>& batches, XlsxLimits limits = {}) {
  std::string bytes;
  XlsxEncoder encoder(context_of(bytes), limits);
  for (const auto& batch : batches) encoder.write(batch, {0, batch->rows()});
  encoder.finish();
  return bytes;
}

TEST(XlsxEncoderTest, CellsAreReadAsTheyWere) {
  const std::vector<Sheet> sheets = read_xlsx(workbook_of({batch_of({{"=1+1", "a; b"}, {nullptr, ""}, {" \n", "7"}})}));
  ASSERT_THAT(sheets, SizeIs(1));
  EXPECT_EQ(sheets[0].name, "Sheet1");
  EXPECT_THAT(sheets[0].rows, ElementsAre(Row{"record_number", "text", "list"}, Row{"1", "=1+1", "a; b"},
                                          Row{"2", {}, {}}, Row{"3", " \n", "7"}));
  EXPECT_EQ(sheets[0].frozen_rows, 1U);
  EXPECT_EQ(sheets[0].filter, "A1:C4");
}

TEST(XlsxEncoderTest, AWorkbookWithoutRowsHasTheNamesOfTheColumns) {
  const std::vector<Sheet> sheets = read_xlsx(workbook_of({}));
  ASSERT_THAT(sheets, SizeIs(1));
  EXPECT_THAT(sheets[0].rows, ElementsAre(Row{"record_number", "text", "list"}));
  EXPECT_EQ(sheets[0].filter, "A1:C1");
}

TEST(XlsxEncoderTest, AFullSheetIsFollowedByAnotherOneWithTheSameHeader) {
  const auto batch = batch_of({{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}});
  const std::vector<Sheet> sheets = read_xlsx(workbook_of({batch, batch}, {.rows_of_sheet = 4}));
  ASSERT_THAT(sheets, SizeIs(3));
  EXPECT_EQ(sheets[1].name, "Sheet2");
  EXPECT_THAT(sheets[1].rows, ElementsAre(Row{"record_number", "text", "list"}, Row{"4", "d", {}}, Row{"1", "a", {}},
                                          Row{"2", "b", {}}));
  EXPECT_EQ(sheets[2].filter, "A1:C3");
  EXPECT_EQ(sheets[2].widths, sheets[0].widths);
  EXPECT_THAT(read_xlsx(workbook_of({batch}, {.bytes_of_sheet = 0})), SizeIs(4));
}

TEST(XlsxEncoderTest, OnlyTheFirstRowsMakeAColumnWider) {
  const std::string wide(30, 'w');
  const std::string very_wide(300, 'w');
  const auto widths = [](const std::vector<std::shared_ptr<const RowBatch>>& batches) {
    return read_xlsx(workbook_of(batches))[0].widths;
  };
  EXPECT_THAT(widths({batch_of({{wide.c_str(), ""}})}), ElementsAre(17, 31, 8));
  EXPECT_THAT(widths({batch_of({{very_wide.c_str(), "\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87"}})}),
              ElementsAre(17, 61, 9));
  const std::vector<std::shared_ptr<const RowBatch>> many(1000, batch_of({{"a", ""}}));
  std::vector<std::shared_ptr<const RowBatch>> late = many;
  late.push_back(batch_of({{wide.c_str(), ""}}));
  EXPECT_EQ(widths(late), widths(many));
}

TEST(XlsxEncoderTest, TheBytesDoNotDependOnTheBatches) {
  std::vector<std::shared_ptr<const RowBatch>> batches;
  const std::string text(2000, 'x');
  for (int i = 1; i <= 1500; ++i) batches.push_back(batch_of({{text.c_str(), "and more"}}, i));
  Texts rows(1500, {text.c_str(), "and more"});
  EXPECT_EQ(workbook_of(batches), workbook_of({batch_of(rows)}));
}

TEST(XlsxEncoderTest, AnEncoderThatIsGivenUpWritesNoMore) {
  std::string bytes;
  {
    XlsxEncoder encoder(context_of(bytes));
    encoder.write(batch_of({{"a", "b"}}), {0, 1});
  }
  EXPECT_THROW(read_xlsx(bytes), std::runtime_error);
}

}  // namespace
}  // namespace bulkmarc
