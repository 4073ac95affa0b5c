#include "record/batch.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace bulkmarc {

void Batch::clear() {
  charset = nullptr;
  items_.clear();
  first_ = 0;
  placed_.clear();
  directory_.clear();
  damaged_.clear();
  gaps_.clear();
  skipped_ = {};
  first_number = 0;
  gave_up = false;
  start = stop = Range::kNowhere;
}

void Batch::add_decoded(std::size_t position, std::size_t length, std::size_t first_entry) {
  placed_.push_back({position, length, first_entry, directory_.size() - first_entry});
}

void Batch::add_rejected(std::size_t position, std::size_t length, Problem problem) {
  damaged_.push_back({placed_.size(), true, {{}, {}, {std::move(problem)}}});
  placed_.push_back({position, length, 0, 0});
}

void Batch::add_repaired(std::size_t position, std::size_t length, RepairedRecord record) {
  damaged_.push_back({placed_.size(), false, std::move(record)});
  placed_.push_back({position, length, 0, 0});
}

void Batch::add_unparsed(std::size_t position, std::size_t length) { placed_.push_back({position, length, 0, 0}); }

void Batch::add_skipped(std::size_t position, std::size_t length) {
  if (skipped_.bytes == 0) {
    skipped_.offset = position;
    skipped_.before = placed_.size();
  }
  skipped_.bytes += length;
  if (!gaps_.empty() && gaps_.back().before == placed_.size()) {
    gaps_.back().bytes += length;
  } else {
    gaps_.push_back({placed_.size(), length});
  }
}

void Batch::drop_first(std::size_t count) {
  first_ += count;
  first_number += count;
  start = first_ < items_.size() ? items_[first_].offset : stop;
}

void Batch::keep_first(std::size_t count) {
  items_.resize(first_ + count);
  std::erase_if(gaps_, [this](const Gap& gap) { return gap.before >= items_.size(); });
  skipped_.bytes = skipped_bytes(0, count);
  // A record that has no bytes in the input counts as one unit of the range.
  const BatchRecord* last = count == 0 ? nullptr : &items_.back();
  stop = last == nullptr ? start : last->offset + std::max<std::size_t>(last->raw.size(), 1);
}

std::uint64_t Batch::skipped_bytes(std::size_t from, std::size_t to) const {
  std::uint64_t skipped = 0;
  for (const Gap& gap : gaps_) {
    const bool after_begin = from == 0 || gap.before >= first_ + from;
    const bool before_end = gap.before < first_ + to || first_ + to == items_.size();
    if (after_begin && before_end) skipped += gap.bytes;
  }
  return skipped;
}

void Batch::seal(std::uint64_t offset) {
  skipped_.offset += offset;
  items_.reserve(placed_.size());
  for (const Placed& placed : placed_) {
    BatchRecord& item = items_.emplace_back();
    item.raw = bytes.view().substr(placed.position, placed.length);
    item.offset = offset + placed.position;
    item.well_formed = true;
    item.view = {item.raw, directory_.elements().subspan(placed.first_entry, placed.entries)};
  }
  for (const Damaged& damaged : damaged_) {
    BatchRecord& item = items_[damaged.index];
    item.well_formed = false;
    item.rejected = damaged.rejected;
    item.repaired = !damaged.rejected;
    item.view = damaged.record.view();
  }
}

void Batch::set_parsed(std::size_t index, const RecordView& view, std::vector<Problem>& repairs) {
  BatchRecord& item = items_[index];
  item.view = view;
  item.well_formed = false;
  item.repaired = !repairs.empty();
  if (item.repaired) set_damaged({index, false, {{}, {}, std::move(repairs)}});
}

void Batch::set_rejected(std::size_t index, const RecordView& view, Problem problem) {
  BatchRecord& item = items_[index];
  item.view = view;
  item.well_formed = false;
  item.rejected = true;
  set_damaged({index, true, {{}, {}, {std::move(problem)}}});
}

void Batch::set_damaged(Damaged damaged) {
  damaged_.insert(std::ranges::lower_bound(damaged_, damaged.index, {}, &Damaged::index), std::move(damaged));
}

const std::vector<Problem>& Batch::problems(std::size_t index) const {
  return std::ranges::lower_bound(damaged_, first_ + index, {}, &Damaged::index)->record.repairs;
}

}  // namespace bulkmarc
