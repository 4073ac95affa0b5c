#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <stop_token>
#include <vector>

#include <bulkmarc/rows.hpp>

namespace bulkmarc {

/// Hands filled batches from one thread to several, and emptied ones back. Thread-safe.
class RowQueue {
 public:
  /// Holds no more than `capacity` filled batches, and fewer where they are large.
  explicit RowQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Waits for room, takes the rows of `batch`, and leaves another one there to be filled. Returns false, and has taken
  /// nothing, when a stop is requested.
  [[nodiscard]] bool push(RowBatch& batch, const std::stop_token& stop);

  /// Nothing will be pushed any more. What is waiting may still be taken, unless an error ended the run.
  void close(std::exception_ptr error);

  /// Waits for rows, and exchanges `batch` for them. Returns false at the end. Throws the error to each who asks.
  [[nodiscard]] bool pop(RowBatch& batch);

 private:
  [[nodiscard]] bool has_room() const;

  const std::size_t capacity_;
  std::size_t bytes_ = 0;  // That the filled batches keep.
  std::mutex mutex_;
  std::condition_variable_any has_room_;
  std::condition_variable has_rows_;
  std::deque<RowBatch> filled_;
  std::vector<RowBatch> idle_;
  bool closed_ = false;
  std::exception_ptr error_;
};

}  // namespace bulkmarc
