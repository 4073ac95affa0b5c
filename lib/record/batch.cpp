#include "record/batch.hpp"

#include <algorithm>
#include <utility>

namespace bulkmarc {

void Batch::clear() {
  items_.clear();
  placed_.clear();
  directory_.clear();
  rejected_.clear();
  skipped_ = 0;
  start = stop = Range::kNowhere;
}

void Batch::add_decoded(std::size_t position, std::size_t length, std::size_t first_entry) {
  placed_.push_back({position, length, first_entry, directory_.size() - first_entry});
}

void Batch::add_rejected(std::size_t position, std::size_t length, Problem problem) {
  rejected_.push_back({placed_.size(), std::move(problem)});
  placed_.push_back({position, length, 0, 0});
}

void Batch::seal(std::uint64_t offset) {
  auto next_rejected = rejected_.begin();
  items_.reserve(placed_.size());
  for (std::size_t i = 0; i < placed_.size(); ++i) {
    const Placed& placed = placed_[i];
    BatchRecord& item = items_.emplace_back();
    item.raw = bytes.view().substr(placed.position, placed.length);
    item.offset = offset + placed.position;
    item.rejected = next_rejected != rejected_.end() && next_rejected->index == i;
    if (item.rejected) {
      ++next_rejected;
      continue;
    }
    item.well_formed = true;
    item.view = {item.raw, std::span(directory_).subspan(placed.first_entry, placed.entries)};
  }
}

const Problem& Batch::problem(std::size_t index) const {
  return std::lower_bound(rejected_.begin(), rejected_.end(), index,
                          [](const Rejected& rejected, std::size_t wanted) { return rejected.index < wanted; })
      ->problem;
}

}  // namespace bulkmarc
