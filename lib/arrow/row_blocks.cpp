#include "arrow/row_blocks.hpp"

#include <algorithm>
#include <string>
#include <utility>

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
    : stream_(stream), table_(context.table), most_rows_(rows), take_(std::move(take)) {
  ArrowSchema schema = {};
  export_arrow(table_, &schema);
  schema_ = stream_.take(arrow::ImportSchema(&schema))->WithMetadata(metadata_of(context));
  begin();
}

/// Makes columns without memory.
void RowBlocks::begin() {
  columns_.clear();
  for (const Column& column : table_.columns()) {
    columns_.emplace_back(column, schema_->field(static_cast<int>(columns_.size()))->type());
  }
}

void RowBlocks::add(const RowBatch& rows, RowRange range) {
  while (range.begin != range.end) {
    std::size_t end = end_of_what_fits(rows, range);
    if (end == range.begin) {
      if (rows_ != 0) {
        close();
        continue;
      }
      ++end;
    }
    append(rows, {range.begin, end});
    range.begin = end;
    if (rows_ == most_rows_) close();
  }
}

void RowBlocks::append(const RowBatch& rows, RowRange range) {
  for (std::size_t i = 0; i < columns_.size(); ++i) stream_.check(columns_[i].append(rows.columns()[i], range));
  rows_ += range.end - range.begin;
  bytes_ += rows.bytes(range);
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

void RowBlocks::close() {
  std::vector<std::shared_ptr<arrow::ArrayData>> arrays;
  for (const BlockColumn& column : columns_) arrays.push_back(column.array());
  take_(*arrow::RecordBatch::Make(schema_, static_cast<std::int64_t>(rows_), std::move(arrays)), bytes_);
  if (bytes_ > kMostBytes) begin();  // Gives the memory of a huge row back.
  for (BlockColumn& column : columns_) column.clear();
  rows_ = 0;
  bytes_ = 0;
}

}  // namespace bulkmarc
