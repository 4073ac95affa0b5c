#include "tables/row_memory.hpp"

#include <algorithm>

#include "record/utf8_record.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr char kNul = '\0';

bool holds_nul(const RecordView& view) {
  // One fast search of everything, which between the fields may find what is in none of them.
  if (view.bytes().find(kNul) == std::string_view::npos) return false;
  return std::ranges::any_of(view.fields(),
                             [](const FieldView& field) { return field.bytes().find(kNul) != std::string_view::npos; });
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

void RowMemory::replace_nuls(RecordView& view, std::vector<Problem>& repairs) {
  if (!holds_nul(view)) [[likely]]
    return;
  view = without_nuls_.rebuild(
      view, [](const DirectoryEntry&, std::string_view field, Buffer& text) { append_without_nuls(field, text); });
  note(repairs, Reason::kCharacter, "a NUL became U+FFFD");
}

}  // namespace bulkmarc
