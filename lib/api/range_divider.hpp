#pragma once

#include <cstdint>
#include <utility>

#include <bulkmarc/plan.hpp>

#include "record/batch.hpp"

namespace bulkmarc {

/// Divides a catalogue into ranges between its batches. Not thread-safe.
class RangeDivider {
 public:
  /// Adds ranges to `plan`, which has its inputs, and is borrowed.
  RangeDivider(Plan& plan, std::uint64_t range_bytes) : plan_(plan), range_bytes_(range_bytes) {}

  /// Takes the next batch, whose records are numbered.
  void add(const Batch& batch);
  /// Ends the last range. There is one at least.
  void finish();

 private:
  [[nodiscard]] bool begins_range(const Batch& batch) const;
  void end_range();

  Plan& plan_;
  std::uint64_t range_bytes_;
  PlannedRange range_;  // The current one.
};

}  // namespace bulkmarc
