#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include <bulkmarc/bulkmarc.hpp>

#include "terminal/arguments.hpp"

/// What the subcommands' options ask for. Each subcommand adds the options that it has a use for.
struct RunArguments : CommonArguments {
  std::filesystem::path output;
  std::optional<bulkmarc::Format> to;
  std::optional<bulkmarc::Table> table;
  std::string table_name = "records";
  bool provenance = false;  ///< The rows say which input they come from, and where in it.
  std::optional<std::string> load_id;
  std::optional<bulkmarc::Compression> compress;
  std::optional<std::filesystem::path> ids;
  bulkmarc::FileOptions file;
  bulkmarc::PartOptions parts;
  std::optional<bulkmarc::Plan> plan;  ///< Read when its file is named; then `range` is set, too.
  std::optional<std::filesystem::path> plan_path;
  std::optional<std::uint64_t> range;
  std::optional<std::string> attempt;
  std::optional<std::filesystem::path> result;
};

/// What is read, how it is repaired and converted, and how many findings are listed; also a range of a plan.
void add_record_options(CLI::App& command, RunArguments& arguments);
/// Which records and fields are taken.
void add_selection_options(CLI::App& command, RunArguments& arguments);
void add_to_option(CLI::App& command, RunArguments& arguments, const char* description);
/// For whom the rows are written.
void add_for_option(CLI::App& command, RunArguments& arguments);
/// Which rows the records become.
void add_table_options(CLI::App& command, RunArguments& arguments);
/// How text is compared, and how many findings are listed: --nfc and --max-findings.
void add_comparing_options(CLI::App& command, RunArguments& arguments);
/// --no-clobber and --no-sync.
void add_file_options(CLI::App& command, RunArguments& arguments);
/// Where the output goes, its parts and its backend.
void add_output_options(CLI::App& command, RunArguments& arguments);
/// What a piece of an output is called, and where its result goes.
void add_attempt_options(CLI::App& command, RunArguments& arguments);
void add_speed_options(CLI::App& command, RunArguments& arguments);

/// An option that was given and is about rows, or null.
const char* table_option(const RunArguments& arguments);
/// The table that was asked for by --table or --columns, or `records` where one is needed, with the columns that were
/// asked for besides; or nothing. Throws Error when the columns are invalid.
std::optional<bulkmarc::Table> requested_table(const RunArguments& arguments, bool is_needed);

/// Reads the file of control numbers, if one is named, into `arguments.options.run.selection`. Throws UsageError when
/// standard input is named twice, std::runtime_error when a file can't be read, and bulkmarc::Error (kCancelled).
void read_ids(RunArguments& arguments, std::stop_token stop);

/// Reads the plan, if one is named. Throws UsageError where there are neither inputs nor a range, or both, and Error.
void read_plan(RunArguments& arguments);

/// Sets the table in `arguments.options`, whose format is set: the one that was asked for, or `records` if the format
/// needs one. Throws UsageError when the format takes no table or rows were not asked for, and Error when the columns
/// are invalid.
void choose_table(RunArguments& arguments);

/// The source that the inputs name, or the range of the plan. Replaces patterns among `arguments.inputs` by what
/// matches them. Throws UsageError when standard input is named twice.
bulkmarc::Source open_source(RunArguments& arguments);

/// The target that the output options name. Sets format, table and compression in `arguments.options`. Throws
/// UsageError when the format is not known, or when the output is a terminal that could not show it.
bulkmarc::Target open_target(RunArguments& arguments);
