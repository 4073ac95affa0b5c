#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "record/room.hpp"
#include "tables/row_batch.hpp"
#include "text/byte_set.hpp"
#include "text/scan_kernels.hpp"

namespace bulkmarc {

/// Takes the rows of one record, as Table::Impl::emit_rows() tells them, into columns. When a column is full the record
/// is not whole any more.
class RowSink {
 public:
  static constexpr ByteSet kOdd{""};
  static constexpr SpecialBytes kSpecial{};
  /// The number of its columns.
  using Head = std::ptrdiff_t;

  RowSink(RowBatch::Impl& batch, std::size_t most_rows) : batch_(&batch), most_rows_(most_rows), rows_(batch.rows) {}

  void begin_row() { column_ = batch_->builders.data(); }
  void begin_row_with(Head head) {
    begin_row();
    for (; head > 0; --head) has_room_ &= (column_++)->repeat();
  }
  [[nodiscard]] Head head() const { return column_ - batch_->builders.data(); }
  void end_row() { has_room_ &= ++rows_ <= most_rows_; }

  void null() { (column_++)->null(); }
  void integer(std::int64_t value) { (column_++)->integer(value); }
  void boolean(bool value) { integer(value ? 1 : 0); }
  void date(std::int64_t days) { integer(days); }
  void timestamp(std::int64_t seconds) { integer(seconds); }
  void text(std::string_view value) {
    has_room_ &= column_->append(value);
    (column_++)->end_text();
  }
  void plain(std::string_view value) { text(value); }
  void plain(std::string_view whole, std::size_t from, std::size_t to) {
    has_room_ &= column_->append(whole, from, to);
    (column_++)->end_text();
  }
  static void begin_list() {}
  void item(std::string_view value) { has_room_ &= column_->append(value) && column_->end_item(); }
  void end_list() { (column_++)->end_list(); }

  /// False when some of the record is missing.
  [[nodiscard]] bool has_room() const { return has_room_; }

  /// The first row's value of a column of texts, or nothing where it is null. REQUIRES: has_room(). Valid until more is
  /// added.
  [[nodiscard]] std::optional<std::string_view> first_text(std::size_t column) const {
    return batch_->builders[column].text(batch_->rows);
  }

  /// The record is one of those that the caller wants to know.
  void mark() { marked_ = true; }

  /// The record stays.
  void keep() const {
    if (marked_) [[unlikely]]
      batch_->marked.push_back({batch_->rows, rows_});
    batch_->rows = rows_;
  }

 private:
  RowBatch::Impl* batch_;
  std::size_t most_rows_;
  ColumnBuilder* column_ = nullptr;
  std::size_t rows_;
  bool has_room_ = true;
  bool marked_ = false;
};

/// A batch of rows, for a BatchWriting.
class RowDestination {
 public:
  using Sink = RowSink;
  /// Borrows `batch`, which has begun with columns for `room`.
  RowDestination(RowBatch::Impl& batch, Room room) : batch_(batch), room_(room) {}

  Sink begin() {
    take_back();
    in_hand_ = true;
    // A number is eight bytes.
    return {batch_, room_.for_any_record ? room_.most_bytes : room_.most_bytes / sizeof(std::int64_t)};
  }
  void keep(const Sink& sink) {
    sink.keep();
    in_hand_ = false;
  }
  /// Takes back a record that is not kept.
  void take_back() {
    if (in_hand_) batch_.take_back();
    in_hand_ = false;
  }
  /// False when a record for which there was no room has none in an empty batch either.
  [[nodiscard]] bool may_have_room_later() const { return !room_.for_any_record || batch_.rows != 0; }
  [[nodiscard]] std::size_t size() const { return batch_.rows; }

 private:
  RowBatch::Impl& batch_;
  Room room_;
  bool in_hand_ = false;
};

}  // namespace bulkmarc
