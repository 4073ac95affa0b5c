#include "readers/stream_reader.hpp"

#include <algorithm>
#include <utility>

#include <bulkmarc/error.hpp>

namespace bulkmarc {

bool StreamReader::next(Batch& batch) {
  batch.clear();
  batch.bytes.clear();
  is_fresh_ = false;
  const std::size_t end = split(batch, batch_bytes_);
  const bool damaged = ended() && end == batch.bytes.size() && add_end(batch, end);
  keep(batch.bytes.view().substr(end));
  batch.range = {offset_, offset_ + end, true};
  batch.start = offset_;
  batch.stop = offset_ + end;
  batch.seal(offset_);
  offset_ += end;
  any_record_ = any_record_ || !std::ranges::all_of(batch.items(), &BatchRecord::rejected);
  if (damaged && !any_record_) throw Error(ErrorCode::kInputDamaged, stream_->path(), stream_->damage());
  return end != 0 || !batch.items().empty();
}

bool StreamReader::add_end(Batch& batch, std::size_t position) {
  if (std::exchange(finished_, true)) return false;
  const std::string damage = stream_->damage();
  if (!damage.empty()) {
    batch.add_rejected(position, 0, {Reason::kTruncated, damage});
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

bool StreamReader::read_more(Batch& batch, std::size_t length) {
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
}

}  // namespace bulkmarc
