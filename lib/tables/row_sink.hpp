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

/// Takes values into columns, from one to the next.
class ValueSink {
 public:
  static constexpr ByteSet kOdd{""};
  static constexpr SpecialBytes kSpecial{};

  void null() { (column_++)->null(); }
  void text(std::string_view value) {
    has_room_ &= column_->append(value);
    (column_++)->end_text();
  }
  void plain(std::string_view value) { text(value); }
  void plain(std::string_view whole, std::size_t from, std::size_t to) {
    has_room_ &= column_->append(whole, from, to);
    (column_++)->end_text();
  }

 protected:
  explicit ValueSink(ColumnBuilder* column = nullptr) : column_(column) {}

  ColumnBuilder* column_;
  bool has_room_ = true;
};

/// Takes the structs of one list into the columns of their values.
class StructSink : public ValueSink {
 public:
  explicit StructSink(ColumnBuilder* list) : ValueSink(list->first_child()), list_(list) {}

  void begin_struct() { column_ = list_->first_child(); }
  void end_struct() { has_room_ &= list_->end_struct(); }

  [[nodiscard]] StructSink begin_structs() const { return StructSink(column_); }
  void end_structs(const StructSink& structs) {
    has_room_ &= structs.end();
    ++column_;
  }

  /// Ends the list. Returns false when some of it is missing.
  [[nodiscard]] bool end() const {
    list_->end_structs();
    return has_room_;
  }

 private:
  ColumnBuilder* list_;
};

/// Takes the rows of one record, as Table::Impl::emit_rows() tells them, into columns. When a column is full the record
/// is not whole any more.
class RowSink : public ValueSink {
 public:
  /// The number of its columns.
  using Head = std::ptrdiff_t;
  using Structs = StructSink;

  RowSink(RowBatch::Impl& batch, std::size_t most_rows) : batch_(&batch), most_rows_(most_rows), rows_(batch.rows) {}

  void begin_row() { begin_row_with(0); }
  void begin_row_with(Head head) {
    if (head < repeated_) repeat_from(head);
    repeated_ = head;
    column_ = batch_->builders.data() + head;
  }
  [[nodiscard]] Head head() const { return column_ - batch_->builders.data(); }
  void end_row() { has_room_ &= ++rows_ <= most_rows_; }

  void integer(std::int64_t value) { (column_++)->integer(value); }
  void boolean(bool value) { integer(value ? 1 : 0); }
  void date(std::int64_t days) { integer(days); }
  void timestamp(std::int64_t seconds) { integer(seconds); }
  static void begin_list() {}
  void item(std::string_view value) { has_room_ &= column_->append(value) && column_->end_item(); }
  void end_list() { (column_++)->end_list(); }
  [[nodiscard]] Structs begin_structs(const Column&) const { return Structs(column_); }
  void end_structs(const Structs& structs) {
    has_room_ &= structs.end();
    ++column_;
  }

  /// After the last row.
  void end_rows() { begin_row(); }

  /// False when some of the record is missing. REQUIRES: end_rows() was called.
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
  /// Gives these columns the values of the rows that begin as the one before.
  void repeat_from(Head head) {
    for (; repeated_ > head; --repeated_) {
      ColumnBuilder& column = batch_->builders[static_cast<std::size_t>(repeated_ - 1)];
      has_room_ &= column.repeat(rows_ - column.rows());
    }
  }

  RowBatch::Impl* batch_;
  std::size_t most_rows_;
  Head repeated_ = 0;  // So many columns may lack rows, of which each has the column's last value.
  std::size_t rows_;
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
