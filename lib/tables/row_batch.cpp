#include "tables/row_batch.hpp"

#include <algorithm>
#include <cstdint>

#include "record/internals.hpp"

namespace bulkmarc {

namespace {

/// The bytes of the values from `begin` to `end` of a column, with their offsets.
std::uint64_t bytes_of(const ColumnValues& values, std::size_t begin, std::size_t end) {
  if (!values.integers.empty()) return (end - begin) * sizeof(std::int64_t);
  if (begin == end) return 0;
  std::uint64_t bytes = (end - begin) * sizeof(std::int32_t);
  auto from = static_cast<std::size_t>(values.offsets[begin]);
  auto to = static_cast<std::size_t>(values.offsets[end]);
  if (!values.item_offsets.empty()) {
    bytes += (to - from) * sizeof(std::int32_t);
    from = static_cast<std::size_t>(values.item_offsets[from]);
    to = static_cast<std::size_t>(values.item_offsets[to]);
  }
  if (values.children.empty()) return bytes + to - from;
  for (const ColumnValues& child : values.children) bytes += bytes_of(child, from, to);
  return bytes;
}

constexpr std::size_t bytes_of_bits(std::size_t bits) { return (bits + 7) / 8; }

/// The first bits of a byte.
constexpr std::uint8_t first_bits(std::size_t count) { return static_cast<std::uint8_t>((1U << count) - 1); }

}  // namespace

ColumnBuilder::ColumnBuilder(ColumnType type, std::span<const Column> children) : type_(type) {
  constexpr std::size_t kLeast = 1024;  // So that there is an address even where all texts are empty.
  if (type == ColumnType::kText || type == ColumnType::kTexts) characters_.reserve(kLeast);
  for (const Column& child : children) children_.emplace_back(child.type, child.children);
  clear();
}

bool ColumnBuilder::is_for(const Column& column) const {
  return type_ == column.type && std::ranges::equal(children_, column.children, &ColumnBuilder::is_for);
}

std::size_t ColumnBuilder::capacity() const {
  std::size_t bytes = integers_.capacity() * sizeof(std::int64_t) +
                      (offsets_.capacity() + item_offsets_.capacity()) * sizeof(std::int32_t) + characters_.capacity() +
                      validity_.capacity();
  for (const ColumnBuilder& child : children_) bytes += child.capacity();
  return bytes;
}

void ColumnBuilder::clear(std::size_t most) {
  most_ = most;
  room_ = std::min(characters_.capacity(), most);
  integers_.clear();
  offsets_.clear();
  item_offsets_.clear();
  characters_.clear();
  validity_.clear();
  null_count_ = 0;
  for (ColumnBuilder& child : children_) child.clear(most);
  if (is_number(type_)) return;
  offsets_.push_back(0);
  if (type_ == ColumnType::kTexts) item_offsets_.push_back(0);
}

bool ColumnBuilder::make_room(std::size_t bytes) {
  const std::size_t size = characters_.size();
  if (bytes > most_ - size) return false;
  characters_.reserve(size + bytes);
  room_ = std::min(characters_.capacity(), most_);
  return true;
}

void ColumnBuilder::null() {
  const std::size_t row = rows();
  if (row / 8 >= validity_.size()) cover(row + 1);
  validity_.data()[row / 8] &= static_cast<std::uint8_t>(~(1U << row % 8));
  ++null_count_;
  switch (type_) {
    case ColumnType::kInteger:
    case ColumnType::kBoolean:
    case ColumnType::kDate:
    case ColumnType::kTimestamp:
      return integer(0);
    case ColumnType::kText:
      return end_text();
    case ColumnType::kTexts:
      return end_list();
    case ColumnType::kStructs:
      return end_structs();
  }
}

bool ColumnBuilder::repeat(std::size_t count) {
  const std::size_t last = rows() - 1;
  if (null_count_ != 0 && is_null(last)) {
    for (; count > 0; --count) null();
    return true;
  }
  if (!is_number(type_)) return repeat_text(count);
  const std::int64_t value = integers_.data()[last];
  std::ranges::fill(integers_.room(count), value);
  integers_.set_size(integers_.size() + count);
  return true;
}

bool ColumnBuilder::repeat_text(std::size_t count) {
  const auto begin = static_cast<std::size_t>(offsets_.data()[offsets_.size() - 2]);
  const std::size_t length = characters_.size() - begin;
  const std::size_t all = count * length;
  const bool is_short = length <= kRepeatedBlock && has_room_for(all + kRepeatedBlock);
  if (!is_short && !has_room_for(all)) return false;
  const char* const from = characters_.data() + begin;
  char* to = end();
  std::int32_t offset = end_of_characters();
  for (std::int32_t& each : offsets_.room(count)) {
    if (is_short) {
      copy_block(to, from);  // What it has too much is written over.
    } else {
      std::memcpy(to, from, length);
    }
    to += length;
    offset += static_cast<std::int32_t>(length);
    each = offset;
  }
  characters_.set_size(characters_.size() + all);
  offsets_.set_size(offsets_.size() + count);
  return true;
}

std::optional<std::string_view> ColumnBuilder::text(std::size_t row) const {
  if (is_null(row)) return std::nullopt;
  const auto begin = static_cast<std::size_t>(offsets_.data()[row]);
  return characters_.view().substr(begin, static_cast<std::size_t>(offsets_.data()[row + 1]) - begin);
}

void ColumnBuilder::cover(std::size_t rows) {
  constexpr std::uint8_t kAllValid = 0xFF;
  constexpr std::size_t kAhead = 64;
  const std::size_t bytes = bytes_of_bits(rows);
  if (validity_.size() >= bytes) return;
  std::ranges::fill(validity_.room(bytes + kAhead - validity_.size()), kAllValid);
  validity_.set_size(bytes + kAhead);
}

void ColumnBuilder::truncate(std::size_t rows) {
  for (std::size_t row = rows; row < std::min(this->rows(), 8 * validity_.size()); ++row) {
    std::uint8_t& byte = validity_.data()[row / 8];
    const auto bit = static_cast<std::uint8_t>(1U << row % 8);
    if ((byte & bit) == 0) --null_count_;
    byte |= bit;
  }
  if (is_number(type_)) return integers_.set_size(rows);
  offsets_.set_size(rows + 1);
  auto end = static_cast<std::size_t>(offsets_.data()[rows]);
  for (ColumnBuilder& child : children_) child.truncate(end);
  if (type_ == ColumnType::kStructs) return;
  if (type_ == ColumnType::kTexts) {
    item_offsets_.set_size(end + 1);
    end = static_cast<std::size_t>(item_offsets_.data()[end]);
  }
  characters_.set_size(end);
}

ColumnValues ColumnBuilder::values() {
  ColumnValues values;
  if (null_count_ != 0) {
    cover(rows());
    const std::size_t bytes = bytes_of_bits(rows());
    if (rows() % 8 != 0) validity_.data()[bytes - 1] &= first_bits(rows() % 8);
    values.validity = validity_.elements().first(bytes);
  }
  values.integers = integers_.elements();
  values.offsets = offsets_.elements();
  values.item_offsets = item_offsets_.elements();
  values.characters = characters_.view();
  values_of_children_.clear();
  for (ColumnBuilder& child : children_) values_of_children_.push_back(child.values());
  values.children = values_of_children_;
  return values;
}

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

std::uint64_t RowBatch::bytes(RowRange range) const {
  std::uint64_t bytes = 0;
  for (const ColumnValues& values : columns()) bytes += bytes_of(values, range.begin, range.end);
  return bytes;
}

void RowBatch::Impl::begin(std::span<const Column> columns, std::size_t most) {
  rows = 0;
  values.clear();
  marked.clear();
  if (!std::ranges::equal(builders, columns, &ColumnBuilder::is_for)) {
    builders.clear();
    for (const Column& column : columns) builders.emplace_back(column.type, column.children);
  }
  for (ColumnBuilder& builder : builders) builder.clear(most);
}

void RowBatch::Impl::take_back() {
  for (ColumnBuilder& builder : builders) builder.truncate(rows);
}

void RowBatch::Impl::end() {
  for (ColumnBuilder& builder : builders) values.push_back(builder.values());
}

std::size_t bytes_kept(const RowBatch& batch) {
  const RowBatch::Impl* rows = Internals::of(batch);
  std::size_t bytes = 0;
  if (rows == nullptr) return bytes;
  for (const ColumnBuilder& builder : rows->builders) bytes += builder.capacity();
  return bytes;
}

}  // namespace bulkmarc
