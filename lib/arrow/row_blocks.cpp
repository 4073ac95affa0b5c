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
    : stream_(stream),
      table_(context.table),
      most_rows_(rows),
      has_threads_(context.threads > 1),
      take_(std::move(take)) {
  ArrowSchema schema = {};
  export_arrow(table_, &schema);
  schema_ = stream_.take(arrow::ImportSchema(&schema))->WithMetadata(metadata_of(context));
  block_ = make_block();
  taken_ = make_block();
}

/// One without memory.
RowBlocks::Block RowBlocks::make_block() const {
  Block block;
  for (const Column& column : table_.columns()) {
    block.columns.emplace_back(column, schema_->field(static_cast<int>(block.columns.size()))->type());
  }
  return block;
}

void RowBlocks::add(const RowBatch& rows, RowRange range) {
  while (range.begin != range.end) {
    std::size_t end = end_of_what_fits(rows, range);
    if (end == range.begin) {
      if (block_.rows != 0) {
        close();
        continue;
      }
      ++end;
    }
    append(rows, {range.begin, end});
    range.begin = end;
    if (block_.rows == most_rows_) close();
  }
}

void RowBlocks::append(const RowBatch& rows, RowRange range) {
  for (std::size_t i = 0; i < block_.columns.size(); ++i) {
    const arrow::Status status = block_.columns[i].append(rows.columns()[i], range);
    if (status.ok()) continue;
    wait();  // The stream is used meanwhile.
    stream_.check(status);
  }
  block_.rows += range.end - range.begin;
  block_.bytes += rows.bytes(range);
}

/// The index after the last row that the block has room for.
std::size_t RowBlocks::end_of_what_fits(const RowBatch& rows, RowRange range) const {
  std::size_t end = std::min(range.end, range.begin + (most_rows_ - block_.rows));
  const auto fit = [&](std::size_t index) { return block_.bytes + rows.bytes({range.begin, index}) <= kMostBytes; };
  if (fit(end)) return end;
  std::size_t fitting = range.begin;
  while (end - fitting > 1) {
    const std::size_t middle = fitting + (end - fitting) / 2;
    (fit(middle) ? fitting : end) = middle;
  }
  return fitting;
}

void RowBlocks::finish() {
  if (block_.rows != 0) close();
  wait();
}

void RowBlocks::close() {
  wait();
  std::swap(block_, taken_);
  if (has_threads_) {
    taking_ = std::async(std::launch::async, [this] { hand_over(); });
  } else {
    hand_over();
  }
}

/// Has the block taken, and its memory ready for another one.
void RowBlocks::hand_over() {
  std::vector<std::shared_ptr<arrow::ArrayData>> arrays;
  for (const BlockColumn& column : taken_.columns) arrays.push_back(column.array());
  take_(*arrow::RecordBatch::Make(schema_, static_cast<std::int64_t>(taken_.rows), std::move(arrays)), taken_.bytes);
  if (taken_.bytes > kMostBytes) taken_ = make_block();  // Gives the memory of a huge row back.
  for (BlockColumn& column : taken_.columns) column.clear();
  taken_.rows = 0;
  taken_.bytes = 0;
}

void RowBlocks::wait() {
  if (taking_.valid()) taking_.get();
}

}  // namespace bulkmarc
