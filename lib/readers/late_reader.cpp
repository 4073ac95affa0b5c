#include "readers/late_reader.hpp"

namespace bulkmarc {

bool LateReader::next(Batch& batch) {
  if (ended_) return false;
  if (reader_ == nullptr) reader_ = open_();
  const bool dealt = reader_->next(batch);
  const std::scoped_lock lock(mutex_);
  unloaded_ += dealt ? 1 : 0;
  ended_ = !dealt;
  if (ended_ && unloaded_ == 0) reader_.reset();
  return dealt;
}

void LateReader::load(Batch& batch) {
  reader_->load(batch);
  const std::scoped_lock lock(mutex_);
  --unloaded_;
  if (ended_ && unloaded_ == 0) reader_.reset();
}

}  // namespace bulkmarc
