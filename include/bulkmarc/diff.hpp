#pragma once

#include <optional>
#include <string>

#include <bulkmarc/compression.hpp>
#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/format.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/source.hpp>
#include <bulkmarc/target.hpp>

namespace bulkmarc {

/// Where a diff writes some of the records, and how.
struct DiffOutput {
  /// Not in parts.
  Target target;
  /// One of record_formats(); ISO 2709 is in UTF-8 as all others are. Without it the control numbers are written, one a
  /// line, as Selection::ids and `pgload --delete-ids` take them; reports call that tsv.
  std::optional<Format> format = std::nullopt;
  Compression compression = Compression::kNone;
};

/// What a diff writes. Each output needs a source that can be walked twice: of the new records for `added` and
/// `changed`, of the old ones for `deleted`.
struct DiffTargets {
  std::optional<DiffOutput> added = std::nullopt;
  std::optional<DiffOutput> changed = std::nullopt;  ///< As the new records have them.
  /// As the old records have them, with `d` (deleted) in leader/05.
  std::optional<DiffOutput> deleted = std::nullopt;
};

/// How records are compared.
struct DiffOptions {
  /// Fields and subfields that do not count: `005,9..,245$c`. They are written all the same.
  std::string ignore_fields = "";
  /// Applies to both sides, with these exceptions: `rejects` keeps those of the new records. Not `statistics`, nor the
  /// selection's `skip`, `limit`, `sample` and `unique`.
  RunOptions run = {};
};

/// Compares the records of two catalogues by their control numbers (001, without blanks at either end), whatever their
/// order, and writes what `targets` ask for: in the order of the new records, or, for `deleted`, of the old ones. All
/// outputs take effect, or none does.
///
/// Records are the same if they have the same content in UTF-8: a diff sees no difference between formats, encodings
/// and lengths, nor in the order between control fields and data fields. RunOptions::nfc makes composed characters and
/// others the same, too. Of the records with one control number the first counts, on either side; the others are
/// selected out, and listed as duplicates. Records without a control number are rejects. A new record that is rejected,
/// but whose control number can be read, keeps the old one from being deleted.
///
/// Control numbers and contents are known by hashes, of 96 and 93 bits, with a secret of the process: of
/// ten million records two are mistaken for each other in one run of 10^15. This takes 32 bytes of memory for each
/// record at most: for those that both sides have once.
///
/// Returns the account of the new records, in which an exported one is one that was compared; Report::diff has the
/// rest. Blocks. Throws as export_records() does, and is as thread-safe.
BULKMARC_API Report diff_records(Source old_records, Source new_records, DiffTargets targets = {},
                                 const DiffOptions& options = {});

}  // namespace bulkmarc
