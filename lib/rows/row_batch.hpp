#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

#include "rows/column_builder.hpp"

namespace bulkmarc {

struct [[gnu::visibility("hidden")]] RowBatch::Impl {
  std::vector<ColumnBuilder> builders;
  std::size_t rows = 0;              ///< Of the records that are kept.
  std::vector<ColumnValues> values;  ///< Once it is filled.

  /// Makes it an empty one for these columns.
  void begin(std::span<const Column> columns);
  /// Takes back what came after `rows`.
  void take_back();
  void end();

  /// True when huge records have left more memory here than should be kept.
  [[nodiscard]] bool is_large() const;
};

/// What a batch of records becomes: usually one batch of rows, and more where a column would be too long.
class RowBatches {
 public:
  /// Forgets the rows; keeps the memory.
  void begin(std::span<const Column> columns);
  /// Begins one more.
  void begin_next();

  /// The one to add rows to. REQUIRES: begin() was called.
  [[nodiscard]] RowBatch::Impl& last() { return *batches_[used_ - 1].impl(); }

  /// Those that have rows, after end().
  void end();
  [[nodiscard]] std::span<RowBatch> filled() { return std::span(batches_).first(used_); }

  /// As RowBatch::Impl::is_large().
  [[nodiscard]] bool are_large();

 private:
  std::span<const Column> columns_;
  std::vector<RowBatch> batches_;
  std::size_t used_ = 0;
};

}  // namespace bulkmarc
