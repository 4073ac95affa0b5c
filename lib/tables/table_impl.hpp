#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/table.hpp>

#include "record/field_location.hpp"
#include "tables/record_row.hpp"
#include "tables/row_memory.hpp"
#include "tables/subfield_rows.hpp"
#include "text/byte_set.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// Takes the rows of a record, row by row, the columns in their order. Copied into a local variable, so that it stays
/// in registers.
template <class Writer>
concept RowWriter = std::copyable<Writer> && requires(Writer& writer, typename Writer::Head head, std::string_view text,
                                                      std::int64_t number, std::size_t from, std::size_t to) {
  { Writer::kOdd } -> std::convertible_to<ByteSet>;           // What plain() does not take.
  { Writer::kSpecial } -> std::convertible_to<SpecialBytes>;  // Marks all bytes of kOdd.
  writer.begin_row();
  { writer.head() } -> std::same_as<typename Writer::Head>;  // The columns of the current row so far.
  writer.begin_row_with(head);  // A row that begins as an earlier one of this record, and as all rows since, do.
  writer.null();
  writer.integer(number);
  writer.boolean(true);
  writer.date(number);           // As ColumnValues has it; of the years 1 to 9999.
  writer.timestamp(number);      // The same.
  writer.text(text);             // UTF-8 without NUL.
  writer.plain(text);            // The same, not empty, of printable ASCII without a byte of kOdd.
  writer.plain(text, from, to);  // text[from, to) without a byte of kOdd.
  writer.begin_list();
  writer.item(text);
  writer.end_list();
  writer.end_row();
};

struct Table::Impl {
  enum class Rows { kOfSubfields, kOfRecords };

  Rows rows{};
  std::vector<Column> columns;
  bool has_number = true;             ///< The first column is the record's number. For kOfSubfields always.
  std::vector<RecordColumn> made_of;  ///< For kOfRecords: of what, for each column after the number.
  std::string description;            ///< The rows of two tables with the same one are the same.

  /// Emits the rows of the record of `notes`, in UTF-8; `number` is that of the record in the run. What is odd in it,
  /// and what has to be changed so that every target can hold it, is noted; `notes` then has the record as it was
  /// changed.
  template <RowWriter Out>
  void emit_rows(RecordNotes& notes, std::uint64_t number, RowMemory& memory, Out& out) const {
    memory.replace_nuls(notes);
    if (rows == Rows::kOfSubfields) {
      emit_subfield_rows(notes, static_cast<std::int64_t>(number), memory, out);
    } else {
      note_odd_fields(notes);
      emit_record_row(notes, has_number ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt, made_of,
                      memory, out);
    }
  }
};

}  // namespace bulkmarc
