#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <span>

#include <bulkmarc/record.hpp>

#include "run.hpp"
#include "taken_records.hpp"

/// Records on their way from Python to a run. One thread puts batches in and never waits for room itself; one thread at
/// a time takes records, or bytes, out.
class RecordQueue {
 public:
  /// `run` is told when there is room again, and its end ends the waiting.
  explicit RecordQueue(Run& run) : run_(run) {}

  [[nodiscard]] bool has_room();
  /// Takes what is in `batch`, which is empty afterwards, with memory that has been used before.
  void put(TakenRecords& batch);
  /// No more will be put.
  void close();

  // For the run's threads. Both wait, and throw Error (kCancelled) when the run is stopped.

  /// The next record; false at the end.
  bool next(bulkmarc::Record& record);
  /// Some bytes; 0 at the end.
  std::size_t read(std::span<char> bytes);

 private:
  /// Makes `current_` the next batch; false at the end.
  bool advance();

  static constexpr std::size_t kMostWaiting = 4;

  Run& run_;
  std::mutex mutex_;  // For all but what is taken out of.
  std::condition_variable changed_;
  std::deque<TakenRecords> waiting_;
  std::deque<TakenRecords> empty_;
  bool closed_ = false;

  TakenRecords current_;
  std::size_t at_ = 0;  // Of a record, or of a byte, in it.
};
