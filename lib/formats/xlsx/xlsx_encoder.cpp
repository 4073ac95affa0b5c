#include "formats/xlsx/xlsx_encoder.hpp"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "formats/xlsx/cell_xml.hpp"

namespace bulkmarc {
namespace {

/// The first rows tell how wide the columns are: so many of them, or as many as are kept.
constexpr std::uint32_t kRowsThatWiden = 1000;
constexpr std::size_t kMostKept = std::size_t{1} << 20;
constexpr std::size_t kWrittenAtOnce = std::size_t{64} << 10;

// The parts of the package besides the sheets and their formats (ISO/IEC 29500-2). What is not said of another part is
// said of the sheets: so the types can come first, as programs like it, before anybody knows how many sheets there are.

constexpr std::string_view kContentTypes =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\""
    " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
    "<Override PartName=\"/xl/workbook.xml\""
    " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
    "<Override PartName=\"/xl/styles.xml\""
    " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>";

constexpr std::string_view kPackageRelationships =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\""
    " Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\""
    " Target=\"xl/workbook.xml\"/></Relationships>";

std::string path_of_sheet(std::size_t number) { return fmt::format("worksheets/sheet{}.xml", number); }

std::string workbook_relationships(std::size_t sheets) {
  constexpr std::string_view kRelationship =
      R"(<Relationship Id="rId{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" )"
      R"(Target="{}"/>)";
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
  for (std::size_t number = 1; number <= sheets; ++number) {
    fmt::format_to(std::back_inserter(xml), kRelationship, number, "worksheet", path_of_sheet(number));
  }
  fmt::format_to(std::back_inserter(xml), kRelationship, sheets + 1, "styles", "styles.xml");
  return xml + "</Relationships>";
}

std::string workbook(const SheetXml& sheet, const std::vector<std::uint32_t>& rows) {
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
      "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
      " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
      "<bookViews><workbookView/></bookViews><sheets>";
  for (std::size_t number = 1; number <= rows.size(); ++number) {
    fmt::format_to(std::back_inserter(xml), R"(<sheet name="Sheet{0}" sheetId="{0}" r:id="rId{0}"/>)", number);
  }
  xml += "</sheets><definedNames>";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    fmt::format_to(std::back_inserter(xml),
                   R"(<definedName name="_xlnm._FilterDatabase" localSheetId="{}" hidden="1">Sheet{}!{}</definedName>)",
                   i, i + 1, sheet.absolute_range(rows[i]));
  }
  return xml + "</definedNames></workbook>";
}

}  // namespace

XlsxEncoder::XlsxEncoder(const EncoderContext& context, XlsxLimits limits)
    : limits_(limits), zip_(context.write, limits.bytes_of_file), sheet_(context.table.columns()) {
  zip_.add("[Content_Types].xml", kContentTypes);
  zip_.add("_rels/.rels", kPackageRelationships);
  zip_.add("xl/styles.xml", cell_styles_xml());
  begin_sheet();
}

void XlsxEncoder::write(const std::shared_ptr<const RowBatch>& rows, RowRange range) {
  for (std::size_t row = range.begin; row < range.end; ++row) append(rows->columns(), row);
}

void XlsxEncoder::finish() {
  end_sheet();
  zip_.add("xl/workbook.xml", workbook(sheet_, rows_));
  zip_.add("xl/_rels/workbook.xml.rels", workbook_relationships(rows_.size()));
  zip_.finish();
}

void XlsxEncoder::append(std::span<const ColumnValues> values, std::size_t row) {
  const std::uint64_t bytes = bytes_of_sheet_ + xml_.size();
  if (rows_.back() == limits_.rows_of_sheet || (rows_.back() > 1 && bytes > limits_.bytes_of_sheet)) {
    end_sheet();
    begin_sheet();
  }
  sheet_.row(++rows_.back(), values, row, xml_);
  if (are_widths_settled_) {
    if (xml_.size() >= kWrittenAtOnce) flush();
    return;
  }
  sheet_.widen(values, row);
  if (rows_.back() > kRowsThatWiden || xml_.size() >= kMostKept) settle_widths();
}

void XlsxEncoder::begin_sheet() {
  rows_.push_back(1);
  zip_.begin("xl/" + path_of_sheet(rows_.size()));
  bytes_of_sheet_ = 0;
  if (are_widths_settled_) sheet_.begin(false, xml_);
  sheet_.header(xml_);
}

void XlsxEncoder::end_sheet() {
  if (!are_widths_settled_) settle_widths();
  sheet_.end(rows_.back(), xml_);
  flush();
  zip_.end();
}

void XlsxEncoder::settle_widths() {
  are_widths_settled_ = true;
  const std::string rows = std::exchange(xml_, {});
  sheet_.begin(true, xml_);
  xml_ += rows;
  flush();
}

void XlsxEncoder::flush() {
  zip_.append(xml_);
  bytes_of_sheet_ += xml_.size();
  xml_.clear();
}

std::unique_ptr<RowEncoder> make_xlsx_encoder(const EncoderContext& context) {
  return std::make_unique<XlsxEncoder>(context);
}

}  // namespace bulkmarc
