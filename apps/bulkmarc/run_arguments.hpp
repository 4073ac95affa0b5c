#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

namespace CLI {
class App;
}

/// What the subcommands' options ask for. Every subcommand adds the groups of options that it has a use for.
struct RunArguments {
  std::vector<std::filesystem::path> inputs;
  bulkmarc::InputOptions input;
  std::filesystem::path output;
  std::optional<bulkmarc::Format> to;
  std::optional<bulkmarc::Table> table;
  std::optional<std::string> columns;
  std::string joint = "; ";
  std::optional<bulkmarc::Compression> compress;
  bulkmarc::ExportOptions options;
  std::optional<std::filesystem::path> ids;
  bulkmarc::FileOptions file;
  bulkmarc::PartOptions parts;
  std::optional<std::filesystem::path> report;
  bool quiet = false;
};

/// True when the output is to be several files.
bool has_parts(const RunArguments& arguments);

void add_input_arguments(CLI::App& command, RunArguments& arguments);
void add_output_arguments(CLI::App& command, RunArguments& arguments);
void add_format_argument(CLI::App& command, RunArguments& arguments);
void add_speed_arguments(CLI::App& command, RunArguments& arguments);
void add_report_arguments(CLI::App& command, RunArguments& arguments);

/// The source that the input arguments name. Replaces patterns among `arguments.inputs` by what matches them. Throws
/// UsageError when standard input is named twice.
bulkmarc::Source open_source(RunArguments& arguments);

/// The target that the output arguments name. Sets format, table and compression in `arguments.options`. Throws
/// UsageError when no format is told, or when the output is a terminal that could not show it.
bulkmarc::Target open_target(RunArguments& arguments);
