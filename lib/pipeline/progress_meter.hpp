#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>

#include <bulkmarc/export.hpp>

#include "input/reader.hpp"

namespace bulkmarc {

/// Tells the caller how far a run is, about ten times a second. Thread-safe.
class ProgressMeter {
 public:
  /// `share_before` and `share` say which part of the whole run this phase is expected to be.
  ProgressMeter(const std::function<void(const Progress&)>& callback, Progress::Phase phase, const Reader& reader,
                double share_before, double share)
      : callback_(callback),
        counts_bytes_(reader.counts_bytes()),
        total_(reader.total()),
        share_before_(share_before),
        share_(share) {
    now_.phase = phase;
    now_.bytes_total = counts_bytes_ ? total_ : 0;
  }

  /// `walked` is in the unit of the reader's ranges.
  void add(std::uint64_t records, std::uint64_t walked) {
    if (!callback_) return;
    const std::scoped_lock lock(mutex_);
    now_.records += records;
    walked_ += walked;
    if (counts_bytes_) now_.bytes = walked_;
    if (total_ != 0) {
      now_.fraction = share_before_ + share_ * static_cast<double>(walked_) / static_cast<double>(total_);
    }
    const auto time = std::chrono::steady_clock::now();
    if (time - told_ < std::chrono::milliseconds(100)) return;
    told_ = time;
    callback_(now_);
  }

 private:
  const std::function<void(const Progress&)>& callback_;
  const bool counts_bytes_;
  const std::uint64_t total_;
  const double share_before_;
  const double share_;
  std::mutex mutex_;
  std::uint64_t walked_ = 0;
  Progress now_;
  std::chrono::steady_clock::time_point told_;
};

}  // namespace bulkmarc
