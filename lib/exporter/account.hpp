#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <bulkmarc/report.hpp>

#include "output/output.hpp"
#include "record/batch.hpp"
#include "record/outcome.hpp"

namespace bulkmarc {

/// Keeps the books of a run. Batches are settled in input order, so that records are numbered, findings listed and
/// rejects kept in that order, whatever the threads did. Not thread-safe.
class Account {
 public:
  /// `rejects` takes the raw bytes of rejected records; null where nobody wants them. Borrows both.
  Account(Report& report, std::size_t max_findings, AppendedOutput* rejects)
      : report_(report), max_findings_(max_findings), rejects_(rejects) {}

  /// Whether a loaded batch begins where the one before it ended. If not, its guess was wrong: when records of the
  /// batch before reach beyond its range it is emptied, and otherwise its range is corrected and it must be loaded
  /// again, after which it continues.
  enum class Continuity { kContinues, kSwallowed, kMustReload };
  Continuity check(Batch& batch);

  /// Enters what became of the next batch.
  void settle(const Batch& batch, Outcome& outcome);

  /// What was counted in all batches that were settled.
  [[nodiscard]] Statistics statistics() const { return census_.statistics(); }

  /// Enters which of the selection's ids no record had that was settled.
  void list_missing_ids(const std::vector<std::string>& ids);

 private:
  void list(std::vector<Finding>& from, std::vector<Finding>& to, std::size_t input) const;
  /// Puts the first bytes of the run that belong to no record among the repairs. `first` is the number of the batch's
  /// first record.
  void list_skipped(const Batch& batch, std::uint64_t first);

  Report& report_;
  std::size_t max_findings_;
  AppendedOutput* rejects_;
  Census census_;
  std::vector<bool> found_ids_;
  std::size_t input_ = 0;
  std::uint64_t position_ = 0;  // Where the next record of the input starts.
};

}  // namespace bulkmarc
