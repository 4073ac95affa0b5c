#include "tables/row_batch.hpp"

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

std::span<const RowRange> RowBatch::marked() const {
  return impl_ ? std::span<const RowRange>(impl_->marked) : std::span<const RowRange>();
}

void RowBatch::Impl::begin(std::span<const Column> columns, std::size_t most) {
  rows = 0;
  values.clear();
  marked.clear();
  if (!std::ranges::equal(builders, columns, {}, &ColumnBuilder::type, &Column::type)) {
    builders.clear();
    for (const Column& column : columns) builders.emplace_back(column.type);
  }
  for (ColumnBuilder& builder : builders) builder.clear(most);
}

void RowBatch::Impl::take_back() {
  for (ColumnBuilder& builder : builders) builder.truncate(rows);
}

void RowBatch::Impl::end() {
  for (ColumnBuilder& builder : builders) values.push_back(builder.values());
}

std::size_t RowBatch::Impl::capacity() const {
  std::size_t bytes = 0;
  for (const ColumnBuilder& builder : builders) bytes += builder.capacity();
  return bytes;
}

bool RowBatch::Impl::is_large() const {
  constexpr std::size_t kMostKept = std::size_t{32} << 20;
  return capacity() > kMostKept;
}

}  // namespace bulkmarc
