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

  /// Fills `rows`, and sets `outcome`.
  void make(const Batch& batch, Workspace& workspace, RowBatches& rows, Outcome& outcome) const;

 private:
  Table table_;
  Policy policy_;
};

}  // namespace bulkmarc
