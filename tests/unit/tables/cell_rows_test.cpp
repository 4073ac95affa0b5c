#include "tables/cell_rows.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <bulkmarc/error.hpp>

#include "support/rows_of.hpp"

namespace bulkmarc {
namespace {

Rows cells_of(const Record& record, const char* columns, bool guards = false) {
  const Table table = Table::of_columns(columns);
  Rows rows;
  RowMemory memory;
  RecordNotes notes(record.view(), rows.repairs);
  CellRows cells(RowLog(), notes, memory, guards);
  Internals::of(table)->emit_rows(notes, {.number = 7}, memory, cells);
  rows.lines = cells.out().lines();
  return rows;
}

Record with_notes(const std::vector<std::string>& values) {
  Record record;
  for (const std::string& value : values) record.add_data("500", "  ", {{'a', value}});
  return record;
}

TEST(CellRowsTest, AListIsATextAndAnEmptyOneIsNull) {
  EXPECT_EQ(cells_of(with_notes({"one", "", "three"}), "all[]=500$a").lines[0], "7|one; ; three|");
  EXPECT_EQ(cells_of(with_notes({""}), "all[]=500$a,text=500$a").lines[0], "7|||");
  EXPECT_EQ(cells_of(with_notes({}), "all[]=500$a,text=500$a").lines[0], "7|~|~|");
}

TEST(CellRowsTest, OnlyWhatBeginsAFormulaIsGuarded) {
  for (const char* value : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\xEF\xBC\x9D", "\xEF\xBC\x8B",
                            "\xEF\xBC\x8D", "\xEF\xBC\xA0"}) {
    EXPECT_TRUE(begins_formula(value)) << value;
    EXPECT_EQ(cells_of(with_notes({value}), "text=500$a", true).lines[0], "7|'" + std::string(value) + "|");
    EXPECT_EQ(cells_of(with_notes({value}), "text=500$a").lines[0], "7|" + std::string(value) + "|");
  }
  for (const char* value : {"", "a=1", " =1", "'=1", "1-1", "\xEF\xBC\x8C"})
    EXPECT_FALSE(begins_formula(value)) << value;
  EXPECT_EQ(cells_of(with_notes({"=1", "=2"}), "all[]=500$a", true).lines[0], "7|'=1; =2|");
}

TEST(CellRowsTest, ALongTextIsCutAtACharacterAndNoted) {
  EXPECT_EQ(cells_of(with_notes({std::string(kMostInCell, 'x')}), "text=500$a").lines[0],
            "7|" + std::string(kMostInCell, 'x') + "|");
  const Rows cut = cells_of(with_notes({std::string(kMostInCell + 1, 'x')}), "text=500$a,all[]=500$a");
  const std::string cell = std::string(kMostInCell - 1, 'x') + "\xE2\x80\xA6|";
  EXPECT_EQ(cut.lines[0], "7|" + cell + cell);
  ASSERT_EQ(cut.repairs.size(), 1U);
  EXPECT_EQ(cut.repairs[0].reason, Reason::kCellTooLong);
  EXPECT_EQ(cut.repairs[0].location.tag, "500");
  const Rows guarded = cells_of(with_notes({"=" + std::string(kMostInCell - 1, 'x')}), "text=500$a", true);
  EXPECT_EQ(guarded.lines[0], "7|'=" + std::string(kMostInCell - 3, 'x') + "\xE2\x80\xA6|");
}

TEST(CellRowsTest, ALengthIsThatOfUtf16) {
  EXPECT_EQ(fitting_in_utf16("abc", 3), 3U);
  EXPECT_EQ(fitting_in_utf16("abc", 2), 2U);
  EXPECT_EQ(fitting_in_utf16("\xC3\xA4\xC3\xA4", 1), 2U);
  EXPECT_EQ(fitting_in_utf16("\xF0\x9F\x98\x80", 2), 4U);
  EXPECT_EQ(fitting_in_utf16("a\xF0\x9F\x98\x80", 2), 1U);
  EXPECT_EQ(fitting_in_utf16("\xE2\x82\xAC\xE2\x82\xAC", 2), 6U);
}

TEST(CellRowsTest, ATableOfCellsHasNoLists) {
  const Table records = Table::records();
  const Table table = Table::Impl::of_cells(records);
  EXPECT_EQ(table.columns().size(), records.columns().size());
  for (const Column& column : table.columns()) EXPECT_NE(column.type, ColumnType::kTexts) << column.name;
  EXPECT_NE(Internals::of(table)->description, Internals::of(records)->description);
}

}  // namespace
}  // namespace bulkmarc
