#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/statistics.hpp>

#include "text/hash.hpp"

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

  /// Counts what was seen in this many other records.
  void add(std::uint32_t key, std::uint64_t records, std::uint64_t occurrences) {
    Count& count = find(key);
    count.records += records;
    count.occurrences += occurrences;
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

/// Counts records for the Statistics: those of a batch, and then those of a run, batch by batch.
class StatisticsCollector {
 public:
  /// Counts a record that has this many bytes in its input. `index` is its own within the batch.
  void add(const RecordView& record, std::size_t bytes, std::uint64_t index, std::uint64_t offset);
  /// Adds what was counted in the next batch, whose first record has the number `first` in the run.
  void merge(const StatisticsCollector& batch, std::uint64_t first, std::size_t input);
  /// Adds what was counted in the records that follow, whose numbers are those of the whole.
  void merge(const Statistics& range);
  void clear();
  [[nodiscard]] Statistics statistics() const;

  /// The control number of a record of a batch, and the record's own index and offset.
  struct ControlNumber {
    Hash key;
    std::uint64_t index;
    std::uint64_t offset;
  };
  /// Those of the records that were added and have one; merge() leaves them where they are.
  [[nodiscard]] const std::vector<ControlNumber>& control_numbers() const { return control_numbers_; }

 private:
  void add_fields(const RecordView& record);

  std::uint64_t records_ = 0;
  std::array<std::uint64_t, static_cast<std::size_t>(Encoding::kMarc8) + 1> encodings_{};
  Frequencies types_;   // By leader/06 and /07.
  Frequencies fields_;  // By tag and subfield code; a field itself has kSubfieldDelimiter as its code.
  Statistics::Longest longest_;
  std::uint64_t left_out_ = 0;
  std::vector<ControlNumber> control_numbers_;
};

}  // namespace bulkmarc
