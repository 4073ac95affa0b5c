#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/buffer_builder.h>
#include <arrow/status.h>
#include <arrow/type_fwd.h>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

namespace bulkmarc {

/// One column of a block of rows: gathered from batches, in memory that is used for the next block again.
class BlockColumn {
 public:
  /// `type` is Arrow's for `column`.
  BlockColumn(const Column& column, std::shared_ptr<arrow::DataType> type);

  /// Adds the values of some rows.
  arrow::Status append(const ColumnValues& values, RowRange rows);
  /// Forgets the values.
  void clear();
  /// Borrowed until the next call of another function.
  [[nodiscard]] std::shared_ptr<arrow::ArrayData> array() const;

 private:
  using Offsets = arrow::TypedBufferBuilder<std::int32_t>;

  arrow::Status append_validity(std::span<const std::uint8_t> validity, RowRange rows);
  arrow::Status append_numbers(std::span<const std::int64_t> numbers);
  arrow::Status append_lists(const ColumnValues& values, RowRange rows);
  arrow::Status append_characters(const ColumnValues& values, RowRange range);
  [[nodiscard]] std::shared_ptr<arrow::ArrayData> items() const;
  [[nodiscard]] std::shared_ptr<arrow::Buffer> validity() const;

  ColumnType type_;
  std::shared_ptr<arrow::DataType> arrow_type_;
  std::int64_t rows_ = 0;
  arrow::TypedBufferBuilder<bool> validity_;  // As far as there were nulls.
  arrow::BufferBuilder numbers_;
  arrow::TypedBufferBuilder<bool> booleans_;
  Offsets offsets_;
  Offsets item_offsets_;
  arrow::BufferBuilder characters_;
  std::vector<BlockColumn> children_;
};

}  // namespace bulkmarc
