#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

namespace bulkmarc {

/// The name of a column, which counts from 0: A to Z, AA and so on.
[[nodiscard]] std::string column_letters(std::size_t column);

/// The rows of a table as sheets of a workbook (SpreadsheetML, ISO/IEC 29500-1, 18.3). REQUIRES: each column has one
/// value a row, and no text is longer than a cell can be.
class SheetXml {
 public:
  explicit SheetXml(std::span<const Column> columns);

  // What a sheet is made of, in this order.

  /// All before the rows. The first of them stays in sight when the others are scrolled. `first` is for the sheet that
  /// is shown when the file is opened.
  void begin(bool first, std::string& xml) const;
  /// The names of the columns: row 1.
  void header(std::string& xml) const;
  /// A row of a batch, as that of a number.
  void row(std::uint32_t number, std::span<const ColumnValues> values, std::size_t row, std::string& xml) const;
  /// All after `rows` rows. The names get buttons that filter them.
  void end(std::uint32_t rows, std::string& xml) const;

  /// Makes the columns of sheets that begin later wide enough for this row, within reason.
  void widen(std::span<const ColumnValues> values, std::size_t row);

  /// The cells of so many rows, as a definition in the workbook names them: $A$1:$C$3.
  [[nodiscard]] std::string absolute_range(std::uint32_t rows) const;

 private:
  struct SheetColumn {
    std::string name;
    ColumnType type{};
    std::string letters;
    std::size_t width = 0;  // In characters.
  };

  std::vector<SheetColumn> columns_;
};

}  // namespace bulkmarc
