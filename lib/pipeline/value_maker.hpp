#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "pipeline/batch_maker.hpp"
#include "tables/record_row.hpp"
#include "tables/value_batch.hpp"

namespace bulkmarc {

/// Finds values in records in UTF-8. A long one is cut to its first characters.
class ValueMaker final : public BatchMaker<ValueBatch> {
 public:
  static constexpr std::size_t kLongestValue = 1000;

  ValueMaker(const Policy& policy, std::vector<RecordColumn> columns) : policy_(policy), columns_(std::move(columns)) {}

  std::size_t make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, ValueBatch& values,
                   BatchResult& result) const override;

 private:
  void add(const RecordView& record, std::uint64_t number, Workspace& workspace, ValueBatch& values) const;

  Policy policy_;
  std::vector<RecordColumn> columns_;  // Of texts, one for each spec.
};

}  // namespace bulkmarc
