#include "pipeline/sequence.hpp"

namespace bulkmarc {

Sequence::Continuity Sequence::place(Batch& batch) {
  if (batch.input != input_) {
    input_ = batch.input;
    position_ = 0;
  }
  if (batch.start != position_) {
    if (position_ < batch.range.end) {
      batch.range.begin = position_;
      batch.range.exact = true;
      return Continuity::kMustReload;
    }
    batch.clear();
    batch.start = batch.stop = position_;
    return Continuity::kSwallowed;
  }
  position_ = batch.stop;
  batch.first_number = next_number_;
  next_number_ += batch.items().size();
  return Continuity::kContinues;
}

}  // namespace bulkmarc
