#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "support/draw.hpp"
#include "support/ends.hpp"
#include "support/exports.hpp"
#include "support/output_form.hpp"
#include "support/where_case.hpp"

/// One export, with everything that options, inputs and targets can be, drawn at random: what decides about its result.
struct ExportCase {
  enum class Origin { kFiles, kRecords, kPulled, kIndexed };
  enum class Output { kMemory, kFile, kParts, kNothing, kRecords };

  std::string description;  ///< One line, to understand a failure.
  Origin origin = Origin::kFiles;
  std::vector<std::string> inputs;        ///< The bytes of the files.
  std::vector<bulkmarc::Record> records;  ///< Where there are no files.
  std::optional<bulkmarc::Format> from;
  std::string charset;  ///< InputOptions::charset.
  /// The same files in UTF-8, where there is a character set that all of their text is in.
  std::vector<std::string> inputs_in_utf8;

  OutputForm form;
  bulkmarc::ExportOptions options;  ///< Without threads, batch size, backend and rejects.
  std::optional<WhereCase> where;   ///< What options.run.selection.where means.
  bool has_marc21_rules = false;    ///< options.run.rules are those, and no schema.
  Output output = Output::kMemory;
  bulkmarc::PartOptions parts;
  bool keep_rejects = false;

  /// The records that come out are to be UTF-8.
  [[nodiscard]] bool is_utf8() const;
  [[nodiscard]] bool has_functions() const { return options.run.predicate || options.run.change; }
};

/// A record that a RecordStream gives, as text.
std::string text_of(const bulkmarc::RecordBatch& batch, std::size_t index);

ExportCase draw_export_case(const Draw& draw);

/// What must not matter.
struct Way {
  int threads = 1;
  std::size_t batch_bytes = 128 * 1024;
  bulkmarc::Backend backend = bulkmarc::Backend::kAuto;
  bool replaces = false;                                    ///< A file that exists.
  std::optional<Giver> giver = std::nullopt;                ///< Of the inputs, if they are not written to files.
  std::optional<Taker> taker = std::nullopt;                ///< Of the output, if it is not a string.
  std::optional<std::uint64_t> range_bytes = std::nullopt;  ///< In ranges of a plan, which are joined.
};

/// The same text in UTF-8, without a character set: what is written is the same. Nothing where the case has no such
/// inputs, or writes what depends on more than the text.
std::optional<ExportCase> in_utf8(const ExportCase& example);

/// One that is possible for this case.
Way draw_way(const ExportCase& example, const Draw& draw);

/// What an export left behind, decompressed; or how it failed.
struct CaseResult {
  std::vector<std::string> files;  ///< The output, or its parts.
  std::string rejects;
  bulkmarc::Report report;
  std::optional<bulkmarc::ErrorCode> error;
  /// What is wrong with an input that is not read, behind a limit or an error: whoever opens all inputs first sees it.
  std::optional<bulkmarc::ErrorCode> error_if_seen;
  bool counts_duplicates = true;  ///< Ranges do not: the records of one know nothing of those of another.
  bool is_limited = false;        ///< The run ended with a limit; only the reference says so.
};

/// Runs the library. The inputs are written to a folder of its own, unless they are given in another way.
CaseResult run_case(const ExportCase& example, const Way& way);

/// What the library should do, as simply as it can be said: all records of all inputs are read by one thread in one
/// batch an input, selected by the test's own code, and emitted one by one.
CaseResult expected_result(const ExportCase& example);

/// Nothing where both are the same; else what differs, in a few lines.
std::string difference(const CaseResult& result, CaseResult expected);

/// The same of outputs alone.
std::string difference_of_files(const std::vector<std::string>& files, const std::vector<std::string>& expected);
