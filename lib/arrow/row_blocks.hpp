#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <arrow/type_fwd.h>

#include <bulkmarc/encoder.hpp>

#include "arrow/block_column.hpp"
#include "arrow/encoded_stream.hpp"

namespace bulkmarc {

/// Makes Arrow's record batches of rows, all of the same size, in whatever batches the rows come. Where Arrow ends a
/// page or a dictionary depends on how it is given the rows, so that must depend on the rows alone.
class RowBlocks {
 public:
  /// `block` is borrowed for the call. `bytes` are those of its values: RowBatch::bytes().
  using Take = std::function<void(const arrow::RecordBatch& block, std::uint64_t bytes)>;

  /// A block has this many rows, and fewer where they would be more than kMostBytes, but for a single one. Borrows
  /// `stream`, to which failures are told.
  RowBlocks(const EncoderContext& context, std::size_t rows, const EncodedStream& stream, Take take);

  /// Of the table; its metadata tell the inputs, the table and the version of the library.
  [[nodiscard]] const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }

  /// Copies the rows. Both throw as EncodedStream::check() does, and what `take` throws.
  void add(const RowBatch& rows, RowRange range);
  void finish();

 private:
  static constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;

  [[nodiscard]] std::size_t end_of_what_fits(const RowBatch& rows, RowRange range) const;
  void begin();
  void append(const RowBatch& rows, RowRange range);
  void close();

  const EncodedStream& stream_;
  Table table_;
  std::size_t most_rows_;
  Take take_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<BlockColumn> columns_;
  std::size_t rows_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace bulkmarc
