#include "tables/record_row.hpp"

#include <cstdint>

#include "record/data_field.hpp"
#include "record/leader.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kOneBlank = " ";
constexpr std::string_view kBlankOrFill = " |";
/// The ends of names and titles in the style of ISBD.
constexpr std::string_view kBlankOrPunctuation = " /:;,=";
constexpr std::size_t kLongestAbbreviation = 3;
constexpr ByteSet kBibliographicType("acdefgijkmoprt");
constexpr std::size_t kYearLength = 4;

std::string_view without(std::string_view value, std::string_view before, std::string_view after) {
  value.remove_prefix(std::min(value.find_first_not_of(before), value.size()));
  return value.substr(0, value.find_last_not_of(after) + 1);
}

/// True where a period ends the last word, and that is longer than most abbreviations are.
bool ends_with_period(std::string_view value) {
  if (!value.ends_with('.')) return false;
  value.remove_suffix(1);
  const std::string_view last_word = value.substr(value.find_last_of(" .") + 1);
  return last_word.size() > kLongestAbbreviation;
}

}  // namespace

bool RecordColumn::applies_to(const RecordView& record) const {
  return !bibliographic || kBibliographicType.contains(record.leader()[kRecordTypeAt]);
}

std::optional<std::string_view> RecordColumn::clean(std::string_view value) const {
  switch (cleaning) {
    case Cleaning::kNone:
      return value;
    case Cleaning::kCode:
      value = without(value, kBlankOrFill, kBlankOrFill);
      break;
    case Cleaning::kPhrase:
      value = without(value, kOneBlank, kBlankOrPunctuation);
      break;
    case Cleaning::kHeading:
      value = without(value, kOneBlank, kBlankOrPunctuation);
      if (ends_with_period(value)) value.remove_suffix(1);
      break;
    case Cleaning::kWord:
      value = without(value, kOneBlank, "");
      value = value.substr(0, value.find(' '));
      break;
  }
  if (value.empty()) return std::nullopt;
  return value;
}

std::string_view without_rest_of_code(std::string_view value) {
  while (!value.empty() && (static_cast<unsigned char>(value.front()) & 0xC0) == 0x80) value.remove_prefix(1);
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

std::optional<std::int64_t> year_of(std::string_view value) {
  if (value.size() != kYearLength || !all_in(value, kDigits)) return std::nullopt;
  std::int64_t year = 0;
  for (const char digit : value) year = 10 * year + (digit - '0');
  return year;
}

std::optional<std::string_view> joined_values(const RecordColumn& column, const RecordView& record,
                                              std::string_view leader, Buffer& joined) {
  std::optional<std::string_view> only;
  bool several = false;
  column.each(record, leader, [&](std::string_view value) {
    value = without_rest_of_code(value);
    if (!column.separator) {
      only = column.clean(value);
      return !only;
    }
    if (!only) {
      only = value;
      return true;
    }
    if (!several) {
      joined.clear();
      joined.append(*only);
      several = true;
    }
    joined.append(*column.separator);
    joined.append(value);
    return true;
  });
  if (!column.separator || !only) return only;
  return column.clean(several ? joined.view() : *only);
}

}  // namespace bulkmarc
