#include "api/range_divider.hpp"

namespace bulkmarc {

void RangeDivider::add(const Batch& batch) {
  const std::uint64_t bytes = batch.stop - batch.start;
  const std::size_t records = batch.items().size();
  if (bytes == 0 && records == 0) return;  // Records of the batch before reach beyond it.
  if (begins_range(batch)) end_range();
  if (range_.sections.empty() || range_.sections.back().input != batch.input) {
    range_.sections.push_back({batch.input, batch.start, batch.stop});
  } else {
    range_.sections.back().end = batch.stop;
  }
  range_.bytes += bytes;
  range_.records += records;
}

bool RangeDivider::begins_range(const Batch& batch) const {
  if (range_.sections.empty()) return false;
  const std::size_t last = range_.sections.back().input;
  const bool both_divisible = plan_.inputs[last].divisible && plan_.inputs[batch.input].divisible;
  if (!both_divisible) return last != batch.input;
  return range_.bytes + (batch.stop - batch.start) > range_bytes_;
}

void RangeDivider::end_range() {
  const std::uint64_t next = range_.first_record + range_.records;
  plan_.ranges.push_back(std::exchange(range_, {}));
  range_.first_record = next;
}

void RangeDivider::finish() {
  if (!range_.sections.empty() || plan_.ranges.empty()) end_range();
}

}  // namespace bulkmarc
