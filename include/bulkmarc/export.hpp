#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <bulkmarc/compression.hpp>
#include <bulkmarc/error.hpp>
#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/format.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/selection.hpp>
#include <bulkmarc/source.hpp>
#include <bulkmarc/table.hpp>
#include <bulkmarc/target.hpp>

namespace bulkmarc {

/// How far a run is.
struct Progress {
  enum class Phase { kMeasure, kSerialize, kCommit } phase{};
  std::uint64_t records = 0;      ///< Walked in this phase.
  std::uint64_t bytes = 0;        ///< Of the inputs, walked in this phase.
  std::uint64_t bytes_total = 0;  ///< Of the inputs, or 0 where it can't be known.
  double fraction = 0;            ///< Of the whole run, all phases, from 0 to 1; 0 where it can't be known.
};

/// The output depends on `format`, `table`, `selection`, `compression`, `compression_level`, `strict`, `to_utf8` and
/// `nfc` alone: never on threads, batch size or backend.
struct ExportOptions {
  Format format = Format::kMarcXml;
  /// The rows to write. csv, tsv and pgcopy need one; ndjson takes one, and has MARC-in-JSON without it; the others
  /// take none.
  std::optional<Table> table;
  Selection selection;
  /// A compressed output is written the appended way. What Target::none() would write is not compressed.
  Compression compression = Compression::kNone;
  /// From 1 to 12 for gzip (default: 6), to 19 for Zstandard (default: 3). Higher ones give smaller files, and take
  /// longer.
  std::optional<int> compression_level;
  Backend backend = Backend::kAuto;
  /// Threads that work at once, the caller's among them; 0 means one for each core. Where the system lets fewer start,
  /// the run has fewer (Report::threads).
  int threads = 0;
  /// Input bytes handled by one task, at least 4 KiB. Larger batches need more memory and lose the caches; smaller
  /// ones cost more bookkeeping. The default suits every machine that we measured.
  std::size_t batch_bytes = 128 * 1024;
  /// Reject what would otherwise be repaired.
  bool strict = false;
  /// Convert records to UTF-8 in ISO 2709, too. The other formats are UTF-8 always.
  bool to_utf8 = false;
  /// Compose characters (Unicode's Normalization Form C): a letter and its accent become one character, where there is
  /// one. For ISO 2709 only with `to_utf8`. Needs a build with ICU; otherwise Error with kInvalidOptions.
  bool nfc = false;
  /// The most rejects, and the most repairs, that the report lists. Bounds the report's memory.
  std::size_t max_findings = 1000;
  /// Count what the records are made of (Report::statistics). Costs time: every record is looked at once more.
  bool statistics = false;
  /// Where the raw bytes of rejected records are kept, in input order. Replaced like a file target.
  std::optional<std::filesystem::path> rejects;
  /// The file of the report: text where its name ends with `.txt`, else JSON. It is written beside the target like the
  /// target and takes effect with it, and a run that fails writes one that says so (Report::error). Pipes and devices
  /// are written to directly, at the end. docs/durability.md is the contract.
  std::optional<std::filesystem::path> report;
  /// The arguments of the program, to be found in the report.
  std::vector<std::string> command_line;
  /// Called once with the account, when the run is over: before export_records() returns, or before it throws. What it
  /// throws ends a run that succeeded, whose output is then in place, and is dropped after one that failed.
  std::function<void(const Report&)> on_report;
  /// Called about ten times a second, by any of the threads but never by two at once. What it throws ends the export.
  std::function<void(const Progress&)> progress;
  /// Ends the export with ErrorCode::kCancelled when a stop is requested; the target is untouched.
  std::stop_token stop;
};

/// Exports every record of `source`, or those that are selected, to `target` and returns the account. Blocks. Throws
/// Error, and leaves the target as it was, when the run can't be completed; and passes on what the caller's functions
/// throw. Records that can't be exported do not stop the run: they are in the report. Thread-safe: any number of
/// exports to different targets may run at once.
BULKMARC_API Report export_records(Source source, Target target, const ExportOptions& options = {});

}  // namespace bulkmarc
