#include "tables/row_memory.hpp"

#include <algorithm>

#include "record/leader.hpp"
#include "record/utf8_record.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr char kNul = '\0';

/// The first NUL of a field and what follows it, or nothing.
std::string_view find_nul(const RecordView& view) {
  // One fast search of everything, which between the fields may find what is in none of them.
  if (view.bytes().find(kNul) == std::string_view::npos) return {};
  for (const FieldView field : view.fields()) {
    const std::size_t nul = field.bytes().find(kNul);
    if (nul != std::string_view::npos) return field.bytes().substr(nul);
  }
  return {};
}

void append_without_nuls(std::string_view field, Buffer& text) {
  for (std::size_t nul; (nul = field.find(kNul)) != std::string_view::npos; field.remove_prefix(nul + 1)) {
    text.append(field.substr(0, nul));
    text.append(kReplacementCharacter);
  }
  text.append(field);
}

}  // namespace

std::string_view RowMemory::leader_of(const RecordView& view) {
  std::ranges::copy(view.leader(), leader_.begin());
  leader_[kCodingScheme] = kUtf8Scheme;
  return {leader_.data(), leader_.size()};
}

void RowMemory::replace_nuls(RecordNotes& notes) {
  const std::string_view nul = find_nul(notes.record());
  if (nul.empty()) [[likely]]
    return;
  notes.note(Reason::kCharacter, "a NUL became U+FFFD", nul);
  notes.set_record(without_nuls_.rebuild(notes.record(), [](const DirectoryEntry&, std::string_view field,
                                                            Buffer& text) { append_without_nuls(field, text); }));
}

}  // namespace bulkmarc
