#include "select/field_filter.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace bulkmarc {
namespace {

/// What the items name of a field. Items with subfield codes do not speak of fields without subfields.
SubfieldCodes named_by(const std::vector<FieldItem>& items, const FieldView& field) {
  const bool has_subfields = field.subfields().begin() != SubfieldRange::end();
  SubfieldCodes codes;
  for (const FieldItem& item : items) {
    if (item.tag.matches(field.tag()) && (has_subfields || item.codes.all())) codes |= item.codes;
  }
  return codes;
}

struct SubfieldCount {
  std::size_t left = 0;
  std::size_t lost = 0;
};

SubfieldCount count_subfields(const FieldView& field, const SubfieldCodes& left) {
  SubfieldCount count;
  for (const SubfieldView subfield : field.subfields()) {
    ++(left.test(static_cast<unsigned char>(subfield.code)) ? count.left : count.lost);
  }
  return count;
}

/// Stray data that is left becomes a subfield like the others, so that nothing takes it for an indicator.
void copy_subfields(const FieldView& field, const SubfieldCodes& left, Buffer& text) {
  const char indicators[] = {field.indicator(0), field.indicator(1)};
  text.append({indicators, sizeof indicators});
  for (const SubfieldView subfield : field.subfields()) {
    if (!left.test(static_cast<unsigned char>(subfield.code))) continue;
    const char begin[] = {kSubfieldDelimiter, subfield.code};
    text.append({begin, sizeof begin});
    text.append(subfield.value);
  }
}

}  // namespace

FieldFilter::FieldFilter(std::vector<FieldItem> keep, std::vector<FieldItem> drop)
    : keep_(std::move(keep)), drop_(std::move(drop)) {}

SubfieldCodes FieldFilter::left_of(const FieldView& field) const {
  SubfieldCodes kept;
  if (keep_.empty()) {
    kept.set();
  } else {
    kept = named_by(keep_, field);
  }
  return kept & ~named_by(drop_, field);
}

bool FieldFilter::apply(RecordView& view, Memory& memory) const {
  memory.directory.clear();
  bool some_lose_subfields = false;
  for (const DirectoryEntry& entry : view.directory()) {
    const FieldView field({entry.tag, kTagLength}, view.bytes().substr(entry.offset, entry.length));
    const SubfieldCodes left = left_of(field);
    if (left.none()) continue;
    if (!left.all()) {
      const SubfieldCount count = count_subfields(field, left);
      if (count.left == 0) continue;
      some_lose_subfields |= count.lost != 0;
    }
    memory.directory.push_back(entry);
  }
  if (some_lose_subfields) {
    view = copy(view, memory);
    return true;
  }
  if (memory.directory.size() == view.directory().size()) return false;
  view = {view.bytes(), memory.directory};
  return true;
}

RecordView FieldFilter::copy(const RecordView& view, Memory& memory) const {
  memory.text.clear();
  memory.text.append(view.leader());
  for (DirectoryEntry& entry : memory.directory) {
    const FieldView field({entry.tag, kTagLength}, view.bytes().substr(entry.offset, entry.length));
    const SubfieldCodes left = left_of(field);
    entry.offset = static_cast<std::uint32_t>(memory.text.size());
    if (left.all() || count_subfields(field, left).lost == 0) {
      memory.text.append(field.bytes());
    } else {
      copy_subfields(field, left, memory.text);
    }
    entry.length = static_cast<std::uint32_t>(memory.text.size() - entry.offset);
    memory.text.append({&kFieldTerminator, 1});
  }
  return {memory.text.view(), memory.directory};
}

}  // namespace bulkmarc
