#include "select/selector.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "select/parser.hpp"
#include "text/blanks.hpp"

namespace bulkmarc {

IdSet::IdSet(const std::vector<std::string>& ids) {
  ids_.reserve(ids.size());
  places_.reserve(ids.size());
  for (const std::string& id : ids) {
    const std::string_view trimmed = without_blanks(id);
    if (trimmed.empty() || places_.contains(trimmed)) continue;
    const auto place = static_cast<std::uint32_t>(ids_.size());
    places_.emplace(ids_.emplace_back(trimmed), place);
  }
}

std::optional<std::uint32_t> IdSet::find(std::string_view control_number) const {
  const auto found = places_.find(without_blanks(control_number));
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

namespace {

template <class Parse>
auto compile(std::string_view name, const std::string& text, const Parse& parse) try {
  return parse(text);
} catch (const SpecError& error) {
  throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("{} '{}': {}", name, text, error.what()));
}

std::vector<FieldItem> compile_list(std::string_view name, const std::string& text) {
  if (text.empty()) return {};
  return compile(name, text, parse_field_list);
}

}  // namespace

Selector::Selector(const Selection& selection)
    : needed_(selection.skip != 0 || selection.limit || selection.sample || selection.unique || selection.ids ||
              selection.numbers || !selection.where.empty() || !selection.fields.empty() ||
              !selection.drop_fields.empty()) {
  if (selection.ids) ids_.emplace(*selection.ids);
  if (selection.numbers) std::ranges::sort(numbers_.emplace(*selection.numbers));
  if (!selection.where.empty()) where_ = compile("where", selection.where, parse_condition);
  if (!selection.fields.empty() || !selection.drop_fields.empty()) {
    fields_.emplace(compile_list("fields", selection.fields), compile_list("drop-fields", selection.drop_fields));
  }
}

void Selector::leave_out(std::vector<std::uint64_t> numbers) {
  std::ranges::sort(numbers);
  left_out_ = std::move(numbers);
}

bool Selector::leaves_out(std::uint64_t number) const {
  return !left_out_.empty() && std::ranges::binary_search(left_out_, number);
}

void Selector::draw(std::vector<RecordPosition> sample) {
  std::ranges::sort(sample);
  sample_ = std::move(sample);
}

bool Selector::takes(const RecordView& record, const RecordPosition& place, std::uint64_t number,
                     std::vector<std::uint32_t>& found_ids) const {
  if (ids_ || numbers_) {
    const std::size_t before = found_ids.size();
    find_ids(record, found_ids);
    const bool is_named = numbers_ && std::ranges::binary_search(*numbers_, number);
    if (!is_named && found_ids.size() == before) return false;
  }
  if (sample_ && !std::ranges::binary_search(*sample_, place)) return false;
  return !where_ || where_->hold(record);
}

void Selector::find_ids(const RecordView& record, std::vector<std::uint32_t>& found_ids) const {
  if (!ids_) return;
  for (const FieldView field : record.fields()) {
    if (field.tag() == "001") find_id(field.bytes(), found_ids);
  }
}

void Selector::find_id(std::string_view control_number, std::vector<std::uint32_t>& found_ids) const {
  if (!ids_) return;
  if (const auto found = ids_->find(control_number)) found_ids.push_back(*found);
}

const std::vector<std::string>& Selector::ids() const {
  static const std::vector<std::string> kNone;
  return ids_ ? ids_->ids() : kNone;
}

}  // namespace bulkmarc
