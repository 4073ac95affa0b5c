#include "formats/xlsx/cell_xml.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>

#include "formats/xlsx/sheet_xml.hpp"

namespace bulkmarc {
namespace {

std::string number_cell(ColumnType type, std::int64_t value) {
  const std::array values = {value};
  ColumnValues column;
  column.integers = values;
  std::string xml;
  append_cell({"B", 7}, type, column, 0, xml);
  return xml;
}

std::string text_cell(std::string_view text) {
  std::string xml;
  append_text_cell({"B", 7}, CellStyle::kText, text, xml);
  return xml;
}

/// A cell of text, with what stands between the tags of its content.
std::string cell(const std::string& content, const std::string& attribute = "") {
  return R"(<c r="B7" s="2" t="inlineStr"><is><t)" + attribute + ">" + content + "</t></is></c>";
}

TEST(CellXmlTest, TextIsText) {
  for (const char* text : {"plain", "=1+1", "007", "TRUE", "1999-12-31", "\"quoted\"", "_", "_x0041", "_xyzzy_"}) {
    EXPECT_EQ(text_cell(text), cell(text)) << text;
  }
  EXPECT_EQ(text_cell(""), "");
  EXPECT_EQ(text_cell("<a> & b"), cell("&lt;a&gt; &amp; b"));
}

TEST(CellXmlTest, WhatXmlCanNotHoldIsEscaped) {
  EXPECT_EQ(text_cell("a\x01\x1F\r\nb"), cell("a_x0001__x001F__x000D_\nb"));
  EXPECT_EQ(text_cell("\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD"), cell("_xFFFE__xFFFF_\xEF\xBF\xBD"));
  EXPECT_EQ(text_cell("_x0041_"), cell("_x005F_x0041_"));
  EXPECT_EQ(text_cell("_x00g1_"), cell("_x00g1_"));
}

TEST(CellXmlTest, WhiteSpaceAtBothEndsIsKept) {
  for (const char* text : {" a", "a ", "\ta", "a\n"}) {
    EXPECT_EQ(text_cell(text), cell(text, " xml:space=\"preserve\"")) << text;
  }
  EXPECT_EQ(text_cell("a b"), cell("a b"));
}

TEST(CellXmlTest, NumbersAreNumbersAsFarAsTheyAreExact) {
  EXPECT_EQ(number_cell(ColumnType::kInteger, 1999), R"(<c r="B7" s="3"><v>1999</v></c>)");
  EXPECT_EQ(number_cell(ColumnType::kInteger, -1), R"(<c r="B7" s="3"><v>-1</v></c>)");
  EXPECT_EQ(number_cell(ColumnType::kInteger, 9'007'199'254'740'993), cell("9007199254740993"));
  EXPECT_EQ(number_cell(ColumnType::kBoolean, 1), R"(<c r="B7" s="0" t="b"><v>1</v></c>)");
  EXPECT_EQ(number_cell(ColumnType::kBoolean, 0), R"(<c r="B7" s="0" t="b"><v>0</v></c>)");
}

TEST(CellXmlTest, DatesAreDatesAsFarAsProgramsAgree) {
  EXPECT_EQ(number_cell(ColumnType::kDate, 0), R"(<c r="B7" s="4"><v>25569</v></c>)");
  EXPECT_EQ(number_cell(ColumnType::kDate, -25'508), R"(<c r="B7" s="4"><v>61</v></c>)");
  EXPECT_EQ(number_cell(ColumnType::kDate, -25'509), cell("1900-02-28"));
  EXPECT_EQ(number_cell(ColumnType::kDate, -719'162), cell("0001-01-01"));
  EXPECT_EQ(number_cell(ColumnType::kDate, 2'932'896), R"(<c r="B7" s="4"><v>2958465</v></c>)");
  EXPECT_EQ(number_cell(ColumnType::kTimestamp, 43'200), R"(<c r="B7" s="5"><v>25569.5</v></c>)");
  EXPECT_EQ(number_cell(ColumnType::kTimestamp, -1), R"(<c r="B7" s="5"><v>25568.999988425927</v></c>)");
  EXPECT_EQ(number_cell(ColumnType::kTimestamp, -25'508LL * 86'400 - 1), cell("1900-02-28T23:59:59"));
}

TEST(CellXmlTest, ColumnsAreNamedAsSpreadsheetsNameThem) {
  EXPECT_EQ(column_letters(0), "A");
  EXPECT_EQ(column_letters(25), "Z");
  EXPECT_EQ(column_letters(26), "AA");
  EXPECT_EQ(column_letters(701), "ZZ");
  EXPECT_EQ(column_letters(702), "AAA");
  EXPECT_EQ(column_letters(16'383), "XFD");
}

}  // namespace
}  // namespace bulkmarc
