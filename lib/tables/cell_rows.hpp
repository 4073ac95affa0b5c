#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <bulkmarc/table.hpp>

#include "record/field_location.hpp"
#include "tables/row_memory.hpp"
#include "text/buffer.hpp"
#include "text/byte_set.hpp"
#include "text/scan_kernels.hpp"

namespace bulkmarc {

/// The most characters of a cell in a spreadsheet, counted as units of UTF-16: Excel has this limit.
inline constexpr std::size_t kMostInCell = 32'767;

/// Between two values of a list that is one text.
inline constexpr std::string_view kCellSeparator = "; ";

/// True for a text that Excel or LibreOffice may take for a formula when they read it from csv: what OWASP's page on
/// CSV injection lists.
[[nodiscard]] bool begins_formula(std::string_view text);

/// How much of a text fits into `most` units of UTF-16, in bytes; whole characters only. REQUIRES: it is UTF-8.
[[nodiscard]] std::size_t fitting_in_utf16(std::string_view text, std::size_t most);

/// A RowWriter that hands on to another one what the cells of a spreadsheet can hold: a list becomes a text, and a long
/// text is cut, which is noted.
template <class Out>
class CellRows {
 public:
  static constexpr ByteSet kOdd = Out::kOdd;
  static constexpr SpecialBytes kSpecial = Out::kSpecial;
  using Head = typename Out::Head;
  using Structs = typename Out::Structs;

  /// `guards` puts an apostrophe before what begins a formula. Borrows notes and memory.
  CellRows(Out out, const RecordNotes& notes, RowMemory& memory, bool guards = false)
      : out_(out), notes_(&notes), memory_(&memory), guards_(guards) {}

  [[nodiscard]] Out out() const { return out_; }

  void begin_row() { out_.begin_row(); }
  void begin_row_with(Head head) { out_.begin_row_with(head); }
  [[nodiscard]] Head head() const { return out_.head(); }
  void end_row() { out_.end_row(); }

  void null() { out_.null(); }
  void integer(std::int64_t value) { out_.integer(value); }
  void boolean(bool value) { out_.boolean(value); }
  void date(std::int64_t days) { out_.date(days); }
  void timestamp(std::int64_t seconds) { out_.timestamp(seconds); }
  void text(std::string_view value) {
    const bool guarded = guards_ && begins_formula(value);
    if (!guarded && value.size() <= kMostInCell) [[likely]]
      return out_.text(value);
    out_.text(changed(value, guarded));
  }
  void plain(std::string_view value) { text(value); }
  void plain(std::string_view whole, std::size_t from, std::size_t to) { text(whole.substr(from, to - from)); }

  void begin_list() {
    memory_->joined.clear();
    has_items_ = false;
  }
  void item(std::string_view value) {
    if (has_items_) memory_->joined.append(kCellSeparator);
    memory_->joined.append(value);
    has_items_ = true;
  }
  /// Of no table of cells (Table::Impl::of_cells()).
  [[nodiscard]] Structs begin_structs(const Column& column) { return out_.begin_structs(column); }
  void end_structs(const Structs& structs) { out_.end_structs(structs); }
  void end_list() { has_items_ ? text(memory_->joined.view()) : null(); }

 private:
  std::string_view changed(std::string_view value, bool guarded) {
    constexpr std::string_view kGuard = "'";
    constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
    Buffer& cell = memory_->cell;
    cell.clear();
    if (guarded) cell.append(kGuard);
    const std::size_t most = kMostInCell - cell.size();
    if (fitting_in_utf16(value, most) == value.size()) {
      cell.append(value);
    } else {
      notes_->note(Reason::kCellTooLong, "a cell has no more than 32,767 characters; the rest was left out", value);
      cell.append(value.substr(0, fitting_in_utf16(value, most - 1)));
      cell.append(kEllipsis);
    }
    return cell.view();
  }

  Out out_;
  const RecordNotes* notes_;
  RowMemory* memory_;
  bool guards_;
  bool has_items_ = false;  // Of the current list.
};

}  // namespace bulkmarc
