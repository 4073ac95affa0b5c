#include "arrow/row_blocks.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <arrow/array/concatenate.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <bulkmarc/arrow.hpp>
#include <bulkmarc/version.hpp>

namespace bulkmarc {
namespace {

std::shared_ptr<const arrow::KeyValueMetadata> metadata_of(const EncoderContext& context) {
  auto metadata = std::make_shared<arrow::KeyValueMetadata>();
  metadata->Append("bulkmarc.version", std::string(version()));
  metadata->Append("bulkmarc.table", context.definition);
  std::string inputs;
  for (const std::string& input : context.inputs) inputs += (inputs.empty() ? "" : "\n") + input;
  metadata->Append("bulkmarc.inputs", inputs);
  return metadata;
}

}  // namespace

RowBlocks::RowBlocks(const EncoderContext& context, std::size_t rows, const EncodedStream& stream, Take take)
    : stream_(stream), most_rows_(rows), take_(std::move(take)) {
  ArrowSchema schema = {};
  export_arrow(context.table, &schema);
  schema_ = stream_.take(arrow::ImportSchema(&schema))->WithMetadata(metadata_of(context));
}

void RowBlocks::add(const std::shared_ptr<const RowBatch>& rows, RowRange range) {
  ArrowArray array = {};
  export_arrow(rows, &array);
  const std::shared_ptr<arrow::RecordBatch> batch = stream_.take(arrow::ImportRecordBatch(&array, schema_));
  while (range.begin != range.end) {
    std::size_t end = end_of_what_fits(*rows, range);
    if (end == range.begin) {
      if (rows_ != 0) {
        close();
        continue;
      }
      ++end;
    }
    pieces_.push_back(
        batch->Slice(static_cast<std::int64_t>(range.begin), static_cast<std::int64_t>(end - range.begin)));
    rows_ += end - range.begin;
    bytes_ += rows->bytes({range.begin, end});
    range.begin = end;
    if (rows_ == most_rows_) close();
    if (pieces_.size() == kMostPieces) pieces_ = {join_pieces()};
  }
}

/// The index after the last row that the block has room for.
std::size_t RowBlocks::end_of_what_fits(const RowBatch& rows, RowRange range) const {
  std::size_t end = std::min(range.end, range.begin + (most_rows_ - rows_));
  const auto fit = [&](std::size_t index) { return bytes_ + rows.bytes({range.begin, index}) <= kMostBytes; };
  if (fit(end)) return end;
  std::size_t fitting = range.begin;
  while (end - fitting > 1) {
    const std::size_t middle = fitting + (end - fitting) / 2;
    (fit(middle) ? fitting : end) = middle;
  }
  return fitting;
}

void RowBlocks::finish() {
  if (rows_ != 0) close();
}

std::shared_ptr<arrow::RecordBatch> RowBlocks::join_pieces() const {
  if (pieces_.size() == 1) return pieces_.front();
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int i = 0; i < schema_->num_fields(); ++i) {
    arrow::ArrayVector pieces;
    for (const auto& piece : pieces_) pieces.push_back(piece->column(i));
    columns.push_back(stream_.take(arrow::Concatenate(pieces)));
  }
  return arrow::RecordBatch::Make(schema_, static_cast<std::int64_t>(rows_), std::move(columns));
}

void RowBlocks::close() {
  const std::shared_ptr<arrow::RecordBatch> block = join_pieces();
  pieces_.clear();
  rows_ = 0;
  take_(block, std::exchange(bytes_, 0));
}

}  // namespace bulkmarc
