#include "record_queue.hpp"

#include <algorithm>
#include <stop_token>
#include <string_view>
#include <utility>

#include <bulkmarc/error.hpp>

bool RecordQueue::has_room() {
  const std::lock_guard lock(mutex_);
  return waiting_.size() < kMostWaiting;
}

void RecordQueue::put(TakenRecords& batch) {
  TakenRecords emptied;
  const std::lock_guard lock(mutex_);
  if (!empty_.empty()) {
    emptied = std::move(empty_.front());
    empty_.pop_front();
  }
  waiting_.push_back(std::exchange(batch, std::move(emptied)));
  changed_.notify_one();
}

void RecordQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_one();
}

bool RecordQueue::next(bulkmarc::Record& record) {
  if (at_ == current_.size() && !advance()) return false;
  record.assign(current_[at_++]);
  return true;
}

std::size_t RecordQueue::read(std::span<char> bytes) {
  if (at_ == current_.bytes().size() && !advance()) return 0;
  const std::string_view rest = current_.bytes().substr(at_);
  const std::size_t size = std::min(rest.size(), bytes.size());
  std::ranges::copy(rest.substr(0, size), bytes.begin());
  at_ += size;
  return size;
}

bool RecordQueue::advance() {
  {
    std::unique_lock lock(mutex_);
    const std::stop_token stop = run_.token();
    // Waiting without end would need a newer libstdc++ than some systems have that run the wheel.
    while (waiting_.empty() && !closed_ && !stop.stop_requested()) changed_.wait_for(lock, Run::kStopInterval);
    if (stop.stop_requested()) throw bulkmarc::Error(bulkmarc::ErrorCode::kCancelled, {}, "cancelled");
    if (waiting_.empty()) return false;
    current_.clear();
    empty_.push_back(std::exchange(current_, std::move(waiting_.front())));
    waiting_.pop_front();
    at_ = 0;
  }
  run_.wake();
  return true;
}
