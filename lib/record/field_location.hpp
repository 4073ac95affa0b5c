#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/report.hpp>

#include "record/outcome.hpp"

namespace bulkmarc {

/// Some of `bytes`, around a position in them, as FieldLocation::snippet has it: printable ASCII as it is, any other
/// byte as `\xHH`, no more than 40 characters in all.
[[nodiscard]] std::string snippet_of(std::string_view bytes, std::size_t position);

/// The location of a byte of a field, by its position in the field's data. The subfield is the one that the byte
/// belongs to; the delimiter and the code of a subfield are part of it.
[[nodiscard]] FieldLocation locate_in_field(const FieldView& field, std::uint32_t occurrence, std::size_t position);

/// The same, for the field that has an index in the record's directory. REQUIRES: there is one.
[[nodiscard]] FieldLocation locate_in_field(const RecordView& record, std::size_t index, std::size_t position);

/// The location of record.bytes()[at]. It is empty where that belongs to no field; of the leader the tag is LDR.
/// Takes time for all fields, so that it is only for what is noted: see note_at().
[[nodiscard]] FieldLocation locate(const RecordView& record, std::size_t at);

[[nodiscard]] inline bool is_noted(const std::vector<Problem>& problems, Reason reason) {
  return std::ranges::find(problems, reason, &Problem::reason) != problems.end();
}

/// Notes a problem as note() does, with the location of record.bytes()[at], which is worked out only the first time.
void note_at(std::vector<Problem>& problems, Reason reason, std::string_view detail, const RecordView& record,
             std::size_t at);

}  // namespace bulkmarc
