#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "record/batch.hpp"
#include "record/outcome.hpp"

namespace bulkmarc {

/// Cuts the batches of a run to the records between `skip` and `limit`. A batch's task knows no record's number, so
/// batches are handled whole, and the few that such a boundary goes through are handled again.
class Window {
 public:
  /// `limit` counts exported records.
  Window(std::uint64_t skip, std::uint64_t limit) : skip_(skip), limit_(limit), closed_(limit == 0) {}

  /// True when the limit is reached: what comes after is not wanted. Thread-safe.
  [[nodiscard]] bool closed() const { return closed_; }

  /// Cuts the next batch, of which `outcome` tells; `handle()` makes both agree again. Called in input order.
  template <class Handle>
  void cut(Batch& batch, Outcome& outcome, const Handle& handle) {
    const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, batch.items().size()));
    if (skipped != 0) {
      batch.drop_first(skipped);
      handle();
    }
    if (outcome.exported >= limit_) {
      batch.keep_first(outcome.records[static_cast<std::size_t>(limit_) - 1].index + 1);
      handle();
      closed_ = true;
    }
    skip_ -= skipped;
    limit_ -= outcome.exported;
    outcome.passed_over = skipped;
  }

 private:
  std::uint64_t skip_;
  std::uint64_t limit_;
  std::atomic<bool> closed_;
};

}  // namespace bulkmarc
