#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record.hpp>
#include <bulkmarc/record_view.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/rules.hpp>
#include <bulkmarc/selection.hpp>

namespace bulkmarc {

/// How far a run is.
struct Progress {
  enum class Phase { kMeasure, kSerialize, kCommit } phase{};
  std::uint64_t records = 0;      ///< Processed in this phase.
  std::uint64_t bytes = 0;        ///< Of the inputs, processed in this phase.
  std::uint64_t bytes_total = 0;  ///< Of the inputs, or 0 where it can't be known.
  double fraction = 0;            ///< Of the whole run, all phases, from 0 to 1; 0 where it can't be known.
};

/// A finding, as the run comes upon it, and the record that it is about; borrowed for a call.
struct RecordFinding {
  const Finding& finding;
  bool is_reject;             ///< Or else a repair.
  std::string_view bytes;     ///< Of the record in its input; empty where it did not come from bytes.
  const RecordView& decoded;  ///< The record before it is converted to UTF-8. Of a reject it may have no bytes.
};

/// What exports, row streams and record streams have in common.
struct RunOptions {
  // What decides which records come out, and how.

  Selection selection = {};
  /// Reject what would otherwise be repaired.
  bool strict = false;
  /// Compose characters (Unicode's Normalization Form C): a letter and its accent become one character, where there is
  /// one. For ISO 2709 only with ExportOptions::to_utf8.
  bool nfc = false;

  /// What the records should be like, as they are in the input and in UTF-8 where the output is. With `strict` those
  /// that are not are rejected.
  std::optional<Rules> rules = std::nullopt;

  // Functions of the caller that decide on each record. They are called while the records are handled in parallel: by
  // several threads at once, in no order, sometimes more than once for a record, and for a few records behind a limit.
  // So they must be thread-safe, and depend on the record alone. What they throw ends the run and reaches its caller. A
  // record that they refuse counts as selected out. They can't be combined with Backend::kMapped.

  /// Keeps only the records for which it returns true. It is asked about those that `selection` takes, before fields
  /// are left out. The text is UTF-8 where the output is, whatever leader/09 says. The view is borrowed for the call.
  std::function<bool(const RecordView& record)> predicate = {};
  /// May change the record as it is about to be written: repaired, converted, without the fields that are not wanted.
  /// Returns false to leave it out. Where the output is UTF-8, so is the text, before and after: bytes that are not
  /// become U+FFFD, and a finding. The record is borrowed for the call. Findings tell of the record as it was read,
  /// and statistics count it so.
  std::function<bool(Record& record)> change = {};

  // What the caller learns about the run.

  /// Sees each reject and each repair of a record, whether or not the report lists it. It is called while the records
  /// are handled in parallel: by several threads at once, in no order, sometimes more than once for a finding, and for
  /// a few records behind a limit. What it throws ends the run and reaches its caller.
  std::function<void(const RecordFinding&)> on_finding = {};

  /// The most rejects, and the most repairs, that the report lists. Bounds the report's memory.
  std::size_t max_findings = 1000;
  /// Count what the records are made of (Report::statistics), and those that have the control number of an earlier one
  /// (Report::records_duplicate). Costs time, as every record is looked at once more, and 16 bytes of memory a record.
  bool statistics = false;
  /// Where the raw bytes of rejected records are kept, in input order. Replaced like a file target.
  std::optional<std::filesystem::path> rejects = std::nullopt;
  /// The file of the report: text where its name ends with `.txt`, else JSON. It is written beside the target like the
  /// target and takes effect with it, and a run that fails writes one that says so (Report::error). Pipes and devices
  /// are written to directly, at the end. docs/durability.md is the contract.
  std::optional<std::filesystem::path> report = std::nullopt;
  /// The arguments of the program, copied into the report.
  std::vector<std::string> command_line = {};
  /// Called once with the report when the run is over: before export_records() returns, or before it throws. What it
  /// throws ends a run that succeeded, whose output is then in place, and is dropped after one that failed.
  std::function<void(const Report&)> on_report = {};
  /// Called about ten times a second, by any of the threads but never by two at once. What it throws ends the run.
  std::function<void(const Progress&)> progress = {};
  /// Ends the run with ErrorCode::kCancelled when a stop is requested; the target is untouched.
  std::stop_token stop = {};

  // What changes time and memory, and never a byte of the output or of the findings.

  /// Threads that work at once, the caller's among them; 0 means one for each core. Where the system lets fewer start,
  /// the run has fewer (Report::threads).
  int threads = 0;
  /// Input bytes handled by one task, at least 4 KiB. Larger batches need more memory and lose the caches; smaller
  /// ones cost more bookkeeping. The default suits every machine that we measured.
  std::size_t batch_bytes = 128 * 1024;
};

}  // namespace bulkmarc
