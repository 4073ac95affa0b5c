#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace bulkmarc {

/// How often each of some keys was seen, and in how many records; in the order in which they were seen first.
class Frequencies {
 public:
  struct Count {
    std::uint32_t key;
    std::uint64_t records;
    std::uint64_t occurrences;
    std::uint64_t last_record;
  };

  /// Counts an occurrence in a record. Records are numbered from 1.
  void add(std::uint32_t key, std::uint64_t record) {
    Count& count = find(key);
    count.records += count.last_record == record ? 0 : 1;
    count.last_record = record;
    ++count.occurrences;
  }

  /// Adds what was counted in other records. Takes no more new keys when there are `most`, and returns the occurrences
  /// that were left out so.
  std::uint64_t merge(const Frequencies& other, std::size_t most = std::numeric_limits<std::size_t>::max());

  void clear();
  [[nodiscard]] const std::vector<Count>& counts() const { return counts_; }

 private:
  [[nodiscard]] std::size_t slot_of(std::uint32_t key) const {
    std::size_t slot = key * multiplier_ >> shift_;
    while (slots_[slot] != kEmpty && counts_[slots_[slot]].key != key) slot = (slot + 1) % slots_.size();
    return slot;
  }
  Count& find(std::uint32_t key) {
    const std::size_t slot = slot_of(key);
    if (slots_[slot] != kEmpty) [[likely]]
      return counts_[slots_[slot]];
    return insert(key, slot);
  }
  Count& insert(std::uint32_t key, std::size_t slot);
  /// Makes as many slots as a power of two has, and finds every key's slot again.
  void set_slots(std::size_t count);

  /// An odd number that is another one in every process, so that no file can choose keys that share a slot.
  static std::uint32_t random_multiplier();

  static constexpr std::uint32_t kEmpty = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t kFewestSlots = 1024;

  std::vector<Count> counts_;
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(kFewestSlots, kEmpty);  // Indices of counts_.
  std::uint32_t multiplier_ = random_multiplier();
  int shift_ = 32 - std::countr_zero(kFewestSlots);
};

}  // namespace bulkmarc
