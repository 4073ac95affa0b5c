#pragma once

#include <cstddef>
#include <string_view>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/table.hpp>

#include "record/data_field.hpp"
#include "tables/provenance.hpp"
#include "tables/row_memory.hpp"
#include "tables/subfield_rows.hpp"
#include "tables/value_range.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// The structs of the table `fields`, from the parts of a record, as SubfieldRows makes rows of them. `Structs` is a
/// StructWriter (table_impl.hpp).
template <class Structs>
class FieldStructs {
 public:
  FieldStructs(std::string_view bytes, Structs fields) : bytes_(bytes), fields_(fields), subfields_(fields) {}

  [[nodiscard]] Structs fields() const { return fields_; }

  void begin_control_field(const DirectoryEntry& entry) {
    fields_.begin_struct();
    fields_.text({entry.tag, kTagLength});
    fields_.null();
    fields_.null();
    value_.begin();
  }
  void end_control_field() {
    value_.put(bytes_, fields_);
    fields_.null();
    fields_.end_struct();
  }

  [[gnu::always_inline]] static bool is_plain_field(const DirectoryEntry& entry, char ind1, char ind2) {
    return is_plain<Structs>(entry.tag[0]) && is_plain<Structs>(entry.tag[1]) && is_plain<Structs>(entry.tag[2]) &&
           is_plain<Structs>(ind1) && is_plain<Structs>(ind2);
  }
  [[gnu::always_inline]] void begin_field(const DirectoryEntry& entry, char ind1, char ind2) {
    fields_.begin_struct();
    fields_.plain({entry.tag, kTagLength});
    fields_.plain({&ind1, 1});
    fields_.plain({&ind2, 1});
    begin_subfields();
  }
  void begin_odd_field(const DirectoryEntry& entry, const Indicators& indicators) {
    fields_.begin_struct();
    fields_.text({entry.tag, kTagLength});
    for (const char& value : indicators.values) fields_.text({&value, 1});
    begin_subfields();
  }

  [[gnu::always_inline]] static bool is_plain_code(char code) { return is_plain<Structs>(code); }
  [[gnu::always_inline]] void begin_subfield(char code, bool after_another) {
    if (after_another) end_subfield();
    subfields_.begin_struct();
    subfields_.plain({&code, 1});
    value_.begin();
  }
  void begin_odd_subfield(std::string_view code, bool after_another) {
    if (after_another) end_subfield();
    subfields_.begin_struct();
    subfields_.text(code);
    value_.begin();
  }
  [[gnu::always_inline]] void text(std::string_view, std::size_t from, std::size_t to) { value_.text(from, to); }
  [[gnu::always_inline]] std::size_t escape(std::size_t at, std::size_t) { return value_.escape(bytes_, at); }
  [[gnu::always_inline]] void end_field(bool after_subfield) {
    if (after_subfield) end_subfield();
    fields_.end_structs(subfields_);
    fields_.end_struct();
  }

 private:
  [[gnu::always_inline]] void begin_subfields() {
    fields_.null();
    subfields_ = fields_.begin_structs();
  }
  [[gnu::always_inline]] void end_subfield() {
    value_.put(bytes_, subfields_);
    subfields_.end_struct();
  }

  std::string_view bytes_;
  Structs fields_;
  Structs subfields_;  // Of the current field.
  ValueRange<Structs> value_;
};

/// Begins a row with what the first columns of `fields` and `documents` tell.
template <class Out>
void begin_record_row(const RecordView& view, const RecordOrigin& origin, const Provenance& provenance, Out& out) {
  provenance.begin_row(origin, out);
  const auto control_number = first_control_number(view);
  control_number ? out.text(*control_number) : out.null();
}

/// One row: its number, control number and leader, and its fields in one value. REQUIRES: the record holds no NUL.
template <class Out>
void emit_nested_row(const RecordNotes& notes, const RecordOrigin& origin, const Provenance& provenance,
                     const Column& fields, RowMemory& memory, Out& out) {
  using Structs = typename Out::Structs;
  const RecordView& view = notes.record();
  memory.specials.mark(view.bytes(), kLeaderLength, Structs::kSpecial);
  begin_record_row(view, origin, provenance, out);
  out.text(memory.leader_of(view));
  FieldStructs<Structs> structs(view.bytes(), out.begin_structs(fields));
  for (const DirectoryEntry& entry : view.directory()) {
    if (is_control(entry)) {
      structs.begin_control_field(entry);
      walk_control_field(view.bytes(), entry, memory.specials, structs);
      structs.end_control_field();
    } else {
      walk_data_field(view.bytes(), entry, memory.specials, notes, structs);
    }
  }
  out.end_structs(structs.fields());
  out.end_row();
}

/// One row: its number and control number, and the record as `memory` has it in another format.
template <class Out>
void emit_document_row(const RecordView& view, const RecordOrigin& origin, const Provenance& provenance,
                       const RowMemory& memory, Out& out) {
  begin_record_row(view, origin, provenance, out);
  out.text(memory.document.view());
  out.end_row();
}

}  // namespace bulkmarc
