#pragma once

#include <optional>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

#include "pipeline/batch_result.hpp"
#include "pipeline/formatter.hpp"
#include "record/batch.hpp"
#include "select/condition.hpp"
#include "tables/row_batch.hpp"

namespace bulkmarc {

/// RowOptions, compiled.
struct RowRules {
  std::optional<std::size_t> key;  ///< The index of its column.
  std::size_t longest_key = 0;
  bool key_required = false;
  std::optional<Condition> mark;
};

/// Makes rows of records, batch by batch. Immutable, and may be used from any thread.
class RowMaker {
 public:
  /// Throws Error (kInvalidOptions) where the options name no column of texts, or their condition can't be read.
  RowMaker(Table table, const Policy& policy, const RowOptions& options = {});

  /// Fills `rows` with those of the records from items()[from] on, as far as each column has `room` for them, and sets
  /// `result`. Returns the index after the last of these records.
  std::size_t make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, RowBatch& rows,
                   BatchResult& result) const;

 private:
  Table table_;
  Policy policy_;
  RowRules rules_;
};

}  // namespace bulkmarc
