#include "run_arguments.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "table_arguments.hpp"
#include "terminal/input_paths.hpp"
#include "terminal/numbers.hpp"
#include "terminal/program.hpp"
#include "terminal/usage_error.hpp"

namespace {

constexpr int kMaxThreads = 1024;
constexpr int kMaxLevel = 99;  // The library says what each compression has.
constexpr std::size_t kMinBatchBytes = std::size_t{4} << 10;
constexpr std::size_t kMaxBatchBytes = std::size_t{1} << 30;

std::string names_of(std::span<const bulkmarc::Format> formats) {
  std::vector<std::string_view> names;
  std::ranges::transform(formats, std::back_inserter(names), bulkmarc::format_name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Adds an option for one of `formats`.
CLI::Option* add_format(CLI::App& command, const std::string& option, std::span<const bulkmarc::Format> formats,
                        std::optional<bulkmarc::Format>& chosen, const std::string& what_it_is) {
  const auto set = [=, &chosen](const std::string& name) {
    chosen = bulkmarc::format_from_name(name);
    if (!chosen || std::ranges::find(formats, *chosen) == formats.end()) {
      throw CLI::ValidationError(option, fmt::format("no format '{}', only {}", name, names_of(formats)));
    }
  };
  return command.add_option_function<std::string>(option, set, what_it_is)->option_text("FORMAT");
}

void set_backend(RunArguments& arguments, const std::string& name) {
  for (const auto backend : {bulkmarc::Backend::kAuto, bulkmarc::Backend::kMapped, bulkmarc::Backend::kStreamed}) {
    if (name != bulkmarc::backend_name(backend)) continue;
    arguments.options.backend = backend;
    return;
  }
  throw CLI::ValidationError("--backend", fmt::format("no backend '{}', only auto, mapped, stream", name));
}

void set_compression(RunArguments& arguments, const std::string& name) {
  arguments.compress = bulkmarc::compression_from_name(name);
  if (!arguments.compress) {
    throw CLI::ValidationError("--compress", fmt::format("no compression '{}', only gz, zst, none", name));
  }
}

bulkmarc::Format output_format(const RunArguments& arguments) {
  if (arguments.to) return *arguments.to;
  if (const auto format = bulkmarc::format_from_path(arguments.output)) return *format;
  const char* stream_or_name = arguments.output == kStandardStream ? "standard output has no name that tells its format"
                                                                   : "the name does not tell the format";
  throw UsageError(fmt::format("{}: {}; choose one with --to ({})", arguments.output.string(), stream_or_name,
                               names_of(bulkmarc::all_formats())));
}

void add_compression_arguments(CLI::App& command, RunArguments& arguments) {
  command
      .add_option_function<std::string>(
          "--compress", [&arguments](const std::string& name) { set_compression(arguments, name); },
          "Compress the output (default: as its name says, .gz or .zst)")
      ->option_text("gz|zst|none")
      ->group("Output");
  command
      .add_option("--level", arguments.options.compression_level,
                  "Compression level: gz from 1 to 12 (default: 6), zst from 1 to\n19 (default: 3)")
      ->option_text("N")
      ->transform(whole_number(0, kMaxLevel))
      ->group("Output");
}

void add_part_arguments(CLI::App& command, RunArguments& arguments) {
  command
      .add_option("--split-records", arguments.parts.records,
                  "Write parts of at most N records, OUTPUT-00001 and so on, each\nwhole, and a manifest")
      ->option_text("N")
      ->transform(number_with_suffix(1))
      ->group("Parts");
  command
      .add_option("--split-size", arguments.parts.bytes,
                  "Write parts of at most N bytes each, before compression;\nsuffixes K, M and G")
      ->option_text("BYTES")
      ->transform(number_with_suffix(1))
      ->group("Parts");
  command
      .add_flag("--resume", arguments.parts.resume,
                "Go on after the last part that was complete when a run of the\nsame inputs and options was cut off")
      ->group("Parts");
}

}  // namespace

bool has_parts(const RunArguments& arguments) { return arguments.parts.records != 0 || arguments.parts.bytes != 0; }

void add_input_arguments(CLI::App& command, RunArguments& arguments) {
  command
      .add_option(
          "INPUT", arguments.inputs,
          "Files in any of the formats, compressed or not, one after\nthe other; a folder is all files in it with "
          "a known\nextension; - is standard input")
      ->option_text("...")
      ->required();
  add_format(command, "--from", bulkmarc::record_formats(), arguments.input.format,
             "Input format (default: what the first bytes of each INPUT tell)")
      ->group("Records");
  command
      .add_flag("--keep-going", arguments.input.keep_going,
                "Go on without an INPUT that can't be read; it counts as a\nrejected record")
      ->group("Records");
  command.add_flag("--strict", arguments.options.run.strict, "Reject what would otherwise be repaired")
      ->group("Records");
  command
      .add_flag("--to-utf8", arguments.options.to_utf8,
                "Convert MARC-8 to UTF-8 in mrc, too; the other formats are\nUTF-8 always")
      ->group("Records");
  command
      .add_flag("--nfc", arguments.options.run.nfc, "Compose characters (Unicode's NFC); mrc needs --to-utf8 for it")
      ->group("Records");
  command
      .add_option("--max-findings", arguments.options.run.max_findings,
                  fmt::format("The most rejects, and the most repairs, that the report lists\n(default: {})",
                              arguments.options.run.max_findings))
      ->option_text("N")
      ->transform(number_with_suffix())
      ->group("Records");
}

void add_output_arguments(CLI::App& command, RunArguments& arguments) {
  command
      .add_option("-o,--output", arguments.output, "The file to write, as a whole or not at all; - is standard output")
      ->option_text("OUTPUT (required)")
      ->required()
      ->group("Output");
  add_format_argument(command, arguments);
  add_compression_arguments(command, arguments);
  command
      .add_flag("--no-clobber", arguments.file.no_clobber, "Fail if OUTPUT exists; otherwise it is replaced at the end")
      ->group("Output");
  command
      .add_flag_callback(
          "--no-sync", [&arguments] { arguments.file.sync = false; },
          "Do not wait for the disk. After a crash of the machine, not of\nthe command, OUTPUT may then be damaged")
      ->group("Output");
  add_part_arguments(command, arguments);
  command
      .add_option_function<std::string>(
          "--backend", [&arguments](const std::string& name) { set_backend(arguments, name); },
          "How to write: mapped into memory, as a stream, or auto, which\nchooses by the kinds of INPUT and OUTPUT")
      ->option_text("auto|mapped|stream")
      ->group("Speed");
}

void add_format_argument(CLI::App& command, RunArguments& arguments) {
  add_format(command, "--to", bulkmarc::all_formats(), arguments.to,
             "Output format: " + names_of(bulkmarc::all_formats()))
      ->group("Output");
}

void add_speed_arguments(CLI::App& command, RunArguments& arguments) {
  command
      .add_option("--threads", arguments.options.run.threads, "Threads that work at once (default: one for each core)")
      ->option_text("N")
      ->transform(whole_number(0, kMaxThreads))
      ->group("Speed");
  command
      .add_option("--batch-size", arguments.options.run.batch_bytes,
                  fmt::format("Input that one task handles; K, M and G are understood\n(default: {}K)",
                              arguments.options.run.batch_bytes >> 10))
      ->option_text("BYTES")
      ->transform(number_with_suffix(kMinBatchBytes, kMaxBatchBytes))
      ->group("Speed");
}

void add_report_arguments(CLI::App& command, RunArguments& arguments) {
  command
      .add_option("--report", arguments.report,
                  "Write the account of the run as JSON, or as text if the name\nends with .txt; - is standard output")
      ->option_text("FILE")
      ->group("Report");
  command.add_flag("-q,--quiet", arguments.quiet, "Print errors only, and one line where records were rejected")
      ->group("Report");
}

bulkmarc::Source open_source(RunArguments& arguments) {
  arguments.inputs = expand_patterns(arguments.inputs, arguments.input.keep_going);
  if (std::ranges::count(arguments.inputs, kStandardStream) > 1) {
    throw UsageError("standard input (-) can be read only once");
  }
  return bulkmarc::Source::inputs(to_inputs(arguments.inputs), arguments.input);
}

bulkmarc::Target open_target(RunArguments& arguments) {
  bulkmarc::ExportOptions& options = arguments.options;
  options.format = output_format(arguments);
  choose_table(arguments);
  options.compression = arguments.compress.value_or(bulkmarc::compression_from_path(arguments.output));
  if (arguments.parts.resume && !has_parts(arguments)) {
    throw UsageError("--resume goes on with parts: it needs --split-records or --split-size");
  }
  if (has_parts(arguments)) {
    if (arguments.output == kStandardStream) throw UsageError("standard output can't be divided into parts");
    return bulkmarc::Target::parts(arguments.output, arguments.parts, arguments.file);
  }
  if (arguments.output != kStandardStream) return bulkmarc::Target::file(arguments.output, arguments.file);
  if (isatty(STDOUT_FILENO) != 0 && options.compression != bulkmarc::Compression::kNone) {
    throw UsageError("standard output is a terminal, and compressed data is not text: redirect it");
  }
  if (isatty(STDOUT_FILENO) != 0 && options.format == bulkmarc::Format::kIso2709) {
    throw UsageError("standard output is a terminal, and mrc is not text: redirect it, or choose another format");
  }
  return bulkmarc::Target::standard_output();
}
