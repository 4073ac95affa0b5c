#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/format.hpp>
#include <bulkmarc/record_view.hpp>
#include <bulkmarc/table.hpp>

#include "record/field_location.hpp"
#include "tables/nested_row.hpp"
#include "tables/provenance.hpp"
#include "tables/record_row.hpp"
#include "tables/row_memory.hpp"
#include "tables/subfield_rows.hpp"
#include "text/byte_set.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// Takes the structs of one list, one after the other, their values in the order of the columns. A copy of what takes
/// the rows goes on with them: they come back by end_structs().
template <class Structs>
concept StructWriter = std::copyable<Structs> &&
    requires(Structs& structs, std::string_view text, std::size_t from, std::size_t to) {
  { Structs::kOdd } -> std::convertible_to<ByteSet>;  // As those of a RowWriter, and so are the next four.
  { Structs::kSpecial } -> std::convertible_to<SpecialBytes>;
  structs.begin_struct();
  structs.null();
  structs.text(text);
  structs.plain(text);
  structs.plain(text, from, to);
  { structs.begin_structs() } -> std::same_as<Structs>;  // A value that is a list of structs itself.
  structs.end_structs(structs);                          // The same, once its structs are there.
  structs.end_struct();
};

/// Takes the rows of a record, row by row, the columns in their order. Copied into a local variable, so that it stays
/// in registers.
template <class Writer>
concept RowWriter = std::copyable<Writer> &&
    requires(Writer& writer, typename Writer::Head head, std::string_view text, std::int64_t number, std::size_t from,
             std::size_t to, const Column& column, typename Writer::Structs structs) {
  requires StructWriter<typename Writer::Structs>;
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
  { writer.begin_structs(column) } -> std::same_as<typename Writer::Structs>;
  writer.end_structs(structs);  // Once they are there.
  writer.end_row();
};

/// Names of inputs as rows and files can hold them: in UTF-8, as a file may be called anything.
[[nodiscard]] std::vector<std::string> names_in_utf8(const std::vector<std::string>& names);

struct [[gnu::visibility("hidden")]] Table::Impl {
  enum class Rows { kOfSubfields, kOfRecords, kOfFields, kOfDocuments };

  Rows rows{};
  std::vector<Column> columns;
  std::vector<RecordColumn> made_of;  ///< For kOfRecords: of what, for each column after those of `provenance`.
  std::optional<Format> document;     ///< For kOfDocuments: that of a record's text.
  Provenance provenance;
  std::string description;   ///< The rows of two tables with the same one are the same.
  bool is_of_cells = false;  ///< For spreadsheets: whoever emits its rows does it through CellRows.

  /// Emits the rows of the record of `notes`, in UTF-8 and without NUL (RowMemory::replace_nuls()); `memory` has the
  /// document, where the table has that. What is odd in the record is noted.
  template <RowWriter Out>
  void emit_rows(const RecordNotes& notes, const RecordOrigin& origin, RowMemory& memory, Out& out) const {
    switch (rows) {
      case Rows::kOfSubfields:
        return emit_subfield_rows(notes, origin, provenance, memory, out);
      case Rows::kOfRecords:
        note_odd_fields(notes);
        return emit_record_row(notes, origin, provenance, made_of, memory, out);
      case Rows::kOfFields:
        return emit_nested_row(notes, origin, provenance, columns.back(), memory, out);
      case Rows::kOfDocuments:
        return emit_document_row(notes.record(), origin, provenance, memory, out);
    }
  }

  /// `table` for a run whose inputs have these names: the same where no column has them.
  [[nodiscard]] static Table with_inputs(const Table& table, const std::vector<std::string>& names);
  /// `table` for a spreadsheet: a list is a text, as CellRows makes it. Throws Error (kInvalidOptions) where a column
  /// is more than a list of texts.
  [[nodiscard]] static Table of_cells(const Table& table);
};

}  // namespace bulkmarc
