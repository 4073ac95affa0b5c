#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

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
  void text(std::string_view value) { plain(value); }
  [[gnu::always_inline]] void plain(std::string_view value) {
    has_room_ &= column_->append(value);
    (column_++)->end_text();
  }
  [[gnu::always_inline]] void plain(std::string_view whole, std::size_t from, std::size_t to) {
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
  [[gnu::always_inline]] void begin_row_with(Head head) {
    ColumnBuilder* const columns = batch_->builders.data();
    if (head < repeated_) {
      has_room_ &= repeat(batch_->builders, head, repeated_, rows_);
      repeated_ = head;
    } else if (repeated_ == 0) {
      repeated_ = head;
    }
    for (Head i = repeated_; i < head; ++i) has_room_ &= columns[i].repeat_once();
    column_ = columns + head;
  }
  [[nodiscard]] Head head() const { return column_ - batch_->builders.data(); }
  void end_row() { has_room_ &= ++rows_ <= most_rows_; }

  [[gnu::always_inline]] void integer(std::int64_t value) { (column_++)->integer(value); }
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
  /// Repeats the last values of the columns from `head` to `end` until these have `rows` rows. Returns false when one
  /// has no room. Static, so that a sink stays in registers.
  [[nodiscard]] static bool repeat(std::vector<ColumnBuilder>& columns, Head head, Head end, std::size_t rows) {
    bool has_room = true;
    for (Head i = head; i < end; ++i) {
      ColumnBuilder& column = columns[static_cast<std::size_t>(i)];
      const std::size_t count = rows - column.rows();
      if (count != 0) has_room &= column.repeat(count);
    }
    return has_room;
  }

  RowBatch::Impl* batch_;
  std::size_t most_rows_;
  Head repeated_ = 0;  // So many columns, those that the most rows share, may lack rows, which have the last value.
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
