#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/encoder.hpp>

#include "formats/xlsx/sheet_xml.hpp"
#include "formats/xlsx/zip_writer.hpp"

namespace bulkmarc {

inline constexpr std::size_t kMostColumnsOfSheet = 16'384;

/// What Excel takes; tests have less.
struct XlsxLimits {
  std::uint32_t rows_of_sheet = 1'048'576;                            ///< With the names of the columns.
  std::uint64_t bytes_of_sheet = ZipWriter::kMostBytes - (1U << 30);  ///< After which the next row has a new one.
  std::uint64_t bytes_of_file = ZipWriter::kMostBytes;
};

/// Writes rows as an Office Open XML workbook (ISO/IEC 29500, transitional), from its first byte to its last: a sheet,
/// and another one where that is full. Keeps no more than the first rows, for the widths of the columns, and one row.
/// (libxlsxwriter writes each sheet to temporary files and ignores what that returns: a full disk gives a workbook that
/// is cut off, and no error.)
class XlsxEncoder final : public RowEncoder {
 public:
  /// REQUIRES: the table is one of cells (tables/cell_rows.hpp), of no more than kMostColumnsOfSheet columns.
  explicit XlsxEncoder(const EncoderContext& context, XlsxLimits limits = {});

  void write(const std::shared_ptr<const RowBatch>& rows, RowRange range) override;
  void finish() override;

 private:
  void append(std::span<const ColumnValues> values, std::size_t row);
  void begin_sheet();
  void end_sheet();
  /// From now on the columns are as wide as they are: what was kept is written.
  void settle_widths();
  void flush();

  XlsxLimits limits_;
  ZipWriter zip_;
  SheetXml sheet_;
  std::string xml_;  // What is not yet in the archive.
  bool are_widths_settled_ = false;
  std::uint64_t bytes_of_sheet_ = 0;
  std::vector<std::uint32_t> rows_;  // Of each sheet, the names of the columns among them.
};

/// Of what ExportOptions::encoder may be for Format::kXlsx. It is always there.
[[nodiscard]] std::unique_ptr<RowEncoder> make_xlsx_encoder(const EncoderContext& context);

}  // namespace bulkmarc
