#include "input/stream_reader.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <bulkmarc/error.hpp>

namespace bulkmarc {

bool StreamReader::next(Batch& batch) {
  batch.clear();
  batch.bytes.clear();
  if (finished_) return false;
  is_fresh_ = false;
  const bool damaged = deal(batch);
  keep(batch.bytes.view().substr(split_));
  batch.range = {offset_, offset_ + split_, true};
  batch.start = offset_;
  batch.stop = offset_ + split_;
  batch.seal(offset_);
  offset_ += split_;
  any_record_ = any_record_ || !std::ranges::all_of(batch.items(), &BatchRecord::rejected);
  if (damaged && !any_record_ && !keep_going_)
    throw Error(ErrorCode::kInputDamaged, stream_->path(), stream_->damage());
  if (finished_) stream_.reset();
  return split_ != 0 || !batch.items().empty();
}

bool StreamReader::deal(Batch& batch) try {
  split_ = 0;
  split_ = split(batch, batch_bytes_);
  return ended() && split_ == batch.bytes.size() && add_end(batch, split_);
} catch (const Error& error) {
  require_going_on(error);
  batch.add_rejected(split_, 0, {Reason::kInputUnreadable, message_without_path(error)});
  finished_ = true;
  return true;
}

bool StreamReader::add_end(Batch& batch, std::size_t position) {
  finished_ = true;
  const std::string damage = stream_->damage();
  if (!failure_.empty()) {
    batch.add_rejected(position, 0, {Reason::kInputUnreadable, failure_});
  } else if (!damage.empty()) {
    const bool nothing_read = keep_going_ && offset_ + position == 0;
    batch.add_rejected(position, 0, {nothing_read ? Reason::kInputUnreadable : Reason::kTruncated, damage});
  } else if (auto problem = finish()) {
    batch.add_rejected(position, 0, std::move(*problem));
  }
  return !damage.empty();
}

void StreamReader::keep(std::string_view bytes) {
  if (!is_fresh_) {
    taken_ -= bytes.size();
    return;
  }
  rest_.clear();
  rest_.append(bytes);
  taken_ = 0;
}

bool StreamReader::read_more(Batch& batch, std::size_t length) try {
  const std::string_view kept = rest_.view().substr(taken_, length);
  if (!kept.empty()) {
    batch.bytes.append(kept);
    taken_ += kept.size();
    return true;
  }
  const std::size_t size = batch.bytes.size();
  const std::size_t got = ended_ ? 0 : stream_->read(batch.bytes.room(length));
  batch.bytes.set_size(size + got);
  ended_ = got == 0;
  is_fresh_ = is_fresh_ || got != 0;
  return !ended_;
} catch (const Error& error) {
  require_going_on(error);
  failure_ = message_without_path(error);
  ended_ = true;
  return false;
}

void StreamReader::require_going_on(const Error& error) const {
  if (!keep_going_ || error.code() == ErrorCode::kCancelled) throw;
}

std::string message_without_path(const Error& error) {
  const std::string prefix = error.path().string() + ": ";
  const std::string_view message = error.what();
  return std::string(message.starts_with(prefix) ? message.substr(prefix.size()) : message);
}

}  // namespace bulkmarc
