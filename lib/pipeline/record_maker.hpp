#pragma once

#include <bulkmarc/records.hpp>

#include "pipeline/batch_maker.hpp"

namespace bulkmarc {

/// Copies records into batches of their own.
class RecordMaker final : public BatchMaker<RecordBatch> {
 public:
  explicit RecordMaker(const Policy& policy) : policy_(policy) {}

  std::size_t make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, RecordBatch& records,
                   BatchResult& result) const override;

 private:
  Policy policy_;
};

}  // namespace bulkmarc
