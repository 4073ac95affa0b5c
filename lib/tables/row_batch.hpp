#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

#include "tables/column_builder.hpp"

namespace bulkmarc {

struct [[gnu::visibility("hidden")]] RowBatch::Impl {
  std::vector<ColumnBuilder> builders;
  std::size_t rows = 0;              ///< Of the records that are kept.
  std::vector<ColumnValues> values;  ///< Once it is filled.
  std::vector<RowRange> marked;      ///< Of the records that are kept.

  /// Makes it an empty one for these columns, each of which holds no more than `most` characters, values or items.
  void begin(std::span<const Column> columns, std::size_t most = kMostInColumn);
  /// Takes back what came after `rows`.
  void take_back();
  void end();

  /// Of all memory that it keeps.
  [[nodiscard]] std::size_t capacity() const;
  /// True when huge records have left more memory here than should be kept.
  [[nodiscard]] bool is_large() const;
};

}  // namespace bulkmarc
