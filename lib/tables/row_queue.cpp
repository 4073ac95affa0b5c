#include "tables/row_queue.hpp"

#include <utility>

#include "record/internals.hpp"
#include "tables/row_batch.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

std::size_t bytes_of(RowBatch& batch) {
  const RowBatch::Impl* rows = Internals::of(batch);
  return rows == nullptr ? 0 : rows->capacity();
}

bool is_worth_keeping(RowBatch& batch) {
  const RowBatch::Impl* rows = Internals::of(batch);
  return rows != nullptr && !rows->is_large();
}

}  // namespace

bool RowQueue::has_room() const { return filled_.empty() || (filled_.size() < capacity_ && bytes_ < kMostBytes); }

bool RowQueue::push(RowBatch& batch, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (!has_room_.wait(lock, stop, [this] { return has_room(); })) return false;
  bytes_ += bytes_of(batch);
  filled_.push_back(std::move(batch));
  if (idle_.empty()) {
    batch = RowBatch();
  } else {
    batch = std::move(idle_.back());
    idle_.pop_back();
  }
  lock.unlock();
  has_rows_.notify_one();
  return true;
}

void RowQueue::close(std::exception_ptr error) {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    error_ = std::move(error);
  }
  has_rows_.notify_all();
}

bool RowQueue::pop(RowBatch& batch) {
  std::unique_lock lock(mutex_);
  has_rows_.wait(lock, [this] { return closed_ || !filled_.empty(); });
  if (error_) std::rethrow_exception(error_);
  if (filled_.empty()) return false;
  RowBatch emptied = std::exchange(batch, std::move(filled_.front()));
  filled_.pop_front();
  bytes_ -= bytes_of(batch);
  if (idle_.size() < capacity_ && is_worth_keeping(emptied)) idle_.push_back(std::move(emptied));
  lock.unlock();
  has_room_.notify_one();
  return true;
}

}  // namespace bulkmarc
