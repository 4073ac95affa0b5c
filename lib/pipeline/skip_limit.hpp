#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "pipeline/batch_result.hpp"
#include "record/batch.hpp"

namespace bulkmarc {

/// Cuts the batches of a run to the records between `skip` and `limit`. Both functions are called in input order, each
/// by one thread at a time.
class SkipLimit {
 public:
  /// `limit` counts exported records.
  SkipLimit(std::uint64_t skip, std::uint64_t limit) : skip_(skip), limit_(limit), closed_(limit == 0) {}

  /// True when the limit is reached: what comes after is not wanted. Thread-safe.
  [[nodiscard]] bool closed() const { return closed_; }

  /// Leaves out the records of the next batch that are to be skipped, and returns how many they were.
  std::size_t skip(Batch& batch) {
    const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, batch.items().size()));
    if (skipped != 0) batch.drop_first(skipped);
    skip_ -= skipped;
    return skipped;
  }

  /// Leaves out what comes after the limit in the next batch, of which `result` tells. It can't be known before the
  /// batch was handled; `handle()` makes both agree again.
  template <class Handle>
  void limit(Batch& batch, BatchResult& result, const Handle& handle) {
    if (result.exported >= limit_) {
      batch.keep_first(result.records[static_cast<std::size_t>(limit_) - 1].index + 1);
      handle();
      closed_ = true;
    }
    limit_ -= result.exported;
  }

 private:
  std::uint64_t skip_;
  std::uint64_t limit_;
  std::atomic<bool> closed_;
};

}  // namespace bulkmarc
