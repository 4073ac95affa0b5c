#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

namespace bulkmarc {

/// The formats of cells, which the part xl/styles.xml defines in this order.
enum class CellStyle { kGeneral, kHeader, kText, kWhole, kDay, kMoment };
[[nodiscard]] std::string_view cell_styles_xml();

/// Where a cell is: its column's letters and its row, from 1.
struct CellPlace {
  std::string_view letters;
  std::uint32_t row = 0;
};

// All of them append the element `c` of SpreadsheetML (ISO/IEC 29500-1, 18.3.1.4). No cell is a formula.

/// A text, whatever it looks like. An empty one is no cell.
void append_text_cell(CellPlace place, CellStyle style, std::string_view text, std::string& xml);
/// A value that is not null, as what its type is. REQUIRES: a type of one value.
void append_cell(CellPlace place, ColumnType type, const ColumnValues& values, std::size_t row, std::string& xml);

/// The width of a value that is not null, in characters; those of East Asia count twice. No more than `most`, which is
/// all that is looked at.
[[nodiscard]] std::size_t text_width(std::string_view text, std::size_t most);
[[nodiscard]] std::size_t cell_width(ColumnType type, const ColumnValues& values, std::size_t row, std::size_t most);

}  // namespace bulkmarc
