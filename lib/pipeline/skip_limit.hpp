#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "pipeline/batch_result.hpp"
#include "record/batch.hpp"

namespace bulkmarc {

/// Cuts the batches of a run to the records between `skip` and `limit`, and to those that are numbered up to `last`.
/// Both functions are called in input order, each by one thread at a time.
class SkipLimit {
 public:
  /// `limit` counts exported records.
  SkipLimit(std::uint64_t skip, std::uint64_t limit, std::uint64_t last)
      : skip_(skip), limit_(limit), last_(last), closed_(limit == 0 || last == 0) {}

  /// True when the limit is reached: what comes after is not wanted. Thread-safe.
  [[nodiscard]] bool closed() const { return closed_; }

  /// Leaves out the records of the next batch that are to be skipped, and returns how many they were.
  std::size_t skip(Batch& batch) {
    const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, batch.items().size()));
    if (skipped != 0) batch.drop_first(skipped);
    skip_ -= skipped;
    return skipped;
  }

  /// Leaves out what comes after the limit or the last number in the next batch, of which `result` tells. It can't be
  /// known before the batch was handled; `handle()` makes both agree again.
  template <class Handle>
  void limit(Batch& batch, BatchResult& result, const Handle& handle) {
    if (!closed_ && batch.first_number + batch.items().size() > last_) {
      const std::uint64_t wanted = batch.first_number > last_ ? 0 : last_ - batch.first_number + 1;
      batch.keep_first(static_cast<std::size_t>(wanted));
      handle();
      closed_ = true;
    }
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
  std::uint64_t last_;
  std::atomic<bool> closed_;
};

}  // namespace bulkmarc
