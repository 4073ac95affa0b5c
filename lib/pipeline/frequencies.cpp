#include "pipeline/frequencies.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace bulkmarc {

std::uint64_t Frequencies::merge(const Frequencies& other, std::size_t most) {
  std::uint64_t left_out = 0;
  for (const Count& more : other.counts_) {
    if (counts_.size() >= most && slots_[slot_of(more.key)] == kEmpty) {
      left_out += more.occurrences;
      continue;
    }
    Count& count = find(more.key);
    count.records += more.records;
    count.occurrences += more.occurrences;
  }
  return left_out;
}

void Frequencies::clear() {
  if (counts_.empty()) return;
  counts_.clear();
  std::ranges::fill(slots_, kEmpty);
}

Frequencies::Count& Frequencies::insert(std::uint32_t key, std::size_t slot) {
  slots_[slot] = static_cast<std::uint32_t>(counts_.size());
  counts_.push_back({key, 0, 0, 0});
  if (counts_.size() * 2 > slots_.size()) set_slots(slots_.size() * 2);
  return counts_.back();
}

void Frequencies::set_slots(std::size_t count) {
  slots_.assign(count, kEmpty);
  shift_ = 32 - std::countr_zero(count);
  for (std::size_t i = 0; i < counts_.size(); ++i) slots_[slot_of(counts_[i].key)] = static_cast<std::uint32_t>(i);
}

std::uint32_t Frequencies::random_multiplier() {
  static const std::uint32_t multiplier = std::random_device{}() | 1;
  return multiplier;
}

}  // namespace bulkmarc
