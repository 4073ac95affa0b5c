#include "input/lazy_reader.hpp"

#include <bulkmarc/error.hpp>

#include "input/stream_reader.hpp"

namespace bulkmarc {

bool LazyReader::next(Batch& batch) {
  if (ended_) return false;
  if (reader_ == nullptr && !open(batch)) return true;
  const bool dealt = reader_->next(batch);
  const std::scoped_lock lock(mutex_);
  unloaded_ += dealt ? 1 : 0;
  ended_ = !dealt;
  if (ended_ && unloaded_ == 0) reader_.reset();
  return dealt;
}

bool LazyReader::open(Batch& batch) try {
  reader_ = open_();
  return true;
} catch (const Error& error) {
  if (when_unreadable_ == WhenUnreadable::kThrow || error.code() == ErrorCode::kCancelled) throw;
  batch.clear();
  batch.bytes.clear();
  batch.range = {0, 0, true};
  batch.start = batch.stop = 0;
  batch.add_rejected(0, 0, {Reason::kInputUnreadable, message_without_path(error)});
  batch.seal(0);
  ended_ = true;
  return false;
}

void LazyReader::load(Batch& batch) {
  if (reader_ == nullptr) return;  // It could not be opened.
  reader_->load(batch);
  const std::scoped_lock lock(mutex_);
  --unloaded_;
  if (ended_ && unloaded_ == 0) reader_.reset();
}

}  // namespace bulkmarc
