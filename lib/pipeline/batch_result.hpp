#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <bulkmarc/report.hpp>

#include "pipeline/statistics_collector.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// An exported record of a batch.
struct ExportedRecord {
  std::size_t index;  ///< In the batch.
  std::size_t end;    ///< Of its bytes in the batch's output.
};

/// What became of one batch. Findings count records from 0 within the batch; the ReportBuilder numbers them in
/// the run. The lists stop at `max_findings`; the counts do not.
struct BatchResult {
  std::uint64_t read = 0;
  std::uint64_t exported = 0;
  std::uint64_t selected_out = 0;
  std::uint64_t repaired = 0;
  std::uint64_t duplicate = 0;  ///< Among those that were selected out.
  std::uint64_t skipped_bytes = 0;
  std::vector<Finding> rejects;
  std::vector<Finding> repairs;
  std::vector<Finding> duplicates;
  std::map<Reason, std::uint64_t> rejects_by_reason;
  std::map<Reason, std::uint64_t> repairs_by_reason;
  Buffer rejected_bytes;
  std::vector<ExportedRecord>
      records;  ///< The exported ones; filled for a streamed output, and where there is a selection.
  std::vector<std::uint32_t> found_ids;  ///< Which of the selection's ids its records have.
  StatisticsCollector statistics;        ///< Empty unless statistics are wanted.

  void clear() {
    read = exported = selected_out = repaired = duplicate = skipped_bytes = 0;
    rejects.clear();
    repairs.clear();
    duplicates.clear();
    rejects_by_reason.clear();
    repairs_by_reason.clear();
    rejected_bytes.clear();
    records.clear();
    found_ids.clear();
    statistics.clear();
  }
};

}  // namespace bulkmarc
