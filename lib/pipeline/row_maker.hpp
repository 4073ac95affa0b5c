#pragma once

#include <cstddef>
#include <optional>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

#include "formats/rows/row_source.hpp"
#include "pipeline/batch_maker.hpp"
#include "select/condition.hpp"

namespace bulkmarc {

/// RowOptions, compiled.
struct RowRules {
  std::optional<std::size_t> key;  ///< The index of its column.
  std::size_t longest_key = 0;
  bool key_required = false;
  std::optional<Condition> mark;
};

/// Makes rows of records.
class RowMaker final : public BatchMaker<RowBatch> {
 public:
  /// Throws Error (kInvalidOptions) where the options name no column of texts, or their condition can't be read.
  RowMaker(Table table, const Policy& policy, const RowOptions& options = {});

  /// `room` is that of each column.
  std::size_t make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, RowBatch& rows,
                   BatchResult& result) const override;

 private:
  Table table_;
  RowSource source_;
  Policy policy_;
  RowRules rules_;
};

}  // namespace bulkmarc
