#include "formats/iso2709/syntax.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "formats/registry.hpp"
#include "record/field_location.hpp"
#include "record/leader.hpp"

namespace bulkmarc {
namespace {

/// `value` in exactly N decimal digits. REQUIRES: it has no more.
template <std::size_t N>
std::array<char, N> digits(std::size_t value) {
  std::array<char, N> text;
  for (std::size_t i = N; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
  return text;
}

template <class Sink, std::size_t N>
void append(Sink& sink, const std::array<char, N>& text) {
  sink.append({text.data(), text.size()});
}

/// ISO 2709 as MARC 21 uses it (loc.gov/marc/specifications/specrecstruc.html).
template <bool kToUtf8>
struct Iso2709 {
  static constexpr std::string_view prologue() { return ""; }
  static constexpr std::string_view kSeparator = "";
  static constexpr std::string_view epilogue() { return ""; }
  static constexpr bool kUtf8 = kToUtf8;

  static std::size_t most_bytes(const RecordView& view, const BatchRecord& record) {
    return record.raw.size() + view.bytes().size() + kDirectoryEntryLength * view.directory().size() + 2;
  }

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord& record, WriterMemory& memory,
                                     Sink& sink) {
    if (record.well_formed && (!kToUtf8 || view.bytes().data() == record.raw.data())) {
      if (const std::size_t at = find_terminator_in_data(record); at != record.raw.size()) [[unlikely]] {
        note_at(memory.repairs, Reason::kDelimiterInData, "a terminator within data was kept as it is", record.view,
                at);
      }
      copy(record.raw, sink);
      return std::nullopt;
    }
    std::size_t data_length = 0;
    for (std::size_t i = 0; i < view.directory().size(); ++i) {
      if (auto flaw = flaw_of(view, i)) return flaw;
      data_length += view.directory()[i].length + std::size_t{1};
    }
    const std::size_t base = kLeaderLength + kDirectoryEntryLength * view.fields().size() + 1;
    const std::size_t length = base + data_length + 1;
    if (length > kLongestRecord) {
      return Problem{Reason::kRecordTooLong,
                     fmt::format("{} octets; ISO 2709 has room for {}", length, kLongestRecord)};
    }
    emit_leader(view.leader(), length, base, sink);
    emit_directory(view, sink);
    for (const FieldView field : view.fields()) {
      sink.append(field.bytes());
      sink.put(kFieldTerminator);
    }
    sink.put(kRecordTerminator);
    return std::nullopt;
  }

 private:
  template <class Sink>
  static void copy(std::string_view raw, Sink& sink) {
    if (!kToUtf8 || raw[kCodingScheme] == kUtf8Scheme) return sink.append(raw);
    sink.append(raw.substr(0, kCodingScheme));
    sink.put(kUtf8Scheme);
    sink.append(raw.substr(kCodingScheme + 1));
  }

  /// Where a well-formed record holds a terminator within data, or its size where it does not: the first terminators
  /// are where its directory, its fields and its data end.
  static std::size_t find_terminator_in_data(const BatchRecord& record) {
    const std::size_t size = record.raw.size();
    if (const std::size_t at = record.raw.find(kRecordTerminator); at != size - 1) return at;
    for (const FieldView field : record.view.fields()) {
      const void* found = std::memchr(field.bytes().data(), kFieldTerminator, field.bytes().size());
      if (found != nullptr) return static_cast<std::size_t>(static_cast<const char*>(found) - record.raw.data());
    }
    return size;
  }

  static std::optional<Problem> flaw_of(const RecordView& view, std::size_t index) {
    const DirectoryEntry& entry = view.directory()[index];
    const std::string_view tag(entry.tag, kTagLength);
    const std::string_view bytes = view.bytes().substr(entry.offset, entry.length);
    if (bytes.size() + 1 > kLongestField) {
      return Problem{
          Reason::kFieldTooLong,
          fmt::format("field {} has {} octets; ISO 2709 has room for {}", tag, bytes.size() + 1, kLongestField),
          locate_in_field(view, index, kLongestField - 1)};
    }
    // One fast search for each beats a search for both that goes byte by byte.
    const std::size_t at = std::min(bytes.find(kRecordTerminator), bytes.find(kFieldTerminator));
    if (at != bytes.npos) {
      return Problem{Reason::kDelimiterInData, fmt::format("field {} holds a terminator", tag),
                     locate_in_field(view, index, at)};
    }
    return std::nullopt;
  }

  template <class Sink>
  static void emit_leader(std::string_view leader, std::size_t length, std::size_t base, Sink& sink) {
    append(sink, digits<5>(length));
    sink.append(leader.substr(5, 4));
    sink.put(kToUtf8 ? kUtf8Scheme : leader[kCodingScheme]);
    sink.literal("22");
    append(sink, digits<5>(base));
    sink.append(leader.substr(17, 3));
    sink.literal("4500");
  }

  template <class Sink>
  static void emit_directory(const RecordView& view, Sink& sink) {
    std::size_t start = 0;
    for (const FieldView field : view.fields()) {
      const std::size_t length = field.bytes().size() + 1;
      sink.append(field.tag());
      append(sink, digits<4>(length));
      append(sink, digits<5>(start));
      start += length;
    }
    sink.put(kFieldTerminator);
  }
};

}  // namespace

std::unique_ptr<BatchWriter> make_iso2709_writer(bool to_utf8) {
  if (to_utf8) return std::make_unique<BatchWriterOf<Iso2709<true>>>();
  return std::make_unique<BatchWriterOf<Iso2709<false>>>();
}

}  // namespace bulkmarc
