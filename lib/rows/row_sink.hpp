#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rows/row_batch.hpp"
#include "text/byte_set.hpp"
#include "text/scan_kernels.hpp"

namespace bulkmarc {

/// Takes the rows of one record, as Table::Impl::emit_rows() tells them, into columns. When a column is full the record
/// is not whole any more.
class RowSink {
 public:
  static constexpr ByteSet kOdd{""};
  static constexpr SpecialBytes kSpecial{};
  /// So many columns.
  using Head = std::ptrdiff_t;

  explicit RowSink(RowBatches& batches) : batches_(&batches) { start(); }

  void begin_row() { column_ = batch_->builders.data(); }
  void begin_row_with(Head head) {
    begin_row();
    for (; head > 0; --head) has_room_ &= (column_++)->repeat();
  }
  [[nodiscard]] Head head() const { return column_ - batch_->builders.data(); }
  void end_row() { has_room_ &= ++rows_ <= kMostInColumn; }

  void null() { (column_++)->null(); }
  void integer(std::int64_t value) { (column_++)->integer(value); }
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
  /// Takes the record back, so that it can be emitted anew into a batch of its own. Returns false where it had one.
  [[nodiscard]] bool start_anew() {
    batch_->take_back();
    if (batch_->rows == 0) return false;
    batches_->begin_next();
    start();
    return true;
  }

  /// The record stays.
  void keep() const { batch_->rows = rows_; }

 private:
  void start() {
    batch_ = &batches_->last();
    rows_ = batch_->rows;
    has_room_ = true;
  }

  RowBatches* batches_;
  RowBatch::Impl* batch_ = nullptr;
  ColumnBuilder* column_ = nullptr;
  std::size_t rows_ = 0;
  bool has_room_ = true;
};

/// Batches of rows, for a BatchEmitter.
class RowDestination {
 public:
  using Sink = RowSink;
  explicit RowDestination(RowBatches& batches) : batches_(batches) {}

  Sink begin() {
    take_back();
    in_hand_ = true;
    return Sink(batches_);
  }
  void keep(const Sink& sink) {
    sink.keep();
    in_hand_ = false;
  }
  /// Takes back a record that is not kept.
  void take_back() {
    if (in_hand_) batches_.last().take_back();
    in_hand_ = false;
  }
  [[nodiscard]] std::size_t size() const { return batches_.last().rows; }

 private:
  RowBatches& batches_;
  bool in_hand_ = false;
};

}  // namespace bulkmarc
