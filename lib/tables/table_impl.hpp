#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/table.hpp>

#include "record/field_location.hpp"
#include "tables/record_row.hpp"
#include "tables/row_memory.hpp"
#include "tables/subfield_rows.hpp"

namespace bulkmarc {

struct Table::Impl {
  enum class Rows { kOfSubfields, kOfRecords };

  Rows rows{};
  std::vector<Column> columns;
  std::vector<RecordColumn> made_of;  ///< For kOfRecords: of what, for each column after the number.
  std::string description;            ///< The rows of two tables with the same one are the same.

  /// Emits the rows of the record of `notes`, in UTF-8; `number` is that of the record in the run. What is odd in it,
  /// and what has to be changed so that every target can hold it, is noted; `notes` then has the record as it was
  /// changed. `out` is told, row by row, the columns in their order:
  ///
  ///     begin_row()                  or
  ///     begin_row_with(head)         a row with the first columns of an earlier one of this record, which all rows
  ///                                  since have, too
  ///     head() -> Out::Head          the columns of the current row so far
  ///     null()
  ///     integer(std::int64_t)
  ///     text(value)                  UTF-8 without NUL
  ///     plain(value)                 the same, of printable ASCII without a byte of Out::kOdd; not empty
  ///     plain(whole, from, to)       the same as text(whole[from, to)), without a byte of Out::kOdd
  ///     begin_list(), item(value), end_list()
  ///     end_row()
  ///
  /// Out::kOdd is a ByteSet, and Out::kSpecial marks all its bytes. `out` must be copyable, as it is meant to stay in
  /// registers.
  template <class Out>
  void emit_rows(RecordNotes& notes, std::uint64_t number, RowMemory& memory, Out& out) const {
    memory.replace_nuls(notes);
    if (rows == Rows::kOfSubfields) {
      emit_subfield_rows(notes, static_cast<std::int64_t>(number), memory, out);
    } else {
      note_odd_fields(notes);
      emit_record_row(notes.record(), static_cast<std::int64_t>(number), made_of, memory, out);
    }
  }
};

}  // namespace bulkmarc
