#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include <bulkmarc/export.hpp>
#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/plan.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/target.hpp>

namespace bulkmarc {

/// What the export of one range has given: a file that waits to be committed, and its account. docs/distributed.md has
/// the order of things.
struct BULKMARC_API Piece {
  std::string plan;              ///< Plan::id().
  std::uint64_t range = 0;       ///< Its number, from 1.
  std::string attempt;           ///< PieceOptions::attempt.
  std::filesystem::path output;  ///< The output that it is a piece of, as it was named.
  std::string options;           ///< A digest of all options that decide on the bytes or the account.
  std::uint64_t bytes = 0;       ///< On the disk.
  std::string sha256;
  // What pieces are joined by.
  bool can_be_joined = false;        ///< It is of a format whose files can be, and is not compressed.
  std::uint64_t prologue_bytes = 0;  ///< Before the first record.
  std::uint64_t epilogue_bytes = 0;  ///< After the last one.
  std::string separator;             ///< Between two records.
  std::uint64_t max_findings = 0;    ///< RunOptions::max_findings.
  std::uint64_t first_exported = 0;  ///< The number in the catalogue of the first record in it; 0 where it has none.
  Report report;

  /// Where it waits: `.pending/NAME-00001.EXTENSION.ATTEMPT` beside the output.
  [[nodiscard]] std::filesystem::path pending() const;

  /// One JSON object, ending with a newline.
  [[nodiscard]] std::string to_json() const;
  /// What to_json() wrote. `path` is only for messages. Throws Error (kPlanMismatch) where it is no such result.
  static Piece from_json(std::string_view text, const std::filesystem::path& path = {});
  /// The same from a file. Throws Error: also kInputOpen and kInputRead.
  static Piece read(const std::filesystem::path& path);
};

/// How a piece is written.
struct PieceOptions {
  /// Letters, digits, `.`, `-` and `_`, which tell this attempt at a range from all others at the same one; up to 100
  /// of them. Empty: drawn at random.
  std::string attempt = "";
  /// FileOptions::no_clobber has no effect: a piece never replaces a file.
  FileOptions file = {};
  /// The file of the result, replaced like any other target once the piece is complete. Without it, the piece's name
  /// with `.json`.
  std::optional<std::filesystem::path> result = std::nullopt;
};

/// Exports the range with this number, as export_records() exports a source, to a piece of `output`. What stood under
/// the name of the output stays as it is until commit_pieces(). Throws Error as export_records() does: also
/// kPlanMismatch where an input is not what the plan says, and kTargetExists where the attempt has been made before. A
/// selection may skip records, and counts those of the whole catalogue; it can't have a limit, a sample, numbers, ids,
/// or unique records. Thread-safe.
BULKMARC_API Piece export_range(const Plan& plan, std::uint64_t number, const std::filesystem::path& output,
                                const ExportOptions& options, const PieceOptions& piece = {});

/// What pieces become.
struct CommitOptions {
  /// Make one file of the pieces, which has the bytes of one export of the whole catalogue. Without it, they become the
  /// parts of the output, with a manifest.
  std::optional<std::filesystem::path> join = std::nullopt;
  FileOptions file = {};
  std::stop_token stop = {};
};

/// Publishes an output whose ranges have all been exported: exactly one piece for each. Checks all pieces before it
/// touches anything, and returns the account of the whole catalogue, with the numbers, findings and statistics that one
/// export would have had, but for duplicates, which are not counted. Throws Error: kPlanMismatch where a range has no
/// piece or several, where a piece is of another plan, output or options, or where its file was changed; and what
/// writing throws. It may be repeated: what was published is seen, and left as it is.
///
/// Parts appear as Target::parts() has them: the old manifest goes first, the new one comes last. A joined file is
/// replaced as Target::file() does, and the pieces are removed after that.
BULKMARC_API Report commit_pieces(const Plan& plan, std::span<const Piece> pieces, const CommitOptions& options = {});

/// Removes all pieces of `output` that were not committed, and what killed attempts have left. An attempt that is under
/// way fails. Returns how many files it has removed. Throws Error (kTargetUnusable).
BULKMARC_API std::uint64_t abort_pieces(const std::filesystem::path& output);

}  // namespace bulkmarc
