#include "tables/record_row.hpp"

#include <algorithm>

#include "record/data_field.hpp"
#include "tables/typed_values.hpp"
#include "text/blanks.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kBlankOrFill(" |");
/// The ends of names and titles in the style of ISBD.
constexpr ByteSet kBlankOrPunctuation(" /:;,=");
constexpr std::size_t kLongestAbbreviation = 3;
constexpr std::size_t kYearLength = 4;

/// True where a period ends the last word, and that is longer than most abbreviations are.
bool ends_with_period(std::string_view value) {
  if (!value.ends_with('.')) return false;
  value.remove_suffix(1);
  const std::string_view last_word = value.substr(value.find_last_of(" .") + 1);
  return last_word.size() > kLongestAbbreviation;
}

std::optional<std::int64_t> parse_value(ColumnType type, std::string_view value) {
  if (type == ColumnType::kDate) return parse_date(value);
  if (type == ColumnType::kTimestamp) return parse_timestamp(value);
  return parse_integer(value);
}

/// What became of a value that is not of its column's type.
std::string_view detail_of(ColumnType type) {
  if (type == ColumnType::kDate) return "a value that is not a date became null";
  if (type == ColumnType::kTimestamp) return "a value that is not a date and a time became null";
  return "a value that is not an integer became null";
}

/// True where a spec finds one value in each field, or means the field itself.
bool finds_fields(const ColumnSpec& column) {
  const FieldPart& part = column.spec.part;
  return column.joins_subfields || (part.kind == FieldPart::Kind::kData && !part.characters);
}

}  // namespace

std::optional<std::string_view> RecordColumn::clean(std::string_view value) const {
  switch (cleaning) {
    case Cleaning::kNone:
      return value;
    case Cleaning::kBlanks:
      value = without_blanks(value);
      break;
    case Cleaning::kFill:
      value = without_blanks(value);
      if (all_in(value, kBlankOrFill)) return std::nullopt;
      break;
    case Cleaning::kYear:
      if (value.size() != kYearLength || !all_in(value, kDigits)) return std::nullopt;
      break;
    case Cleaning::kCode:
      value = trimmed(value, kBlankOrFill, kBlankOrFill);
      break;
    case Cleaning::kPhrase:
      value = trimmed(value, kBlank, kBlankOrPunctuation);
      break;
    case Cleaning::kHeading:
      value = trimmed(value, kBlank, kBlankOrPunctuation);
      if (ends_with_period(value)) value.remove_suffix(1);
      break;
    case Cleaning::kWord:
      value = without_blanks(value);
      value = value.substr(0, value.find(' '));
      break;
  }
  if (value.empty()) return std::nullopt;
  return value;
}

bool RecordColumn::join(const FieldView& field, const SubfieldCodes& codes, Buffer& text) const {
  text.clear();
  bool any = false;
  if (field.is_control()) return any;
  for (const SubfieldView subfield : field.subfields()) {
    const auto code = static_cast<unsigned char>(subfield.code);
    if (!codes.test(code)) continue;
    if (any) text.append(joint.codes.test(code) ? std::string_view(joint.separator) : " ");
    text.append(without_rest_of_code(subfield.value));
    any = true;
  }
  return any;
}

std::string_view without_rest_of_code(std::string_view value) {
  while (!value.empty() && (static_cast<unsigned char>(value.front()) & 0xC0) == 0x80) value.remove_prefix(1);
  return value;
}

std::optional<std::string_view> joined_values(const RecordColumn& column, std::string_view leader, RowMemory& memory) {
  std::optional<std::string_view> first;
  bool is_copied = false;
  const auto copy_first = [&] {
    memory.joined.clear();
    memory.joined.append(*first);
    is_copied = true;
  };
  column.each(leader, memory, [&](std::string_view value) {
    if (!first) {
      first = value;
      // The next value takes its place there.
      if (column.separator && value.data() == memory.joined_subfields.data()) copy_first();
      return column.separator.has_value();
    }
    if (!is_copied) copy_first();
    memory.joined.append(*column.separator);
    memory.joined.append(value);
    return true;
  });
  if (!first || !column.separator) return first;
  return column.clean(is_copied ? memory.joined.view() : *first);
}

std::int64_t count_values(const RecordColumn& column, std::string_view leader, const FieldIndex& fields) {
  std::int64_t count = 0;
  const auto count_value = [&count](std::string_view) {
    ++count;
    return true;
  };
  for (const ColumnSpec& each : column.specs) {
    const FieldSpec& spec = each.spec;
    const auto count_field = [&](const FieldView& field) {
      if (!finds_fields(each)) return spec.part.each(field, count_value);
      const bool has_none = spec.part.each(field, [](std::string_view) { return false; });
      if (!has_none) ++count;
      return true;
    };
    if (spec.tag.is_leader()) {
      static_cast<void>(spec.each_of_leader(leader, count_value));
    } else {
      static_cast<void>(spec.each_field(fields, count_field));
    }
    if (column.has_alternatives && count != 0) break;
  }
  return count;
}

std::optional<std::int64_t> typed_value(const RecordColumn& column, const RecordNotes& notes, std::string_view leader,
                                        RowMemory& memory) {
  const auto text = joined_values(column, leader, memory);
  if (!text) return std::nullopt;
  const auto value = parse_value(column.type, *text);
  if (!value) [[unlikely]]
    notes.note(Reason::kColumnType, detail_of(column.type), *text);
  return value;
}

void note_odd_fields(const RecordNotes& notes) {
  const std::string_view bytes = notes.record().bytes();
  for (const DirectoryEntry& entry : notes.record().directory()) {
    const FieldView field({entry.tag, kTagLength}, bytes.substr(entry.offset, entry.length));
    if (!field.is_control() && !field.has_usual_begin()) [[unlikely]]
      note_odd_begin(field, entry.offset, notes);
  }
}

}  // namespace bulkmarc
