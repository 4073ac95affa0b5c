#include "arguments.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "encoders.hpp"
#include "terminal/input_files.hpp"
#include "terminal/program.hpp"

namespace {

constexpr int kMaxThreads = 1024;
constexpr int kMaxLevel = 99;  // The library knows what each compression has.
constexpr std::size_t kMinBatchBytes = std::size_t{4} << 10;
constexpr std::size_t kMaxBatchBytes = std::size_t{1} << 30;

void set_backend(RunArguments& arguments, const std::string& name) {
  for (const auto backend : {bulkmarc::Backend::kAuto, bulkmarc::Backend::kMapped, bulkmarc::Backend::kStreamed,
                             bulkmarc::Backend::kPlaced, bulkmarc::Backend::kDirect}) {
    if (name == bulkmarc::backend_name(backend)) arguments.options.backend = backend;
  }
}

bool has_parts(const RunArguments& arguments) { return arguments.parts.records != 0 || arguments.parts.bytes != 0; }

bulkmarc::Format output_format(const RunArguments& arguments) {
  if (arguments.to) return *arguments.to;
  if (const auto format = bulkmarc::format_from_path(arguments.output)) return *format;
  const char* reason = arguments.output == kStandardStream ? "standard output has no extension"
                                                           : "the extension is not that of a format";
  throw UsageError(fmt::format("{}: {}; choose a format with --to ({})", arguments.output.string(), reason,
                               names_of(bulkmarc::all_formats())));
}

void add_compression_options(CLI::App& command, RunArguments& arguments) {
  CLI::Option* compress = command.add_option_function<std::string>(
      "--compress",
      [&arguments](const std::string& name) { arguments.compress = bulkmarc::compression_from_name(name); },
      "Compress the output (default: by its extension, .gz or .zst)");
  accept_only(compress, "compression", {"gz", "zst", "none"})->group("Output");
  command
      .add_option("--level", arguments.options.compression_level,
                  "Compress at level N, to 12 or 19 (default: gz 6, zst 3, parquet 1)")
      ->option_text("N")
      ->transform(whole_number(0, kMaxLevel))
      ->group("Output");
}

void add_part_options(CLI::App& command, RunArguments& arguments) {
  command
      .add_option("--split-records", arguments.parts.records, "Write parts of at most N records each, and a manifest")
      ->option_text("N")
      ->transform(number_with_suffix(1))
      ->group("Parts");
  command
      .add_option("--split-size", arguments.parts.bytes, "Write parts of at most this size each, before compression")
      ->option_text("BYTES")
      ->transform(number_with_suffix(1))
      ->group("Parts");
  command.add_flag("--resume", arguments.parts.resume, "Continue an interrupted run after its last complete part")
      ->group("Parts");
}

CLI::Validator one_of_tables() {
  const std::vector<std::string> names(bulkmarc::table_names().begin(), bulkmarc::table_names().end());
  CLI::Validator validator = one_of("table", names);
  return validator.operation([is_name = validator](std::string& name) {
    return bulkmarc::table_from_name(name) ? std::string() : is_name(name);
  });
}

void add_fields_option(CLI::App& command, const char* name, std::string& fields, const char* description) {
  command.add_option(name, fields, description)->option_text("LIST")->check(not_empty())->group("Selection");
}

void add_max_findings_option(CLI::App& command, RunArguments& arguments) {
  command
      .add_option("--max-findings", arguments.options.run.max_findings,
                  fmt::format("List at most N rejects and N repairs in the report (default: {})",
                              arguments.options.run.max_findings))
      ->option_text("N")
      ->transform(number_with_suffix())
      ->group("Records");
}

}  // namespace

void add_record_options(CLI::App& command, RunArguments& arguments) {
  add_input_options(command, arguments);
  command.add_option("--plan", arguments.plan_path, "Read a range of the plan in FILE, instead of INPUT")
      ->option_text("FILE")
      ->group("Ranges");
  command.add_option("--range", arguments.range, "Read the range K of the plan; they count from 1")
      ->option_text("K")
      ->transform(whole_number(1, kAnyNumber))
      ->group("Ranges");
  command.add_flag("--to-utf8", arguments.options.to_utf8, "Convert MARC-8 to UTF-8 in mrc, as in all other formats")
      ->group("Records");
  command.add_flag("--nfc", arguments.options.run.nfc, "Compose characters (Unicode NFC); in mrc only with --to-utf8")
      ->group("Records");
  add_max_findings_option(command, arguments);
}

void add_comparing_options(CLI::App& command, RunArguments& arguments) {
  command.add_flag("--nfc", arguments.options.run.nfc, "Compose characters (Unicode NFC) before they are compared")
      ->group("Records");
  add_max_findings_option(command, arguments);
}

void add_selection_options(CLI::App& command, RunArguments& arguments) {
  bulkmarc::Selection& selection = arguments.options.run.selection;
  add_where_option(command, arguments);
  command.add_option("--ids", arguments.ids, "Take only records whose control numbers are the lines of FILE")
      ->option_text("FILE")
      ->group("Selection");
  command.add_option("--skip", selection.skip, "Skip the first N records of the inputs")
      ->option_text("N")
      ->transform(number_with_suffix())
      ->group("Selection");
  CLI::Option* limit = add_limit_option(command, arguments);
  CLI::Option* sample = command
                            .add_option_function<std::uint64_t>(
                                "--sample", [&selection](std::uint64_t n) { selection.sample.emplace().records = n; },
                                "Take N records, drawn at random")
                            ->option_text("N")
                            ->transform(number_with_suffix())
                            ->excludes(limit)
                            ->group("Selection");
  command
      .add_option_function<std::uint64_t>(
          "--seed",
          [&selection](std::uint64_t seed) {
            if (selection.sample) selection.sample->seed = seed;
          },
          "Draw the sample with this random seed (default: 1)")
      ->option_text("S")
      ->transform(whole_number(0, kAnyNumber))
      ->needs(sample)
      ->group("Selection");
  CLI::Option* unique = command.add_option_function<std::string>(
      "--unique",
      [&selection](const std::string& name) {
        selection.unique = name == "first" ? bulkmarc::Unique::kFirst : bulkmarc::Unique::kLast;
      },
      "Take only the first or the last record with each control number");
  accept_only(unique, "choice", {"first", "last"})->group("Selection");
  add_fields_option(command, "--fields", selection.fields, "Keep only these fields and subfields: '001,245$a$b,6..'");
  add_fields_option(command, "--drop-fields", selection.drop_fields, "Drop these fields and subfields");
}

void add_to_option(CLI::App& command, RunArguments& arguments, const char* description) {
  command
      .add_option_function<std::string>(
          "--to", [&arguments](const std::string& name) { arguments.to = bulkmarc::format_from_name(name); },
          description)
      ->option_text("FORMAT")
      ->check(one_of(bulkmarc::all_formats()))
      ->group("Output");
}

void add_for_option(CLI::App& command, RunArguments& arguments) {
  CLI::Option* reader = command.add_option_function<std::string>(
      "--for", [&arguments](const std::string&) { arguments.options.for_excel = true; },
      "Write csv for a spreadsheet: with a byte order mark, no formulas");
  accept_only(reader, "reader", {"excel"})->group("Tables");
}

void add_table_options(CLI::App& command, RunArguments& arguments) {
  const auto set_table = [&arguments](const std::string& name) {
    arguments.table_name = name;
    arguments.table = bulkmarc::table_from_name(name);
  };
  CLI::Option* table = command
                           .add_option_function<std::string>(
                               "--table", set_table, "Make one row per subfield, or per record (default: records)")
                           ->option_text("subfields|records|fields|documents[:FORMAT]")
                           ->check(one_of_tables())
                           ->group("Tables");
  CLI::Option* columns = add_columns_options(command, arguments, table, "Tables");
  command
      .add_flag_callback(
          "--no-record-number", [&arguments] { arguments.column_options.record_number = false; },
          "Leave out the column record_number")
      ->option_text(" ")  // Or the help would say what it needs.
      ->needs(columns)
      ->group("Tables");
  command.add_flag("--provenance", arguments.provenance, "Add the columns input and input_offset to the rows")
      ->group("Tables");
  command.add_option("--load-id", arguments.load_id, "Add the column load_id with this text to the rows")
      ->option_text("TEXT")
      ->group("Tables");
}

void add_file_options(CLI::App& command, RunArguments& arguments) {
  command.add_flag("--no-clobber", arguments.file.no_clobber, "Fail if an output exists, instead of replacing it")
      ->group("Output");
  command
      .add_flag_callback(
          "--no-sync", [&arguments] { arguments.file.sync = false; }, "Do not wait until the data is on the disk")
      ->group("Output");
}

void add_attempt_options(CLI::App& command, RunArguments& arguments) {
  command.add_option("--attempt", arguments.attempt, "Tell this attempt at the range from others (default: random)")
      ->option_text("NAME")
      ->check(not_empty())
      ->group("Ranges");
  command.add_option("--result", arguments.result, "Write the result, for commit, to FILE (default: beside the piece)")
      ->option_text("FILE")
      ->group("Ranges");
}

void add_output_options(CLI::App& command, RunArguments& arguments) {
  command.add_option("-o,--output", arguments.output, "Write to OUTPUT, all or nothing; - is standard output")
      ->option_text("OUTPUT (required)")
      ->required()
      ->group("Output");
  add_to_option(command, arguments, "Write in FORMAT (default: by the extension of OUTPUT)");
  add_compression_options(command, arguments);
  add_file_options(command, arguments);
  command
      .add_flag("--keep-cached", arguments.file.keep_cached,
                "Leave a large output in the cache, to be read again at once")
      ->group("Output");
  add_part_options(command, arguments);
  CLI::Option* backend = command.add_option_function<std::string>(
      "--backend", [&arguments](const std::string& name) { set_backend(arguments, name); },
      "Write mapped, as a stream, placed, or past the cache (default: auto)");
  accept_only(backend, "backend", {"auto", "mapped", "stream", "placed", "direct"})->group("Speed");
}

void add_speed_options(CLI::App& command, RunArguments& arguments) {
  command.add_option("--threads", arguments.options.run.threads, "Use N worker threads (default: one per core)")
      ->option_text("N")
      ->transform(whole_number(0, kMaxThreads))
      ->group("Speed");
  command
      .add_option("--batch-size", arguments.options.run.batch_bytes,
                  fmt::format("Give each task this much input (default: {}K)", arguments.options.run.batch_bytes >> 10))
      ->option_text("BYTES")
      ->transform(number_with_suffix(kMinBatchBytes, kMaxBatchBytes))
      ->group("Speed");
}

void read_ids(RunArguments& arguments, std::stop_token stop) {
  if (!arguments.ids) return;
  if (*arguments.ids == kStandardStream && std::ranges::count(arguments.inputs, kStandardStream) != 0) {
    throw UsageError("the records and the ids can't both come from standard input");
  }
  arguments.options.run.selection.ids = read_control_numbers(*arguments.ids, std::move(stop));
  arguments.input.also_read.push_back(*arguments.ids);
}

const char* table_option(const RunArguments& arguments) {
  if (arguments.table) return "--table";
  if (arguments.columns) return "--columns";
  if (arguments.provenance) return "--provenance";
  return arguments.load_id ? "--load-id" : nullptr;
}

std::optional<bulkmarc::Table> requested_table(const RunArguments& arguments, bool is_needed) {
  std::optional<bulkmarc::Table> table = arguments.table;
  if (arguments.columns) table = bulkmarc::Table::of_columns(*arguments.columns, arguments.column_options);
  if (!table && is_needed) table = bulkmarc::Table::records();
  if (table && arguments.provenance) table = table->with_provenance();
  if (table && arguments.load_id) table = table->with_load_id(*arguments.load_id);
  return table;
}

void choose_table(RunArguments& arguments) {
  const bulkmarc::Format format = arguments.options.format;
  const char* const option = table_option(arguments);
  if (option != nullptr && !bulkmarc::takes_table(format)) {
    throw UsageError(fmt::format("{}: {} holds whole records; choose a format of tables, such as csv or parquet",
                                 option, bulkmarc::format_name(format)));
  }
  if (arguments.options.for_excel && format != bulkmarc::Format::kCsv && format != bulkmarc::Format::kXlsx) {
    throw UsageError(
        fmt::format("--for excel: {} is not for spreadsheets; choose csv or xlsx", bulkmarc::format_name(format)));
  }
  arguments.options.table = requested_table(arguments, bulkmarc::needs_table(format));
  if (option != nullptr && !arguments.options.table) {
    throw UsageError(
        fmt::format("{}: {} has rows only with --table or --columns", option, bulkmarc::format_name(format)));
  }
}

void read_plan(RunArguments& arguments) {
  if (!arguments.plan_path) {
    if (arguments.range || arguments.attempt || arguments.result) {
      throw UsageError("--range, --attempt and --result need --plan");
    }
    if (arguments.inputs.empty()) throw UsageError("INPUT is required");
    return;
  }
  if (!arguments.range) throw UsageError("--plan needs --range");
  if (!arguments.inputs.empty() || arguments.input.format || !arguments.input.charset.empty() ||
      arguments.input.keep_going) {
    throw UsageError("--plan tells the inputs, and takes no INPUT, --from, --charset and --keep-going");
  }
  arguments.plan = bulkmarc::Plan::read(*arguments.plan_path);
  if (!arguments.plan->charset.empty()) arguments.options.to_utf8 = true;
}

bulkmarc::Source open_source(RunArguments& arguments) {
  if (arguments.plan) return bulkmarc::Source::range(*arguments.plan, *arguments.range);
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
  options.encoder = choose_encoder(arguments);
  options.compression = arguments.compress.value_or(bulkmarc::compression_from_path(arguments.output));
  if (arguments.parts.resume && !has_parts(arguments)) {
    throw UsageError("--resume needs --split-records or --split-size");
  }
  if (has_parts(arguments)) {
    if (arguments.output == kStandardStream) throw UsageError("standard output can't be split into parts");
    return bulkmarc::Target::parts(arguments.output, arguments.parts, arguments.file);
  }
  if (arguments.output != kStandardStream) return bulkmarc::Target::file(arguments.output, arguments.file);
  if (isatty(STDOUT_FILENO) != 0 && options.compression != bulkmarc::Compression::kNone) {
    throw UsageError("compressed data is not written to a terminal: redirect standard output");
  }
  if (isatty(STDOUT_FILENO) != 0 &&
      (options.format == bulkmarc::Format::kIso2709 || bulkmarc::needs_encoder(options.format))) {
    throw UsageError(fmt::format("{} is not written to a terminal: redirect standard output, or choose another format",
                                 bulkmarc::format_name(options.format)));
  }
  return bulkmarc::Target::standard_output();
}
