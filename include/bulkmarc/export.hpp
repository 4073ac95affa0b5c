#pragma once

#include <optional>

#include <bulkmarc/backend.hpp>
#include <bulkmarc/compression.hpp>
#include <bulkmarc/encoder.hpp>
#include <bulkmarc/error.hpp>
#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/format.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/source.hpp>
#include <bulkmarc/table.hpp>
#include <bulkmarc/target.hpp>

namespace bulkmarc {

/// What an export writes, and how.
struct ExportOptions {
  // What decides on the bytes, together with `run.selection`, `run.strict` and `run.nfc`.

  Format format = Format::kMarcXml;
  /// The rows to write. Formats of tables need one; ndjson takes one, and has MARC-in-JSON without it; the others take
  /// none.
  std::optional<Table> table = std::nullopt;
  /// What writes the format where needs_encoder() is true of it, such as parquet_encoder(); for xlsx the library has
  /// its own. Such an output is streamed. Target::none() needs none, and its bytes are those of the values.
  RowEncoderFactory encoder = {};
  /// A compressed output is streamed. What Target::none() would write is not compressed. Not for formats that need an
  /// encoder: parquet is compressed column by column.
  Compression compression = Compression::kNone;
  /// From 1 to 12 for gzip (default: 6), to 19 for Zstandard (default: 3) and parquet (1). Higher ones give smaller
  /// files, and take longer.
  std::optional<int> compression_level = std::nullopt;
  /// Make csv for people who open it with Excel, instead of csv that is read by programs: with a byte order mark, an
  /// apostrophe before what would be a formula, lists as texts, and no more characters in a cell than Excel takes.
  /// Cells are changed by that: they can't be loaded back as they were. For csv alone; xlsx is so always.
  bool for_excel = false;
  /// Convert records to UTF-8 in ISO 2709, too. The other formats are UTF-8 always.
  bool to_utf8 = false;

  // What changes time and memory only.

  Backend backend = Backend::kAuto;

  /// What is not about the output.
  RunOptions run = {};
};

/// Exports every record of `source`, or those that are selected, to `target` and returns the report. Blocks. Throws
/// Error, and leaves the target as it was, when the run can't be completed; and passes on what the caller's functions
/// throw. Records that can't be exported do not stop the run: they are in the report. Thread-safe: any number of
/// exports to different targets may run at once.
BULKMARC_API Report export_records(Source source, Target target, const ExportOptions& options = {});

}  // namespace bulkmarc
