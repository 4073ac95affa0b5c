#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/table.hpp>

#include "record/field_location.hpp"
#include "record/leader.hpp"
#include "select/condition.hpp"
#include "select/parser.hpp"
#include "tables/provenance.hpp"
#include "tables/row_memory.hpp"
#include "text/buffer.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {

/// What is left of a value.
enum class Cleaning {
  kNone,
  kBlanks,   ///< What stands between blanks.
  kFill,     ///< The same, unless it is fill characters only.
  kYear,     ///< Four digits.
  kCode,     ///< What stands between blanks and fill characters.
  kPhrase,   ///< Without blanks around it, and without the punctuation that leads to what comes next.
  kHeading,  ///< The same, and without a period that ends it and no abbreviation.
  kWord,     ///< The first word.
};

/// What stands between the subfields of one field.
struct SubfieldJoint {
  std::string separator = " ";
  SubfieldCodes codes = SubfieldCodes().set();  ///< Before these; before others it is a blank.
};

/// Of what a column of a table with a row for each record is made.
struct RecordColumn {
  ColumnType type{};
  std::vector<ColumnSpec> specs;                        ///< The values of the first one come first.
  std::optional<std::string> separator = std::nullopt;  ///< Of a text, between two values; without it the first is all.
  Cleaning cleaning = Cleaning::kNone;                  ///< Of each value, or of a text with a separator.
  const ByteSet* record_types = nullptr;                ///< Only records of these types have a value; null: all.
  bool has_alternatives = false;                        ///< Only the first spec that finds values counts.
  bool counts = false;                                  ///< Of kInteger: how many values or fields there are.
  SubfieldJoint joint = {};
  Condition condition = {};  ///< For kBoolean.

  [[nodiscard]] bool applies_to(const RecordView& record) const {
    return record_types == nullptr || record_types->contains(record.leader()[kRecordTypeAt]);
  }
  /// What is left of a value; nothing where there is none.
  [[nodiscard]] std::optional<std::string_view> clean(std::string_view value) const;
  /// The subfields of these codes in one text; false where there are none.
  bool join(const FieldView& field, const SubfieldCodes& codes, Buffer& text) const;

  /// Calls `take(value)` for each value of the record of `memory`, until it returns false. Values borrow from the
  /// record, or from memory.joined_subfields, where each takes the place of the one before.
  template <class Take>
  void each(std::string_view leader, RowMemory& memory, const Take& take) const;
};

/// What a spec finds, without the rest of a subfield code of several bytes, of which it knows only the first.
[[nodiscard]] std::string_view without_rest_of_code(std::string_view value);

/// The column's values in one text, in `memory` or in the record; nothing where there are none.
[[nodiscard]] std::optional<std::string_view> joined_values(const RecordColumn& column, std::string_view leader,
                                                            RowMemory& memory);

/// How many values there are, or fields, where a spec names no part of them.
[[nodiscard]] std::int64_t count_values(const RecordColumn& column, std::string_view leader, const FieldIndex& fields);

/// The first value as an integer, date or timestamp; nothing where there is none, or where it is none, which is noted.
[[nodiscard]] std::optional<std::int64_t> typed_value(const RecordColumn& column, const RecordNotes& notes,
                                                      std::string_view leader, RowMemory& memory);

template <class Take>
void RecordColumn::each(std::string_view leader, RowMemory& memory, const Take& take) const {
  for (const ColumnSpec& column : specs) {
    const FieldSpec& spec = column.spec;
    bool found = false;
    const auto take_clean = [&](std::string_view value) {
      const auto cleaned = separator ? std::optional(value) : clean(value);
      found |= cleaned.has_value();
      return !cleaned || take(*cleaned);
    };
    const auto take_value = [&](std::string_view value) { return take_clean(without_rest_of_code(value)); };
    const auto take_field = [&](const FieldView& field) {
      if (!column.joins_subfields) return spec.part.each(field, take_value);
      return !join(field, spec.part.codes, memory.joined_subfields) || take_clean(memory.joined_subfields.view());
    };
    const bool goes_on =
        spec.tag.is_leader() ? spec.each_of_leader(leader, take_value) : spec.each_field(memory.fields, take_field);
    if (!goes_on || (has_alternatives && found)) return;
  }
}

template <class Out>
void emit_list(const RecordColumn& column, std::string_view leader, RowMemory& memory, Out& out) {
  out.begin_list();
  column.each(leader, memory, [&](std::string_view item) {
    out.item(item);
    return true;
  });
  out.end_list();
}

template <class Out>
void emit_text(const RecordColumn& column, std::string_view leader, RowMemory& memory, Out& out) {
  const auto text = joined_values(column, leader, memory);
  text ? out.text(*text) : out.null();
}

template <class Out>
void emit_typed_value(const RecordColumn& column, const RecordNotes& notes, std::string_view leader, RowMemory& memory,
                      Out& out) {
  const auto value = typed_value(column, notes, leader, memory);
  if (!value) return out.null();
  if (column.type == ColumnType::kDate) return out.date(*value);
  if (column.type == ColumnType::kTimestamp) return out.timestamp(*value);
  out.integer(*value);
}

template <class Out>
void emit_value(const RecordColumn& column, const RecordNotes& notes, std::string_view leader, RowMemory& memory,
                Out& out) {
  const RecordView& record = notes.record();
  if (column.type == ColumnType::kTexts) return emit_list(column, leader, memory, out);
  if (column.type == ColumnType::kBoolean) return out.boolean(column.condition.hold(record));
  if (column.counts) return out.integer(count_values(column, leader, memory.fields));
  if (!column.applies_to(record)) return out.null();
  if (column.type == ColumnType::kText) return emit_text(column, leader, memory, out);
  emit_typed_value(column, notes, leader, memory, out);
}

/// Notes data fields that do not begin as they should, whether or not a column looks at them.
void note_odd_fields(const RecordNotes& notes);

/// One row. REQUIRES: the record of `notes` holds no NUL.
template <class Out>
void emit_record_row(const RecordNotes& notes, const RecordOrigin& origin, const Provenance& provenance,
                     const std::vector<RecordColumn>& columns, RowMemory& memory, Out& out) {
  const std::string_view leader = memory.leader_of(notes.record());
  memory.fields.set_record(notes.record());
  provenance.begin_row(origin, out);
  for (const RecordColumn& column : columns) emit_value(column, notes, leader, memory, out);
  out.end_row();
}

}  // namespace bulkmarc
