#include "record/field_location.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>

#include "record/leader.hpp"
#include "text/byte_set.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {

namespace {

constexpr ByteSet kPrintableAscii(" -~");
constexpr std::size_t kShownBefore = 8;
constexpr std::size_t kLongestSnippet = 40;

std::string escaped(char byte) {
  static constexpr char kHexDigits[] = "0123456789ABCDEF";
  if (kPrintableAscii.contains(byte)) return {byte};
  const auto value = static_cast<unsigned char>(byte);
  return {'\\', 'x', kHexDigits[value >> 4], kHexDigits[value & 0xF]};
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += escaped(byte);
  return text;
}

/// The code of the subfield that the byte at `position` belongs to; nothing before the first one.
std::string subfield_at(const FieldView& field, std::size_t position) {
  if (field.is_control()) return {};
  const std::size_t delimiter = field.bytes().substr(0, position + 1).rfind(kSubfieldDelimiter);
  if (delimiter == std::string_view::npos) return {};
  const std::string_view rest = field.bytes().substr(delimiter + 1);
  if (rest.empty() || rest.front() == kSubfieldDelimiter) return {};
  return escaped(rest.substr(0, std::max<std::size_t>(utf8_length(rest), 1)));
}

}  // namespace

std::string snippet_of(std::string_view bytes, std::size_t position) {
  std::string text;
  position = std::min(position, bytes.size());
  for (const char byte : bytes.substr(position - std::min(position, kShownBefore))) {
    const std::string shown = escaped(byte);
    if (text.size() + shown.size() > kLongestSnippet) break;
    text += shown;
  }
  return text;
}

FieldLocation locate_in_field(const FieldView& field, std::uint32_t occurrence, std::size_t position) {
  return {escaped(field.tag()), occurrence, subfield_at(field, position), position,
          snippet_of(field.bytes(), position)};
}

FieldLocation locate_in_field(const RecordView& record, std::size_t index, std::size_t position) {
  const auto entries = record.directory().first(index + 1);
  const auto tag_of = [](const DirectoryEntry& entry) { return std::string_view(entry.tag, kTagLength); };
  const std::string_view tag = tag_of(entries.back());
  const auto occurrence = std::ranges::count(entries, tag, tag_of);
  const std::string_view bytes = record.bytes().substr(entries.back().offset, entries.back().length);
  return locate_in_field(FieldView(tag, bytes), static_cast<std::uint32_t>(occurrence), position);
}

FieldLocation locate(const RecordView& record, std::size_t at) {
  if (at < record.leader().size()) return {std::string(kLeaderTag), 1, {}, at, snippet_of(record.leader(), at)};
  const auto entries = record.directory();
  const auto holds = [at](const DirectoryEntry& entry) {
    return entry.offset <= at && at - entry.offset <= entry.length;
  };
  const auto found = std::ranges::find_if(entries, holds);
  if (found == entries.end()) return {};
  return locate_in_field(record, static_cast<std::size_t>(found - entries.begin()), at - found->offset);
}

void note_at(std::vector<Problem>& problems, Reason reason, std::string_view detail, const RecordView& record,
             std::size_t at) {
  if (!is_noted(problems, reason)) problems.push_back({reason, std::string(detail), locate(record, at)});
}

void RecordNotes::note(Reason reason, std::string_view detail, std::string_view bytes) const {
  const std::string_view all = record_.bytes();
  const bool is_within =
      !std::less<>()(bytes.data(), all.data()) && std::less<>()(bytes.data(), all.data() + all.size());
  if (is_within) return note(reason, detail, static_cast<std::size_t>(bytes.data() - all.data()));
  bulkmarc::note(*problems_, reason, detail);
}

}  // namespace bulkmarc
