#pragma once

#include <optional>
#include <utility>

#include "pipeline/batch_maker.hpp"
#include "record/digest.hpp"
#include "select/field_filter.hpp"

namespace bulkmarc {

/// Makes digests of records in UTF-8. A record without a control number is a reject; one that is rejected for another
/// reason, and has one that can be read, has a digest without content.
class DigestMaker final : public BatchMaker<DigestBatch> {
 public:
  /// What `ignored` leaves out is not a part of the content.
  DigestMaker(const Policy& policy, std::optional<FieldFilter> ignored)
      : policy_(policy), ignored_(std::move(ignored)) {}

  std::size_t make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, DigestBatch& digests,
                   BatchResult& result) const override;

 private:
  [[nodiscard]] Hash content(RecordView record, Workspace& workspace) const;

  Policy policy_;
  std::optional<FieldFilter> ignored_;
};

}  // namespace bulkmarc
