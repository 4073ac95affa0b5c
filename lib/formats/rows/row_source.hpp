#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include <bulkmarc/table.hpp>

#include "formats/batch_writer.hpp"
#include "formats/registry.hpp"
#include "record/internals.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {

/// The rows of a table, made of records as they are to be written. Whatever takes rows has one: what a table can't make
/// by itself, a record in another format, comes from that format's writer.
class RowSource {
 public:
  explicit RowSource(const Table& table) : table_(table) {
    const std::optional<Format> document = Internals::of(table)->document;
    if (document) document_ = make_batch_writer(*document, true, std::nullopt);
  }

  /// The rows are for a spreadsheet: whoever takes them does it through CellRows.
  [[nodiscard]] bool is_of_cells() const { return Internals::of(table_)->is_of_cells; }

  /// What no document becomes longer than. REQUIRES: the table is of documents.
  [[nodiscard]] std::size_t most_bytes_of_document(const RecordView& view, const BatchRecord& record) const {
    return document_->most_bytes(view, record);
  }

  /// Tells `out`, a RowWriter, the rows of the record of `notes`, which came from `record`. What is odd in it, and what
  /// has to be changed so that every target can hold it, is noted; `notes` then has the record as it was changed.
  /// Returns why the record can't be expressed, if so.
  template <class Out>
  std::optional<Problem> emit(RecordNotes& notes, const BatchRecord& record, WriterMemory& memory, Out& out) const {
    memory.rows.replace_nuls(notes);
    if (document_ != nullptr) {
      memory.rows.document.clear();
      if (auto problem = document_->append_record(notes.record(), record, memory, memory.rows.document)) return problem;
    }
    Internals::of(table_)->emit_rows(notes, memory.origin, memory.rows, out);
    return std::nullopt;
  }

 private:
  Table table_;
  std::unique_ptr<BatchWriter> document_;  // Of records, if there is such a column.
};

}  // namespace bulkmarc
