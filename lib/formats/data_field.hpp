#pragma once

#include <bulkmarc/record_view.hpp>
#include <cstddef>
#include <string_view>
#include <vector>

#include "record/outcome.hpp"
#include "text/specials.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {

/// The code under which data is kept that stands before a field's first subfield.
inline constexpr std::string_view kCodeOfStrayData = "?";

/// The one or two bytes of printable ASCII that a data field begins with; blanks for what is missing.
struct Indicators {
  char values[kIndicatorCount] = {' ', ' '};
  std::size_t length = 0;
};

inline Indicators take_indicators(std::string_view field) {
  Indicators indicators;
  while (indicators.length < kIndicatorCount && indicators.length < field.size()) {
    const char byte = field[indicators.length];
    if (byte < 0x20 || byte > 0x7E) break;
    indicators.values[indicators.length++] = byte;
  }
  return indicators;
}

/// Emits bytes[from, to), where `out.escape(from, to)` emits the special byte at `from` as the format writes it, and
/// what belongs to it, and returns how many bytes that were.
template <class Out>
void emit_text(const Specials& specials, std::size_t from, std::size_t to, Out& out) {
  while (from < to) {
    const std::size_t special = specials.next(from, to);
    out.text(from, special);
    from = special;
    if (from < to) from += out.escape(from, to);
  }
}

/// Walks a data field of valid UTF-8, whatever its shape, and tells `out` its parts in their order:
///
///     begin_field(indicators), begin_subfield(code), text(from, to), escape(from, to), end_subfield(), end_field()
///
/// Every byte of data reaches `out`. Where the field is not two indicators and a sequence of coded subfields, that
/// is noted in `repairs`. REQUIRES: 0x1F is among the bytes that `specials` marks.
template <class Out>
void walk_data_field(std::string_view bytes, const DirectoryEntry& entry, const Specials& specials,
                     std::vector<Problem>& repairs, Out& out) {
  const std::size_t end = entry.offset + entry.length;
  const Indicators indicators = take_indicators(bytes.substr(entry.offset, entry.length));
  std::size_t at = entry.offset + indicators.length;
  if (indicators.length != kIndicatorCount) {
    note(repairs, Reason::kIndicators, "missing indicators were taken as blanks");
  }
  out.begin_field(indicators);
  bool open = false;
  if (at == end) note(repairs, Reason::kSubfields, "a data field has no subfields");
  if (at < end && bytes[at] != kSubfieldDelimiter) {
    note(repairs, Reason::kSubfields, "data before the first subfield was kept as subfield ?");
    out.begin_subfield(kCodeOfStrayData);
    open = true;
  }
  while (at < end) {
    const std::size_t special = specials.next(at, end);
    if (special > at) out.text(at, special);
    at = special;
    if (at == end) break;
    if (bytes[at] != kSubfieldDelimiter) {
      at += out.escape(at, end);
      continue;
    }
    if (open) out.end_subfield();
    ++at;
    open = at < end && bytes[at] != kSubfieldDelimiter;
    if (!open) {
      note(repairs, Reason::kSubfields, "a subfield delimiter without a code was dropped");
      continue;
    }
    const std::size_t code_length = utf8_length(bytes.substr(at, end - at));
    out.begin_subfield(bytes.substr(at, code_length));
    at += code_length;
  }
  if (open) out.end_subfield();
  out.end_field();
}

}  // namespace bulkmarc
