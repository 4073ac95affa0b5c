#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "text/hash.hpp"

namespace bulkmarc {

/// Entries by their hashes, `Entry::key`, each once. Takes 4/3 of their size at most, and a little of that more for a
/// moment when it grows. Like a standard container, it may be read by many threads at once, or changed by one.
template <class Entry>
class HashTable {
 public:
  /// The entry with this key, or null; valid until another one is added.
  [[nodiscard]] Entry* find(const Hash& key) {
    Shard& shard = shards_[shard_of(key)];
    if (shard.slots.empty()) return nullptr;
    Entry& slot = shard.slots[slot_of(shard.slots, key)];
    return slot.key.is_none() ? nullptr : &slot;
  }
  [[nodiscard]] const Entry* find(const Hash& key) const { return const_cast<HashTable*>(this)->find(key); }

  /// Adds an entry, unless there is one with its key. Returns the one that is there, and whether it is the new one.
  std::pair<Entry*, bool> add(const Entry& entry) {
    Shard& shard = shards_[shard_of(entry.key)];
    if (shard.used + 1 > shard.slots.size() / kParts * kMostParts) grow(shard);  // The sizes are multiples of kParts.
    Entry& slot = shard.slots[slot_of(shard.slots, entry.key)];
    if (!slot.key.is_none()) return {&slot, false};
    slot = entry;
    ++shard.used;
    return {&slot, true};
  }

  /// How many entries there is memory for.
  [[nodiscard]] std::size_t slots() const {
    std::size_t slots = 0;
    for (const Shard& shard : shards_) slots += shard.slots.capacity();
    return slots;
  }

  /// Calls `visit(entry)` for each, in no order.
  template <class Visit>
  void each(const Visit& visit) const {
    for (const Shard& shard : shards_) {
      for (const Entry& slot : shard.slots) {
        if (!slot.key.is_none()) visit(slot);
      }
    }
  }

 private:
  struct Shard {
    std::vector<Entry> slots;
    std::size_t used = 0;
  };

  // A shard is full when 15 of 16 slots are taken, and grows by a quarter: so 3 of 4 are taken at least. As the shards
  // are many, only a small part of the table is there twice meanwhile.
  static constexpr std::size_t kParts = 16;
  static constexpr std::size_t kMostParts = 15;
  static constexpr std::size_t kShards = 256;

  static std::size_t shard_of(const Hash& key) { return key.words[2] % kShards; }

  /// Where the key is, or is to be.
  static std::size_t slot_of(const std::vector<Entry>& slots, const Hash& key) {
    auto slot = static_cast<std::size_t>(std::uint64_t{key.words[0]} * slots.size() >> 32);
    while (!slots[slot].key.is_none() && slots[slot].key != key) slot = slot + 1 == slots.size() ? 0 : slot + 1;
    return slot;
  }

  static void grow(Shard& shard) {
    const std::size_t size = shard.slots.size();
    std::vector<Entry> larger((size + size / 4 + kParts) / kParts * kParts);
    for (const Entry& entry : shard.slots) {
      if (!entry.key.is_none()) larger[slot_of(larger, entry.key)] = entry;
    }
    shard.slots.swap(larger);
  }

  std::array<Shard, kShards> shards_;
};

}  // namespace bulkmarc
