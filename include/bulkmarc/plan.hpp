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

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/format.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/target.hpp>

namespace bulkmarc {

/// A file of a plan, and what tells it from what it may be later.
struct PlannedInput {
  std::string path;              ///< As it was named, in UTF-8.
  std::uint64_t bytes = 0;       ///< Its size.
  std::int64_t seconds = 0;      ///< When it was last written to, since 1970 in UTC.
  std::int64_t nanoseconds = 0;  ///< Of that second.
  std::string ends;              ///< The SHA-256 of its first and its last 64 KiB.
  /// Ranges may begin and end within it: ISO 2709 that is not compressed. Any other file has a range of its own.
  bool divisible = false;
};

/// A part of an input: the records that start in [begin, end). Of a file that is not divisible it is always all of it,
/// and the bytes are those of its text, decompressed.
struct RangeSection {
  std::size_t input = 0;  ///< The index in Plan::inputs.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Records that follow each other in a catalogue.
struct PlannedRange {
  std::uint64_t first_record = 1;  ///< The number of the first one in the catalogue, from 1.
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;             ///< Of all sections.
  std::vector<RangeSection> sections;  ///< In the order of the inputs; none in the only range of an empty catalogue.
};

/// A catalogue, divided into ranges that may be exported anywhere, in any order: each record is in one of them.
/// Numbers of records and offsets in what a range gives are those of the whole catalogue. Source::range() reads a
/// range.
struct BULKMARC_API Plan {
  std::optional<Format> format;      ///< Of all inputs, where it was named; else each input tells its own.
  std::string charset;               ///< As InputOptions::charset.
  std::vector<PlannedInput> inputs;  ///< In the order in which they are read; folders and manifests are expanded.
  std::vector<PassedOver> inputs_passed_over;
  std::vector<PlannedRange> ranges;  ///< One at least. They are numbered from 1 in this order.

  /// How many records all ranges have.
  [[nodiscard]] std::uint64_t records() const;
  /// The range with a number from 1. Throws Error (kInvalidOptions) where there is none.
  [[nodiscard]] const PlannedRange& range(std::uint64_t number) const;
  /// A digest of all of it, which tells it from any other plan.
  [[nodiscard]] std::string id() const;

  /// One JSON object (docs/distributed.md), ending with a newline.
  [[nodiscard]] std::string to_json() const;
  /// What to_json() wrote. `path` is only for messages. Throws Error (kPlanMismatch) where it is no plan, or was
  /// changed.
  static Plan from_json(std::string_view text, const std::filesystem::path& path = {});
  /// The same from a file. Throws Error: also kInputOpen and kInputRead.
  static Plan read(const std::filesystem::path& path);
  /// Replaces a file by to_json(), as Target::file() does. Throws Error.
  void write(const std::filesystem::path& path, FileOptions options = {}) const;
};

/// How a plan is made.
struct PlanOptions {
  /// As InputOptions has them.
  std::optional<Format> format = std::nullopt;
  std::string charset = {};
  /// How many bytes of the inputs a range has, about. A range ends before a batch with which it would have more.
  std::uint64_t range_bytes = std::uint64_t{256} << 20;
  // As RunOptions has them.
  int threads = 0;
  std::size_t batch_bytes = 128 * 1024;
  std::function<void(const Progress&)> progress = {};
  std::stop_token stop = {};
};

/// Divides files into ranges: finds every record once, in parallel, and remembers where some of them start. `inputs`
/// are what Source::files() takes, regular files only. Blocks. Throws Error: kInvalidOptions for other inputs and for
/// names that are not UTF-8, kInputChanged where a file changes meanwhile, and what reading throws. Thread-safe.
BULKMARC_API Plan make_plan(const std::vector<std::filesystem::path>& inputs, const PlanOptions& options = {});

}  // namespace bulkmarc
