#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
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
  /// `block` is borrowed for the call. `bytes` are those of its values: RowBatch::bytes(). Where the run has more than
  /// one thread it is called by another, one block after the other, while the next block is gathered.
  using Take = std::function<void(const arrow::RecordBatch& block, std::uint64_t bytes)>;

  /// A block has this many rows, and fewer where they would be more than kMostBytes, but for a single one. Borrows
  /// `stream`, to which failures are told.
  RowBlocks(const EncoderContext& context, std::size_t rows, const EncodedStream& stream, Take take);

  /// Of the table; its metadata tell the inputs, the table and the version of the library.
  [[nodiscard]] const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }

  /// Copies the rows. Throws as EncodedStream::check() does, and what `take` has thrown.
  void add(const RowBatch& rows, RowRange range);
  /// The same for what is left, and waits until all blocks are taken.
  void finish();

 private:
  static constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;

  /// The memory of a block.
  struct Block {
    std::vector<BlockColumn> columns;
    std::size_t rows = 0;
    std::uint64_t bytes = 0;
  };

  [[nodiscard]] std::size_t end_of_what_fits(const RowBatch& rows, RowRange range) const;
  [[nodiscard]] Block make_block() const;
  void append(const RowBatch& rows, RowRange range);
  void close();
  void hand_over();
  void wait();

  const EncodedStream& stream_;
  Table table_;
  std::size_t most_rows_;
  bool has_threads_;
  Take take_;
  std::shared_ptr<arrow::Schema> schema_;
  Block block_;               // That is gathered.
  Block taken_;               // The one before.
  std::future<void> taking_;  // The call for that; waited for before anything else is destroyed.
};

}  // namespace bulkmarc
