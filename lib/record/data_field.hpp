#pragma once

#include <cstddef>
#include <string_view>

#include <bulkmarc/record_view.hpp>

#include "record/field_location.hpp"
#include "text/specials.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {

inline bool is_control(const DirectoryEntry& entry) { return entry.tag[0] == '0' && entry.tag[1] == '0'; }

/// The detail of a repair, for all formats.
inline constexpr std::string_view kBlankIndicators = "missing indicators were taken as blanks";

/// The one or two bytes of printable ASCII that a data field begins with; blanks for what is missing.
struct Indicators {
  char values[kIndicatorCount] = {' ', ' '};
  std::size_t length = 0;
};

inline Indicators take_indicators(const FieldView& field) {
  Indicators indicators;
  indicators.length = field.indicator_count();
  field.bytes().copy(indicators.values, indicators.length);
  return indicators;
}

/// Notes what is odd in how a data field begins, which has its place in the record at `offset`.
inline void note_odd_begin(const FieldView& field, std::size_t offset, const RecordNotes& notes) {
  if (field.is_all_data()) {
    return notes.note(Reason::kSubfields, "a field without subfields was kept as subfield ?", offset);
  }
  const std::size_t indicators = field.indicator_count();
  if (indicators != kIndicatorCount) {
    notes.note(Reason::kIndicators, kBlankIndicators, offset + indicators);
  }
  if (!field.stray_data().empty()) {
    notes.note(Reason::kSubfields, "data before the first subfield was kept as subfield ?", offset + indicators);
  } else if (field.bytes().size() == indicators) {
    notes.note(Reason::kSubfields, "a data field has no subfields", offset);
  }
}

/// Emits the data of a control field. `out` has
///
///     text(bytes, from, to)      emits bytes[from, to), which hold nothing special
///     escape(at, end) -> length  emits the special byte at `at` as the format writes it, and what belongs to it
///
/// REQUIRES: `specials` marks all bytes below 0x20.
template <class Out>
[[gnu::always_inline]] inline void walk_control_field(std::string_view bytes, const DirectoryEntry& entry,
                                                      const Specials& specials, Out& out) {
  const std::size_t end = entry.offset + entry.length;
  Specials::Cursor cursor(specials, entry.offset);
  std::size_t at = entry.offset;
  for (std::size_t special = cursor.next(); special < end; special = cursor.next()) {
    out.text(bytes, at, special);
    at = special + out.escape(special, end);
  }
  out.text(bytes, at, end);
}

/// The rest of a data field, from a delimiter or from data that belongs to the open subfield, whatever its shape.
/// Cold, so that the hot code around it stays in registers: `out` goes in and out by value.
template <class Out>
[[gnu::cold, gnu::noinline]] Out walk_odd_rest(Out out, std::string_view bytes, std::size_t at, std::size_t end,
                                               bool open, const Specials& specials, const RecordNotes& notes) {
  while (at < end) {
    if (bytes[at] != kSubfieldDelimiter) {
      const std::size_t special = Specials::Cursor(specials, at).next();
      out.text(bytes, at, special < end ? special : end);
      at = special < end ? special : end;
      if (at < end && bytes[at] != kSubfieldDelimiter) at += out.escape(at, end);
      continue;
    }
    ++at;
    if (at == end || bytes[at] == kSubfieldDelimiter) {
      notes.note(Reason::kSubfields, "a subfield delimiter without a code was dropped", at - 1);
      continue;
    }
    const std::size_t length =
        static_cast<unsigned char>(bytes[at]) < 0x80 ? 1 : utf8_length(bytes.substr(at, end - at));
    out.begin_odd_subfield(bytes.substr(at, length), open);
    open = true;
    at += length;
  }
  out.end_field(open);
  return out;
}

/// A data field that does not begin as nearly all do.
template <class Out>
[[gnu::cold, gnu::noinline]] Out walk_odd_field(Out out, std::string_view bytes, const DirectoryEntry& entry,
                                                const Specials& specials, const RecordNotes& notes) {
  const std::size_t end = entry.offset + entry.length;
  const FieldView field({entry.tag, kTagLength}, bytes.substr(entry.offset, entry.length));
  const Indicators indicators = take_indicators(field);
  const std::size_t at = entry.offset + indicators.length;
  note_odd_begin(field, entry.offset, notes);
  out.begin_odd_field(entry, indicators);
  const bool stray = at != end && bytes[at] != kSubfieldDelimiter;
  if (stray) out.begin_odd_subfield(kCodeOfStrayData, false);
  return walk_odd_rest(out, bytes, at, end, stray, specials, notes);
}

/// Walks a data field of valid UTF-8, whatever its shape, and tells `out` its parts in their order:
///
///     begin_field(entry, ind1, ind2)  where is_plain_field() says so; else begin_odd_field(entry, indicators)
///     begin_subfield(code, after_another) where is_plain_code() says so; else begin_odd_subfield(character,
///     after_another) text(bytes, from, to), escape(at, end) end_field(after_subfield)
///
/// A plain code is not a special byte. A subfield ends where the next one begins or the field ends. Every byte of data
/// reaches `out`. Where the field is not two indicators and a sequence of coded subfields, that is noted in `notes`.
/// `out` must be copyable. REQUIRES: `specials` marks all bytes below 0x20.
template <class Out>
[[gnu::always_inline]] inline void walk_data_field(std::string_view bytes, const DirectoryEntry& entry,
                                                   const Specials& specials, const RecordNotes& notes, Out& out) {
  const std::size_t end = entry.offset + entry.length;
  const char* field = bytes.data() + entry.offset;
  if (entry.length <= kIndicatorCount + 1 || field[kIndicatorCount] != kSubfieldDelimiter ||
      !out.is_plain_field(entry, field[0], field[1]) || !out.is_plain_code(field[kIndicatorCount + 1])) [[unlikely]] {
    out = walk_odd_field(out, bytes, entry, specials, notes);
    return;
  }
  const char first_code = field[kIndicatorCount + 1];
  out.begin_field(entry, field[0], field[1]);
  out.begin_subfield(first_code, false);
  std::size_t at = entry.offset + kIndicatorCount + 2;
  Specials::Cursor cursor(specials, at);
  for (std::size_t special = cursor.next(); special < end; special = cursor.next()) {
    out.text(bytes, at, special);
    if (bytes[special] != kSubfieldDelimiter) [[unlikely]] {
      at = special + out.escape(special, end);
      continue;
    }
    const char code = bytes[special + 1];  // Or the field's terminator.
    if (!out.is_plain_code(code)) [[unlikely]] {
      out = walk_odd_rest(out, bytes, special, end, true, specials, notes);
      return;
    }
    out.begin_subfield(code, true);
    at = special + 2;
  }
  out.text(bytes, at, end);
  out.end_field(true);
}

}  // namespace bulkmarc
