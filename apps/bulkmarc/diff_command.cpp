#include "diff_command.hpp"

#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "run.hpp"

namespace {

constexpr const char* kDiffDetails =
    "Records are the same record if their control numbers (001) are the same, whatever their order, and\n"
    "unchanged if they say the same, whatever their format and encoding. OLD and NEW are files or\n"
    "folders. A FILE of records is in the format of its extension, in UTF-8; one that ends with .txt\n"
    "lists control numbers. A deleted record is the old one with d in leader/05. Of several records with\n"
    "one control number the first counts. The exit status does not tell whether there are differences.\n"
    "Look at it before you delete anything: with 3, some records were rejected.\n\n"
    "Examples:\n"
    "  bulkmarc diff yesterday.mrc today.mrc\n"
    "  bulkmarc diff old.xml.gz new.mrc --added new.mrc --changed changed.mrc --deleted deleted.txt\n"
    "  bulkmarc diff old.mrc new.mrc --ignore-fields '005,9..' --report - | jq .diff.changed\n";

void add_file_option(CLI::App& command, const char* name, std::optional<std::filesystem::path>& file,
                     const char* description) {
  command.add_option(name, file, description)->option_text("FILE")->group("Output");
}

bulkmarc::Source open_side(DiffArguments& arguments, const std::filesystem::path& input) {
  arguments.inputs = {input};
  return open_source(arguments);
}

std::optional<bulkmarc::DiffOutput> open_output(const std::optional<std::filesystem::path>& path,
                                                const bulkmarc::FileOptions& options) {
  if (!path) return std::nullopt;
  const bulkmarc::Compression compression = bulkmarc::compression_from_path(*path);
  const std::filesystem::path name = compression == bulkmarc::Compression::kNone ? *path : path->stem();
  const auto format = bulkmarc::format_from_path(*path);
  if (!format && name.extension() != ".txt") {
    throw UsageError(fmt::format("{}: the extension is neither that of a format of records ({}) nor .txt",
                                 path->string(), names_of(bulkmarc::record_formats())));
  }
  return bulkmarc::DiffOutput{bulkmarc::Target::file(*path, options), format, compression};
}

}  // namespace

void add_diff_command(CLI::App& command, DiffArguments& arguments) {
  command.footer(kDiffDetails);
  command.add_option("OLD", arguments.old_input, "Compare with this file or folder; - is standard input")
      ->option_text(" ")
      ->required();
  command.add_option("NEW", arguments.new_input, "Compare this file or folder; - is standard input")
      ->option_text(" ")
      ->required();
  add_reading_options(command, arguments);
  add_comparing_options(command, arguments);
  command
      .add_option("--ignore-fields", arguments.ignore_fields,
                  "Ignore differences in these fields and subfields: '005,9..,245$c'")
      ->option_text("LIST")
      ->check(not_empty())
      ->group("Selection");
  add_where_option(command, arguments);
  add_file_option(command, "--added", arguments.added, "Write the records that only NEW has");
  add_file_option(command, "--changed", arguments.changed, "Write the records that differ, as NEW has them");
  add_file_option(command, "--deleted", arguments.deleted, "Write the records that only OLD has");
  add_file_options(command, arguments);
  add_speed_options(command, arguments);
  add_report_options(command, arguments);
}

ExitStatus diff_catalogues(DiffArguments& arguments, std::stop_token stop) {
  if (arguments.old_input == kStandardStream && arguments.new_input == kStandardStream) {
    throw UsageError("standard input (-) can be read only once");
  }
  bulkmarc::Source old_records = open_side(arguments, arguments.old_input);
  bulkmarc::Source new_records = open_side(arguments, arguments.new_input);
  arguments.inputs = {arguments.old_input, arguments.new_input};
  bulkmarc::DiffTargets targets{open_output(arguments.added, arguments.file),
                                open_output(arguments.changed, arguments.file),
                                open_output(arguments.deleted, arguments.file)};
  return run_and_tell(arguments, std::move(stop), [&](const bulkmarc::RunOptions& options) {
    return bulkmarc::diff_records(std::move(old_records), std::move(new_records), std::move(targets),
                                  {.ignore_fields = arguments.ignore_fields, .run = options});
  });
}
