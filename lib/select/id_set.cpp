#include "select/id_set.hpp"

#include <cstdint>

namespace bulkmarc {
namespace {

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

}  // namespace

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

}  // namespace bulkmarc
