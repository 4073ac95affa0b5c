#include "rows/row_batch.hpp"

#include <algorithm>

namespace bulkmarc {

RowBatch::RowBatch() : impl_(std::make_unique<Impl>()) {}
RowBatch::~RowBatch() = default;
RowBatch::RowBatch(RowBatch&& other) noexcept = default;
RowBatch& RowBatch::operator=(RowBatch&& other) noexcept = default;

std::size_t RowBatch::rows() const { return impl_ ? impl_->rows : 0; }

std::span<const ColumnValues> RowBatch::columns() const {
  return impl_ ? std::span<const ColumnValues>(impl_->values) : std::span<const ColumnValues>();
}

void RowBatch::Impl::begin(std::span<const Column> columns) {
  rows = 0;
  values.clear();
  if (std::ranges::equal(builders, columns, {}, &ColumnBuilder::type, &Column::type)) {
    for (ColumnBuilder& builder : builders) builder.clear();
    return;
  }
  builders.clear();
  for (const Column& column : columns) builders.emplace_back(column.type);
}

void RowBatch::Impl::take_back() {
  for (ColumnBuilder& builder : builders) builder.truncate(rows);
}

void RowBatch::Impl::end() {
  for (ColumnBuilder& builder : builders) values.push_back(builder.values());
}

bool RowBatch::Impl::is_large() const {
  constexpr std::size_t kMostKept = std::size_t{32} << 20;
  return std::ranges::any_of(builders, [](const ColumnBuilder& builder) { return builder.capacity() > kMostKept; });
}

void RowBatches::begin(std::span<const Column> columns) {
  columns_ = columns;
  used_ = 0;
  begin_next();
}

void RowBatches::begin_next() {
  if (used_ == batches_.size()) batches_.emplace_back();
  batches_[used_++].impl()->begin(columns_);
}

void RowBatches::end() {
  if (last().rows == 0) --used_;
  for (RowBatch& batch : filled()) batch.impl()->end();
}

bool RowBatches::are_large() {
  return batches_.size() > 1 || std::ranges::any_of(batches_, [](RowBatch& batch) { return batch.impl()->is_large(); });
}

}  // namespace bulkmarc
