#include "formats/xlsx/sheet_xml.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "formats/xlsx/cell_xml.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kMostWidth = 60;
/// Around a value, and beside a name for its button.
constexpr std::size_t kMargin = 1;
constexpr std::size_t kButton = 4;

}  // namespace

std::string column_letters(std::size_t column) {
  constexpr std::size_t kAlphabet = 26;
  std::string letters;
  for (std::size_t rest = column + 1; rest != 0; rest = (rest - 1) / kAlphabet) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % kAlphabet));
  }
  return letters;
}

SheetXml::SheetXml(std::span<const Column> columns) {
  for (const Column& column : columns) {
    const std::size_t width = text_width(column.name, kMostWidth) + kButton;
    columns_.push_back({column.name, column.type, column_letters(columns_.size()), width});
  }
}

void SheetXml::begin(bool first, std::string& xml) const {
  xml +=
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
      "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView";
  if (first) xml += " tabSelected=\"1\"";
  xml +=
      " workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
      "<selection pane=\"bottomLeft\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>";
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    fmt::format_to(std::back_inserter(xml), R"(<col min="{0}" max="{0}" width="{1}" customWidth="1"/>)", i + 1,
                   columns_[i].width);
  }
  xml += "</cols><sheetData>";
}

void SheetXml::header(std::string& xml) const {
  xml += "<row r=\"1\">";
  for (const SheetColumn& column : columns_)
    append_text_cell({column.letters, 1}, CellStyle::kHeader, column.name, xml);
  xml += "</row>";
}

void SheetXml::row(std::uint32_t number, std::span<const ColumnValues> values, std::size_t row,
                   std::string& xml) const {
  fmt::format_to(std::back_inserter(xml), R"(<row r="{}">)", number);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const SheetColumn& column = columns_[i];
    if (!values[i].is_null(row)) append_cell({column.letters, number}, column.type, values[i], row, xml);
  }
  xml += "</row>";
}

void SheetXml::end(std::uint32_t rows, std::string& xml) const {
  // Excel would mark texts that look like numbers, such as ISBNs, as mistakes.
  fmt::format_to(std::back_inserter(xml),
                 R"(</sheetData><autoFilter ref="A1:{0}{1}"/><ignoredErrors><ignoredError sqref="A1:{0}{1}" )"
                 R"(numberStoredAsText="1"/></ignoredErrors></worksheet>)",
                 columns_.back().letters, rows);
}

void SheetXml::widen(std::span<const ColumnValues> values, std::size_t row) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    SheetColumn& column = columns_[i];
    if (values[i].is_null(row)) continue;
    column.width = std::max(column.width, cell_width(column.type, values[i], row, kMostWidth) + kMargin);
  }
}

std::string SheetXml::absolute_range(std::uint32_t rows) const {
  return fmt::format("$A$1:${}${}", columns_.back().letters, rows);
}

}  // namespace bulkmarc
