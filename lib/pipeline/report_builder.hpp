#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <bulkmarc/report.hpp>

#include "output/output.hpp"
#include "pipeline/batch_result.hpp"
#include "record/batch.hpp"
#include "text/hash_table.hpp"

namespace bulkmarc {

/// Keeps the books of a run. Batches are settled in input order, so that records are numbered, findings listed and
/// rejects kept in that order, whatever the threads did. Not thread-safe.
class ReportBuilder {
 public:
  /// `rejects` takes the raw bytes of rejected records; null where nobody wants them. Borrows both. The catalogue has
  /// `records_before` the first record of the run.
  ReportBuilder(Report& report, std::size_t max_findings, StreamedOutput* rejects, std::uint64_t records_before = 0)
      : report_(report), max_findings_(max_findings), rejects_(rejects), records_before_(records_before) {}

  /// Enters this many records that nobody wanted to look at.
  void pass_over(std::uint64_t records);

  /// Enters what became of the next batch.
  void settle(const Batch& batch, BatchResult& result);

  /// What was counted in all batches that were settled.
  [[nodiscard]] Statistics statistics() const { return statistics_.statistics(); }

  /// Enters which of the selection's ids no record had that was settled.
  void list_missing_ids(const std::vector<std::string>& ids);

 private:
  /// Of the next record, in the catalogue.
  [[nodiscard]] std::uint64_t next_number() const { return records_before_ + report_.records_read + 1; }
  void list(std::vector<Finding>& from, std::vector<Finding>& to, std::size_t input) const;
  /// Puts the first bytes of the run that belong to no record among the repairs.
  void list_skipped(const Batch& batch);

  /// Counts records whose control number an earlier one has, where statistics are wanted.
  void count_duplicates(const Batch& batch, const StatisticsCollector& statistics);

  struct Seen {
    Hash key;
  };

  Report& report_;
  std::size_t max_findings_;
  StreamedOutput* rejects_;
  std::uint64_t records_before_;
  StatisticsCollector statistics_;
  std::vector<bool> found_ids_;
  HashTable<Seen> seen_;
};

}  // namespace bulkmarc
