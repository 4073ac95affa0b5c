#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>

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
  for (char& value : indicators.values) {
    if (indicators.length == field.size()) break;
    const char byte = field[indicators.length];
    if (byte < 0x20 || byte > 0x7E) break;
    value = byte;
    ++indicators.length;
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
///     begin_field(indicators), begin_subfield(code, after_another), text(from, to), escape(from, to),
///     end_field(after_subfield)
///
/// A subfield ends where the next one begins or the field ends. Every byte of data reaches `out`. Where the field is
/// not two indicators and a sequence of coded subfields, that is noted in `repairs`. REQUIRES: `specials` marks 0x1F.
template <class Out>
void walk_data_field(std::string_view bytes, const DirectoryEntry& entry, const Specials& specials,
                     std::vector<Problem>& repairs, Out& out) {
  const std::size_t end = entry.offset + entry.length;
  const Indicators indicators = take_indicators(bytes.substr(entry.offset, entry.length));
  std::size_t at = entry.offset + indicators.length;
  if (indicators.length != kIndicatorCount) [[unlikely]] {
    note(repairs, Reason::kIndicators, "missing indicators were taken as blanks");
  }
  out.begin_field(indicators);
  bool open = false;
  if (at == end) [[unlikely]] {
    note(repairs, Reason::kSubfields, "a data field has no subfields");
  } else if (bytes[at] != kSubfieldDelimiter) [[unlikely]] {
    note(repairs, Reason::kSubfields, "data before the first subfield was kept as subfield ?");
    out.begin_subfield(kCodeOfStrayData, false);
    open = true;
  }
  while (at < end) {
    if (bytes[at] != kSubfieldDelimiter) {
      const std::size_t special = specials.next(at, end);
      if (special > at) {
        out.text(at, special);
        at = special;
      } else {
        at += out.escape(at, end);
      }
      continue;
    }
    ++at;
    if (at == end || bytes[at] == kSubfieldDelimiter) [[unlikely]] {
      note(repairs, Reason::kSubfields, "a subfield delimiter without a code was dropped");
      continue;
    }
    const std::size_t code_length =
        static_cast<unsigned char>(bytes[at]) < 0x80 ? 1 : utf8_length(bytes.substr(at, end - at));
    out.begin_subfield(bytes.substr(at, code_length), open);
    open = true;
    at += code_length;
  }
  out.end_field(open);
}

}  // namespace bulkmarc
