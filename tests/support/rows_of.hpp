#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record.hpp>

#include "record/internals.hpp"
#include "support/rows.hpp"
#include "tables/table_impl.hpp"
#include "text/byte_set.hpp"

/// Rows as lines to compare: columns between bars, ~ for null, items of a list between brackets. `,` is odd.
class RowLog {
 public:
  static constexpr bulkmarc::SpecialBytes kSpecial = {{',', ',', ',', ','}};
  static constexpr bulkmarc::ByteSet kOdd{","};
  using Head = std::size_t;

  void begin_row() { line_.clear(); }
  void begin_row_with(Head head) { line_ = lines_.back().substr(0, head); }
  [[nodiscard]] Head head() const { return line_.size(); }
  void end_row() { lines_.push_back(line_); }

  void null() { column("~"); }
  void integer(std::int64_t value) { column(std::to_string(value)); }
  void boolean(bool value) { column(value ? "true" : "false"); }
  void date(std::int64_t days) { column(iso_date(days)); }
  void timestamp(std::int64_t seconds) { column(iso_timestamp(seconds)); }
  void text(std::string_view value) { column(value); }
  void plain(std::string_view value) {
    require_plain(value);
    column(value);
  }
  void plain(std::string_view whole, std::size_t from, std::size_t to) {
    require_plain(whole.substr(from, to - from));
    column(whole.substr(from, to - from));
  }
  void begin_list() { line_ += '['; }
  void item(std::string_view value) { line_.append(value) += ';'; }
  void end_list() { line_ += "]|"; }

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  void column(std::string_view value) { line_.append(value) += '|'; }
  static void require_plain(std::string_view value) {
    if (value.find(',') != value.npos) throw std::logic_error("not plain: " + std::string(value));
  }

  std::string line_;
  std::vector<std::string> lines_;
};

struct Rows {
  std::vector<std::string> lines;
  std::vector<bulkmarc::Problem> repairs;
};

inline Rows rows_of(const bulkmarc::Table& table, const bulkmarc::Record& record, std::uint64_t number = 7) {
  Rows rows;
  bulkmarc::RowMemory memory;
  RowLog log;
  bulkmarc::RecordNotes notes(record.view(), rows.repairs);
  bulkmarc::Internals::of(table)->emit_rows(notes, number, memory, log);
  rows.lines = log.lines();
  return rows;
}
