#include "arrow/block_column.hpp"

#include <utility>

#include <arrow/buffer.h>
#include <arrow/type.h>

namespace bulkmarc {
namespace {

std::int64_t to_signed(std::size_t size) { return static_cast<std::int64_t>(size); }

/// Appends the ends of the values of some rows, and the first begin where there are none yet. Returns what they hold.
arrow::Result<RowRange> append_offsets(std::span<const std::int32_t> from, RowRange rows,
                                       arrow::TypedBufferBuilder<std::int32_t>& to) {
  ARROW_RETURN_NOT_OK(to.Reserve(to_signed(rows.end - rows.begin) + 1));
  if (to.length() == 0) to.UnsafeAppend(0);
  const std::int32_t* const begins = from.data() + rows.begin;
  const std::int32_t shift = to.data()[to.length() - 1] - begins[0];
  const std::size_t count = rows.end - rows.begin;
  std::int32_t* const ends = to.mutable_data() + to.length();
  for (std::size_t i = 0; i < count; ++i) ends[i] = begins[i + 1] + shift;
  to.UnsafeAdvance(to_signed(count));
  return RowRange{static_cast<std::size_t>(begins[0]), static_cast<std::size_t>(begins[count])};
}

std::shared_ptr<arrow::Buffer> borrow(const void* data, std::int64_t bytes) {
  return std::make_shared<arrow::Buffer>(static_cast<const std::uint8_t*>(data), bytes);
}
std::shared_ptr<arrow::Buffer> borrow(const arrow::BufferBuilder& bytes) {
  return borrow(bytes.data(), bytes.length());
}
std::shared_ptr<arrow::Buffer> borrow(const arrow::TypedBufferBuilder<std::int32_t>& offsets) {
  return borrow(offsets.data(), offsets.length() * to_signed(sizeof(std::int32_t)));
}
std::shared_ptr<arrow::Buffer> borrow(const arrow::TypedBufferBuilder<bool>& bits) {
  return borrow(bits.data(), (bits.length() + 7) / 8);
}

}  // namespace

BlockColumn::BlockColumn(const Column& column, std::shared_ptr<arrow::DataType> type)
    : type_(column.type), arrow_type_(std::move(type)) {
  for (std::size_t i = 0; i < column.children.size(); ++i) {
    children_.emplace_back(column.children[i], arrow_type_->field(0)->type()->field(static_cast<int>(i))->type());
  }
}

arrow::Status BlockColumn::append(const ColumnValues& values, RowRange rows) {
  ARROW_RETURN_NOT_OK(append_validity(values.validity, rows));
  rows_ += to_signed(rows.end - rows.begin);
  switch (type_) {
    case ColumnType::kInteger:
    case ColumnType::kTimestamp:
    case ColumnType::kBoolean:
    case ColumnType::kDate:
      return append_numbers(values.integers.subspan(rows.begin, rows.end - rows.begin));
    case ColumnType::kText: {
      ARROW_ASSIGN_OR_RAISE(const RowRange range, append_offsets(values.offsets, rows, offsets_));
      return append_characters(values, range);
    }
    case ColumnType::kTexts:
    case ColumnType::kStructs:
      return append_lists(values, rows);
  }
  return arrow::Status::OK();
}

arrow::Status BlockColumn::append_validity(std::span<const std::uint8_t> validity, RowRange rows) {
  if (validity.empty() && validity_.length() == 0) return arrow::Status::OK();
  const std::int64_t count = to_signed(rows.end - rows.begin);
  ARROW_RETURN_NOT_OK(validity_.Append(rows_ - validity_.length(), true));
  if (validity.empty()) return validity_.Append(count, true);
  ARROW_RETURN_NOT_OK(validity_.Reserve(count));
  validity_.UnsafeAppend(validity.data(), to_signed(rows.begin), count);
  return arrow::Status::OK();
}

arrow::Status BlockColumn::append_numbers(std::span<const std::int64_t> numbers) {
  const std::int64_t count = to_signed(numbers.size());
  if (type_ == ColumnType::kBoolean) {
    ARROW_RETURN_NOT_OK(booleans_.Reserve(count));
    for (const std::int64_t number : numbers) booleans_.UnsafeAppend(number != 0);
    return arrow::Status::OK();
  }
  if (type_ != ColumnType::kDate) return numbers_.Append(numbers.data(), to_signed(numbers.size_bytes()));
  const std::int64_t bytes = count * to_signed(sizeof(std::int32_t));
  ARROW_RETURN_NOT_OK(numbers_.Reserve(bytes));
  auto* days = numbers_.mutable_data_as<std::int32_t>() + numbers_.length() / to_signed(sizeof(std::int32_t));
  for (const std::int64_t number : numbers) *days++ = static_cast<std::int32_t>(number);
  numbers_.UnsafeAdvance(bytes);
  return arrow::Status::OK();
}

arrow::Status BlockColumn::append_lists(const ColumnValues& values, RowRange rows) {
  ARROW_ASSIGN_OR_RAISE(RowRange range, append_offsets(values.offsets, rows, offsets_));
  for (std::size_t i = 0; i < children_.size(); ++i) {
    ARROW_RETURN_NOT_OK(children_[i].append(values.children[i], range));
  }
  if (type_ == ColumnType::kStructs) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(range, append_offsets(values.item_offsets, range, item_offsets_));
  return append_characters(values, range);
}

arrow::Status BlockColumn::append_characters(const ColumnValues& values, RowRange range) {
  return characters_.Append(values.characters.substr(range.begin, range.end - range.begin));
}

void BlockColumn::clear() {
  rows_ = 0;
  validity_.Reset();
  booleans_.Reset();
  numbers_.Rewind(0);
  characters_.Rewind(0);
  offsets_.bytes_builder()->Rewind(0);
  item_offsets_.bytes_builder()->Rewind(0);
  for (BlockColumn& child : children_) child.clear();
}

std::shared_ptr<arrow::ArrayData> BlockColumn::array() const {
  const std::int64_t nulls = validity_.false_count();
  switch (type_) {
    case ColumnType::kInteger:
    case ColumnType::kTimestamp:
    case ColumnType::kDate:
      return arrow::ArrayData::Make(arrow_type_, rows_, {validity(), borrow(numbers_)}, nulls);
    case ColumnType::kBoolean:
      return arrow::ArrayData::Make(arrow_type_, rows_, {validity(), borrow(booleans_)}, nulls);
    case ColumnType::kText:
      return arrow::ArrayData::Make(arrow_type_, rows_, {validity(), borrow(offsets_), borrow(characters_)}, nulls);
    case ColumnType::kTexts:
    case ColumnType::kStructs:
      return arrow::ArrayData::Make(arrow_type_, rows_, {validity(), borrow(offsets_)}, {items()}, nulls);
  }
  return nullptr;
}

std::shared_ptr<arrow::ArrayData> BlockColumn::items() const {
  const std::shared_ptr<arrow::DataType>& type = arrow_type_->field(0)->type();
  const std::int64_t count = offsets_.data()[rows_];
  if (type_ == ColumnType::kTexts) {
    return arrow::ArrayData::Make(type, count, {nullptr, borrow(item_offsets_), borrow(characters_)}, 0);
  }
  std::vector<std::shared_ptr<arrow::ArrayData>> members;
  for (const BlockColumn& child : children_) members.push_back(child.array());
  return arrow::ArrayData::Make(type, count, {nullptr}, std::move(members), 0);
}

std::shared_ptr<arrow::Buffer> BlockColumn::validity() const {
  return validity_.false_count() == 0 ? nullptr : borrow(validity_);
}

}  // namespace bulkmarc
