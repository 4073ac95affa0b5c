#pragma once

#include <cstddef>

#include "pipeline/batch_gate.hpp"
#include "pipeline/batch_result.hpp"
#include "record/batch.hpp"
#include "record/room.hpp"

namespace bulkmarc {

/// Makes batches of what a program takes in place of an output: of rows, or of records. Immutable, and may be used from
/// any thread.
template <class Made>
class BatchMaker {
 public:
  virtual ~BatchMaker() = default;
  BatchMaker() = default;
  BatchMaker(const BatchMaker&) = delete;
  BatchMaker& operator=(const BatchMaker&) = delete;

  /// Fills `made` with the records from items()[from] on, as far as there is `room` for them, and sets `result`.
  /// Returns the index after the last of these records.
  virtual std::size_t make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, Made& made,
                           BatchResult& result) const = 0;
};

}  // namespace bulkmarc
