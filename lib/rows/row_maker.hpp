#pragma once

#include <utility>

#include <bulkmarc/table.hpp>

#include "formats/formatter.hpp"
#include "record/batch.hpp"
#include "record/outcome.hpp"
#include "rows/row_batch.hpp"

namespace bulkmarc {

/// Makes rows of records, batch by batch. Immutable, and may be used from any thread.
class RowMaker {
 public:
  RowMaker(Table table, const Policy& policy) : table_(std::move(table)), policy_(policy) {}

  /// Fills `rows` with those of the records from items()[from] on, as far as each column has `room` for them, and sets
  /// `outcome`. Returns the index after the last of these records.
  std::size_t make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, RowBatch& rows,
                   Outcome& outcome) const;

 private:
  Table table_;
  Policy policy_;
};

}  // namespace bulkmarc
