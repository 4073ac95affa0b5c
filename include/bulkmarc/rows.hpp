#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/source.hpp>
#include <bulkmarc/table.hpp>

namespace bulkmarc {

/// The values of one column of a RowBatch, laid out as Apache Arrow lays out arrays of int64, utf8 and list<utf8>;
/// booleans, dates and timestamps are integers here. Borrowed from the batch.
struct ColumnValues {
  /// A bit for each row, the lowest of a byte first; 0 is null. Empty where no value is null.
  std::span<const std::uint8_t> validity;
  /// For kInteger, kBoolean, kDate and kTimestamp: a value for each row, 0 where it is null.
  std::span<const std::int64_t> integers;
  /// For kText: the value of row r is characters[offsets[r], offsets[r + 1]). For kTexts: its items are those from
  /// offsets[r] to offsets[r + 1], without the last.
  std::span<const std::int32_t> offsets;
  /// For kTexts: item i is characters[item_offsets[i], item_offsets[i + 1]).
  std::span<const std::int32_t> item_offsets;
  std::string_view characters;

  [[nodiscard]] bool is_null(std::size_t row) const {
    return !validity.empty() && (validity[row / 8] >> (row % 8) & 1) == 0;
  }
  /// REQUIRES: a column of kText.
  [[nodiscard]] std::string_view text(std::size_t row) const { return between(offsets[row], offsets[row + 1]); }
  /// REQUIRES: a column of kTexts; `item` counts from offsets[row].
  [[nodiscard]] std::string_view item(std::size_t item) const {
    return between(item_offsets[item], item_offsets[item + 1]);
  }

 private:
  [[nodiscard]] std::string_view between(std::int32_t begin, std::int32_t end) const {
    return characters.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
  }
};

/// Rows of a batch: those from `begin` to `end`, without the last.
struct RowRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What a target of rows asks of the records, besides their columns. Nothing, by default.
struct RowOptions {
  /// The column by which the target finds records, of type kText; empty: none. A record is a reject (control_number)
  /// where its value has more bytes than `longest_key`.
  std::string key = "";
  std::size_t longest_key = std::size_t{1} << 27;
  /// A record without a value for `key`, or with one of blanks only, is a reject (control_number), too.
  bool key_required = false;
  /// RowBatch::marked() tells the rows of records of which this condition holds (docs/selection.md). Empty: of none.
  std::string mark = "";
};

/// Some rows, by column; none in a new one, and in one that was moved from. Owns their memory; movable. One thread at a
/// time.
class BULKMARC_API RowBatch {
 public:
  RowBatch();
  ~RowBatch();
  RowBatch(RowBatch&& other) noexcept;
  RowBatch& operator=(RowBatch&& other) noexcept;

  [[nodiscard]] std::size_t rows() const;
  /// In the order of Table::columns(). Valid until the batch is filled again or destroyed.
  [[nodiscard]] std::span<const ColumnValues> columns() const;
  /// The rows of records of which RowOptions::mark holds, one range for each such record, in their order. Valid as long
  /// as columns().
  [[nodiscard]] std::span<const RowRange> marked() const;

  struct Impl;

 private:
  friend struct Internals;
  std::unique_ptr<Impl> impl_;
};

/// The rows of a catalogue, for a program that needs no file: made by threads of its own, some batches ahead of those
/// who take them, and not more. Movable.
class BULKMARC_API RowStream {
 public:
  /// Starts to read as soon as there are the first bytes. Text is always converted to UTF-8. `progress` is called by
  /// the stream's threads. Throws Error where the options or the inputs can't be used.
  RowStream(Source source, Table table, RunOptions options = {}, const RowOptions& row_options = {});
  /// Cancels what is left, and waits for that: for a function of the caller that is running, too. A file for the
  /// rejects is then not written.
  ~RowStream();
  RowStream(RowStream&& other) noexcept;
  RowStream& operator=(RowStream&& other) noexcept;

  /// Replaces `batch` by the next rows, one at least, or returns false after the last. Waits for them. Whole records
  /// only. Thread-safe: one thread gets all batches in the order of the catalogue, and several get each batch
  /// once, in this order. The memory of `batch` is used again. Throws, to each thread that asks, what ended the run
  /// early: Error, or what a function of the caller threw.
  bool next(RowBatch& batch);

  /// The account of the whole run. REQUIRES: next() has returned false.
  [[nodiscard]] const Report& report() const;

  [[nodiscard]] const Table& table() const;

 private:
  struct Impl;
  [[nodiscard]] Impl& impl() const;

  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkmarc
