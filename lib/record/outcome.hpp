#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/report.hpp>

#include "record/census.hpp"
#include "text/buffer.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {

/// Something wrong with one record.
struct Problem {
  Reason reason{};
  std::string detail;
  FieldLocation location = {};
};

/// The most bytes of a finding's detail, and of the other texts that it quotes from a record.
inline constexpr std::size_t kLongestDetail = 200;
inline constexpr std::size_t kLongestQuote = 80;

/// The repair of data that no subfield code stands before: it becomes a subfield of this code.
inline constexpr std::string_view kCodeOfStrayData(&kStrayDataCode, 1);

/// Adds a problem of one record, once for each reason.
inline void note(std::vector<Problem>& problems, Reason reason, std::string_view detail, FieldLocation location = {}) {
  const auto same = [reason](const Problem& problem) { return problem.reason == reason; };
  if (std::ranges::none_of(problems, same)) {
    problems.push_back({reason, shortened(detail, kLongestDetail), std::move(location)});
  }
}

/// An exported record of a batch.
struct ExportedRecord {
  std::size_t index;  ///< In the batch.
  std::size_t end;    ///< Of its bytes in the batch's output.
};

/// What became of one batch. Findings count records from 0 within the batch; the Account numbers them in
/// the run. The lists stop at `max_findings`; the counts do not.
struct Outcome {
  std::uint64_t read = 0;
  std::uint64_t exported = 0;
  std::uint64_t selected_out = 0;
  std::uint64_t repaired = 0;
  std::uint64_t skipped_bytes = 0;
  std::vector<Finding> rejects;
  std::vector<Finding> repairs;
  std::map<Reason, std::uint64_t> rejects_by_reason;
  std::map<Reason, std::uint64_t> repairs_by_reason;
  Buffer rejected_bytes;
  std::vector<ExportedRecord> records;  ///< The exported ones; filled the appended way, and where there is a selection.
  std::vector<std::uint32_t> found_ids;  ///< Which of the selection's ids its records have.
  Census census;                         ///< Empty unless statistics are wanted.

  void clear() {
    read = exported = selected_out = repaired = skipped_bytes = 0;
    rejects.clear();
    repairs.clear();
    rejects_by_reason.clear();
    repairs_by_reason.clear();
    rejected_bytes.clear();
    records.clear();
    found_ids.clear();
    census.clear();
  }
};

}  // namespace bulkmarc
