#include "tables/cell_rows.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "tables/table_impl.hpp"

namespace bulkmarc {

bool begins_formula(std::string_view text) {
  constexpr ByteSet kSigns("=+@\t\r\n-");
  /// The same signs in full width, which Excel takes in East Asia.
  constexpr std::array<std::string_view, 4> kWideSigns = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                                          "\xEF\xBC\xA0"};
  if (text.empty()) return false;
  return kSigns.contains(text.front()) ||
         std::ranges::any_of(kWideSigns, [text](std::string_view sign) { return text.starts_with(sign); });
}

std::size_t fitting_in_utf16(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  constexpr unsigned char kFirstOfPair = 0xF0;  // A character of four bytes has two units.
  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0) == 0x80) continue;
    units += byte >= kFirstOfPair ? 2 : 1;
    if (units > most) return at;
  }
  return text.size();
}

Table Table::Impl::of_cells(const Table& table) {
  if (table.impl_->is_of_cells) return table;
  Impl impl = *table.impl_;
  for (Column& column : impl.columns) {
    if (column.type == ColumnType::kStructs) {
      throw Error(ErrorCode::kInvalidOptions, {},
                  fmt::format("a spreadsheet can't hold the column '{}': it is nested", column.name));
    }
    if (column.type != ColumnType::kTexts) continue;
    column.type = ColumnType::kText;
    column.nullable = true;  // An empty list has no text.
  }
  impl.is_of_cells = true;
  impl.description += " of cells";
  return Table(std::make_shared<const Impl>(std::move(impl)));
}

}  // namespace bulkmarc
