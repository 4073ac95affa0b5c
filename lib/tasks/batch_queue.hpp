#pragma once

#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

namespace bulkmarc {

/// More memory than this is not kept for the next batch: a huge record has needed it.
inline constexpr std::size_t kMostKept = std::size_t{32} << 20;

/// Memory that is filled again and again. bytes_kept() tells how much it is: 0 for a batch that was moved from.
template <class Batch>
concept ReusedBatch = std::movable<Batch> && std::default_initializable<Batch> && requires(const Batch& batch) {
  { bytes_kept(batch) } -> std::same_as<std::size_t>;
};

/// Hands filled batches from one thread to several, and emptied ones back. Thread-safe.
template <ReusedBatch Batch>
class BatchQueue {
 public:
  /// Holds no more than `capacity` filled batches, and fewer where they are large.
  explicit BatchQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Waits for room, takes what is in `batch`, and leaves another one there to be filled. Returns false, and has taken
  /// nothing, when a stop is requested.
  [[nodiscard]] bool push(Batch& batch, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!has_room_.wait_for(lock, stop, kLong, [this] { return has_room(); })) {
      if (stop.stop_requested()) return false;
    }
    Batch emptied = take_idle();
    bytes_ += bytes_kept(batch);
    filled_.push_back(std::exchange(batch, std::move(emptied)));
    lock.unlock();
    is_filled_.notify_one();
    return true;
  }

  /// Nothing will be pushed any more. What is waiting may still be taken, unless an error ended the run.
  void close(std::exception_ptr error) {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
      error_ = std::move(error);
    }
    is_filled_.notify_all();
  }

  /// Waits for a filled batch, and exchanges `batch` for it. Returns false at the end. Throws the error to each who
  /// asks.
  [[nodiscard]] bool pop(Batch& batch) {
    std::unique_lock lock(mutex_);
    while (!is_filled_.wait_for(lock, kLong, [this] { return closed_ || !filled_.empty(); })) continue;
    if (error_) std::rethrow_exception(error_);
    if (filled_.empty()) return false;
    Batch emptied = std::exchange(batch, std::move(filled_.front()));
    filled_.pop_front();
    bytes_ -= bytes_kept(batch);
    if (idle_.size() < capacity_ && is_worth_keeping(emptied)) idle_.push_back(std::move(emptied));
    lock.unlock();
    has_room_.notify_one();
    return true;
  }

 private:
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  /// For ever, in turns: wait() is a function of libstdc++ that some systems don't have which run what is built here.
  static constexpr std::chrono::hours kLong{1};

  [[nodiscard]] bool has_room() const { return filled_.empty() || (filled_.size() < capacity_ && bytes_ < kMostBytes); }
  [[nodiscard]] Batch take_idle() {
    if (idle_.empty()) return Batch();
    Batch batch = std::move(idle_.back());
    idle_.pop_back();
    return batch;
  }
  static bool is_worth_keeping(const Batch& batch) {
    const std::size_t bytes = bytes_kept(batch);
    return bytes != 0 && bytes <= kMostKept;
  }

  const std::size_t capacity_;
  std::size_t bytes_ = 0;  // That the filled batches keep.
  std::mutex mutex_;
  std::condition_variable_any has_room_;
  std::condition_variable is_filled_;
  std::deque<Batch> filled_;
  std::vector<Batch> idle_;
  bool closed_ = false;
  std::exception_ptr error_;
};

}  // namespace bulkmarc
