#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/statistics.hpp>

#include "pipeline/frequencies.hpp"

namespace bulkmarc {

/// Counts records for the Statistics: those of a batch, and then those of a run, batch by batch.
class StatisticsCollector {
 public:
  /// Counts a record that has this many bytes in its input. `index` is its own within the batch.
  void add(const RecordView& record, std::size_t bytes, std::uint64_t index, std::uint64_t offset);
  /// Adds what was counted in the next batch, whose first record has the number `first` in the run.
  void merge(const StatisticsCollector& batch, std::uint64_t first, std::size_t input);
  void clear();
  [[nodiscard]] Statistics statistics() const;

 private:
  void add_fields(const RecordView& record);

  std::uint64_t records_ = 0;
  std::array<std::uint64_t, static_cast<std::size_t>(Encoding::kMarc8) + 1> encodings_{};
  Frequencies types_;   // By leader/06 and /07.
  Frequencies fields_;  // By tag and subfield code; a field itself has kSubfieldDelimiter as its code.
  Statistics::Longest longest_;
  std::uint64_t left_out_ = 0;
};

}  // namespace bulkmarc
