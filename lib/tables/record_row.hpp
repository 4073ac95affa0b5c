#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/table.hpp>

#include "record/field_location.hpp"
#include "select/condition.hpp"
#include "tables/provenance.hpp"
#include "tables/row_memory.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// What is left of a value.
enum class Cleaning {
  kNone,
  kCode,     ///< What stands between blanks and fill characters.
  kPhrase,   ///< Without blanks around it, and without the punctuation that leads to what comes next.
  kHeading,  ///< The same, and without a period that ends it and no abbreviation.
  kWord,     ///< The first word.
};

/// Of what a column of a table with a row for each record is made.
struct RecordColumn {
  ColumnType type{};
  std::vector<FieldSpec> specs;                         ///< The values of the first one come first.
  std::optional<std::string> separator = std::nullopt;  ///< Of a text, between two values; without it the first is all.
  Cleaning cleaning = Cleaning::kNone;
  bool bibliographic = false;  ///< Only bibliographic records have a value.

  [[nodiscard]] bool applies_to(const RecordView& record) const;
  /// What is left of a value; nothing where there is none.
  [[nodiscard]] std::optional<std::string_view> clean(std::string_view value) const;

  /// Calls `take(value)` for each value before it is cleaned, until it returns false.
  template <class Take>
  void each(const RecordView& record, std::string_view leader, const Take& take) const {
    for (const FieldSpec& spec : specs) {
      const bool goes_on = spec.tag.is_leader() ? spec.each_of_leader(leader, take) : spec.each(record, take);
      if (!goes_on) return;
    }
  }
};

/// What a spec finds, without the rest of a subfield code of several bytes, of which it knows only the first.
[[nodiscard]] std::string_view without_rest_of_code(std::string_view value);

/// The value of four digits, or nothing.
[[nodiscard]] std::optional<std::int64_t> year_of(std::string_view value);

/// The column's values in one text, in `joined` or in the record; nothing where there are none.
[[nodiscard]] std::optional<std::string_view> joined_values(const RecordColumn& column, const RecordView& record,
                                                            std::string_view leader, Buffer& joined);

template <class Out>
void emit_list(const RecordColumn& column, const RecordView& record, std::string_view leader, Out& out) {
  out.begin_list();
  column.each(record, leader, [&](std::string_view value) {
    if (const auto item = column.clean(without_rest_of_code(value))) out.item(*item);
    return true;
  });
  out.end_list();
}

template <class Out>
void emit_value(const RecordColumn& column, const RecordView& record, std::string_view leader, Buffer& joined,
                Out& out) {
  const auto text = joined_values(column, record, leader, joined);
  if (!text) return out.null();
  if (column.type == ColumnType::kText) return out.text(*text);
  const auto year = year_of(*text);
  year ? out.integer(*year) : out.null();
}

/// Notes data fields that do not begin as they should, whether or not a column looks at them.
void note_odd_fields(const RecordNotes& notes);

/// One row: the number, and the columns. REQUIRES: `record` holds no NUL.
template <class Out>
void emit_record_row(const RecordView& record, const RecordOrigin& origin, const Provenance& provenance,
                     const std::vector<RecordColumn>& columns, RowMemory& memory, Out& out) {
  const std::string_view leader = memory.leader_of(record);
  provenance.begin_row(origin, out);
  for (const RecordColumn& column : columns) {
    if (column.type == ColumnType::kTexts) {
      emit_list(column, record, leader, out);
    } else if (!column.applies_to(record)) {
      out.null();
    } else {
      emit_value(column, record, leader, memory.joined, out);
    }
  }
  out.end_row();
}

}  // namespace bulkmarc
