#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "arguments.hpp"
#include "count_command.hpp"
#include "diff_command.hpp"
#include "generator/catalogue.hpp"
#include "ranges.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal/input_files.hpp"
#include "terminal/program.hpp"

const char* const kProgramName = "bulkmarc";

namespace {

constexpr const char* kDescription = "Dump whole MARC 21 catalogues to files, on every core, all or nothing.";

constexpr const char* kFooter =
    "Formats:\n"
    "  mrc      ISO 2709, as MARC 21 uses it         .mrc .marc\n"
    "  marcxml  MARCXML (\"slim\")                     .xml\n"
    "  json     MARC-in-JSON, one array              .json\n"
    "  ndjson   MARC-in-JSON, one record per line    .ndjson .jsonl\n"
    "  mrk      MARCMaker text                       .mrk\n"
    "  csv, tsv, pgcopy: tables (output only)        .csv .tsv .copy\n"
    "  parquet, arrow, xlsx: the same                .parquet .arrow .xlsx\n\n"
    "Exit status:\n"
    "  0  every record was exported\n"
    "  1  the run failed; an output file is as it was before\n"
    "  2  invalid command line\n"
    "  3  exported, but with rejected records; show: a record was not found\n\n"
    "Examples:\n"
    "  bulkmarc export catalog.mrc -o catalog.xml\n"
    "  bulkmarc check catalog.mrc\n"
    "  bulkmarc diff yesterday.mrc today.mrc --added added.mrc --deleted deleted.txt\n"
    "  bulkmarc generate --records 1000000 -o million.mrc\n\n"
    "'bulkmarc help export' shows the options of an export.\n";

constexpr const char* kExportDetails =
    "A record that can't be exported is rejected and does not stop the run: the report says which,\n"
    "where and why. Damage that can be repaired is repaired, and reported too. OUTPUT appears, or is\n"
    "replaced, when all else has succeeded. It does not depend on threads, batch size or backend.\n\n"
    "Examples:\n"
    "  bulkmarc export catalog.mrc -o catalog.xml\n"
    "  bulkmarc export catalog.mrc -o texts.mrc --where '{LDR/6=\\a}{008/35-37=\\eng}'\n"
    "  bulkmarc export a.mrc b.mrc -o all.ndjson --rejects rejected.mrc --report report.json\n"
    "  bulkmarc export catalog.mrc -o titles.csv --columns 'id=001,title=245$a$b,subjects[]=650$a'\n"
    "  bulkmarc export catalog.mrc -o catalog.parquet\n"
    "  zcat catalog.mrc.gz | bulkmarc export - -o catalog.ndjson.gz\n";

constexpr const char* kCheckDetails =
    "The report says how many records and bytes would be exported, what would be repaired, and what\n"
    "would be rejected and why. That depends on the format: only ISO 2709 limits the lengths of\n"
    "fields and records. By default the report also counts types, encodings, fields and subfields.\n"
    "Without that, by --no-statistics, or --quiet without --report, a check is 2.4 times as fast.\n\n"
    "Examples:\n"
    "  bulkmarc check catalog.mrc\n"
    "  bulkmarc check catalog.mrc --rules --avram marc21.json\n"
    "  bulkmarc check catalog.mrc --to mrc --strict --report - | jq .rejects\n";

constexpr const char* kSchemaDetails =
    "The columns are those that an export with the same options writes: for postgresql as pgcopy has\n"
    "them, for the others as Parquet has them.\n\n"
    "Examples:\n"
    "  bulkmarc schema --dialect postgresql | psql\n"
    "  bulkmarc schema --columns 'id=001,year:int=008/7-10' --name titles --dialect duckdb\n";

constexpr const char* kGenerateDetails =
    "The same seed gives the same records on every machine, and a longer catalogue begins with the\n"
    "records of a shorter one.\n\n"
    "Examples:\n"
    "  bulkmarc generate --records 1000000 -o million.mrc\n"
    "  bulkmarc generate --records 10 --seed 7 -o - --to mrk\n";

/// What a run does, with all of its options.
using Export = std::function<bulkmarc::Report(const bulkmarc::ExportOptions&)>;

/// Runs one export. Passes on what `export_all` throws; throws as run_and_tell() does.
ExitStatus run(const Export& export_all, const RunArguments& arguments, std::stop_token stop) {
  return run_and_tell(arguments, std::move(stop), [&](const bulkmarc::RunOptions& options) {
    bulkmarc::ExportOptions export_options = arguments.options;
    export_options.run = options;
    return export_all(export_options);
  });
}

ExitStatus run(bulkmarc::Source source, bulkmarc::Target target, const RunArguments& arguments, std::stop_token stop) {
  const auto export_all = [&](const bulkmarc::ExportOptions& options) {
    return bulkmarc::export_records(std::move(source), std::move(target), options);
  };
  return run(export_all, arguments, std::move(stop));
}

ExitStatus export_piece_of(RunArguments& arguments, std::stop_token stop) {
  if (arguments.parts.records != 0 || arguments.parts.bytes != 0) {
    throw UsageError("a piece of a plan can't be split into parts");
  }
  if (arguments.output == kStandardStream) throw UsageError("a piece of a plan can't go to standard output");
  open_target(arguments);  // For the options that it sets.
  const auto export_range = [&](const bulkmarc::ExportOptions& options) { return export_piece(arguments, options); };
  return run(export_range, arguments, std::move(stop));
}

ExitStatus export_catalogue(RunArguments& arguments, std::stop_token stop) {
  if (arguments.options.run.rejects == kStandardStream)
    throw UsageError("--rejects: expected a file, not standard output");
  read_plan(arguments);
  read_ids(arguments, stop);
  if (arguments.plan) return export_piece_of(arguments, std::move(stop));
  bulkmarc::Target target = open_target(arguments);
  return run(open_source(arguments), std::move(target), arguments, std::move(stop));
}

struct CheckArguments : RunArguments {
  std::optional<std::filesystem::path> avram;
};

/// Reads the schema, if one is named.
void read_schema(CheckArguments& arguments, std::stop_token stop) {
  if (!arguments.avram) return;
  const std::string schema = read_text(*arguments.avram, std::move(stop));
  try {
    arguments.options.run.rules = bulkmarc::Rules::with_avram_schema(schema);
  } catch (const bulkmarc::Error& error) {
    throw UsageError(fmt::format("--avram: {}: {}", arguments.avram->string(), error.what()));
  }
  arguments.input.also_read.push_back(*arguments.avram);
}

ExitStatus check_catalogue(CheckArguments& arguments, std::stop_token stop) {
  if (arguments.quiet && !arguments.report) arguments.options.run.statistics = false;  // Nobody would see them.
  arguments.options.format =
      arguments.to.value_or(table_option(arguments) != nullptr ? bulkmarc::Format::kCsv : bulkmarc::Format::kMarcXml);
  choose_table(arguments);
  read_schema(arguments, stop);
  read_plan(arguments);
  read_ids(arguments, stop);
  return run(open_source(arguments), bulkmarc::Target::none(), arguments, std::move(stop));
}

struct GenerateArguments : RunArguments {
  std::uint64_t records = 0;
  std::uint64_t seed = 1;
};

ExitStatus generate_catalogue(GenerateArguments& arguments, std::stop_token stop) {
  arguments.parts.source = fmt::format("seed {}", arguments.seed);
  bulkmarc::Target target = open_target(arguments);
  const Catalogue catalogue(arguments.seed);
  auto make = [&catalogue](std::uint64_t index, bulkmarc::Record& record) { catalogue.make(index, record); };
  return run(bulkmarc::Source::indexed(arguments.records, make), std::move(target), arguments, std::move(stop));
}

struct SchemaArguments : RunArguments {
  bulkmarc::SqlDialect dialect{};
  std::string name;
};

ExitStatus print_schema(SchemaArguments& arguments, const std::stop_token& /*stop*/) {
  if (arguments.name.empty() && arguments.columns) throw UsageError("--columns needs --name for the table");
  const bulkmarc::Table table = *requested_table(arguments, true);
  const std::string& name = arguments.name.empty() ? arguments.table_name : arguments.name;
  print_text(bulkmarc::create_table_statement(table.columns(), arguments.dialect, name));
  return ExitStatus::kExported;
}

void add_export_command(CLI::App& command, RunArguments& arguments) {
  command.footer(kExportDetails);
  add_record_options(command, arguments);
  add_rejects_option(command, arguments);
  add_selection_options(command, arguments);
  add_table_options(command, arguments);
  add_for_option(command, arguments);
  add_output_options(command, arguments);
  add_attempt_options(command, arguments);
  add_speed_options(command, arguments);
  add_report_options(command, arguments);
}

void add_check_command(CLI::App& command, CheckArguments& arguments) {
  command.footer(kCheckDetails);
  arguments.options.run.statistics = true;
  add_record_options(command, arguments);
  add_selection_options(command, arguments);
  add_table_options(command, arguments);
  add_to_option(command, arguments, "Check for FORMAT (default: marcxml, or csv for a table)");
  add_for_option(command, arguments);
  command
      .add_flag_callback(
          "--rules", [&arguments] { arguments.options.run.rules.emplace(); },
          "Report fields that are missing or repeated, as MARC 21 has them")
      ->group("Rules");
  command.add_option("--avram", arguments.avram, "Also report what the Avram schema in FILE (JSON) does not define")
      ->option_text("FILE")
      ->group("Rules");
  add_speed_options(command, arguments);
  add_report_options(command, arguments);
  command
      .add_flag_callback(
          "--no-statistics", [&arguments] { arguments.options.run.statistics = false; },
          "Do not count types, encodings, fields and subfields")
      ->group("Report");
}

void add_generate_command(CLI::App& command, GenerateArguments& arguments) {
  command.footer(kGenerateDetails);
  command.add_option("--records", arguments.records, "Make N records")
      ->option_text("N (required)")
      ->transform(number_with_suffix())
      ->required()
      ->group("Catalogue");
  command.add_option("--seed", arguments.seed, "Make the catalogue of this random seed (default: 1)")
      ->option_text("S")
      ->transform(whole_number(0, kAnyNumber))
      ->group("Catalogue");
  add_output_options(command, arguments);
  add_speed_options(command, arguments);
  add_report_options(command, arguments);
}

void add_schema_command(CLI::App& command, SchemaArguments& arguments) {
  command.footer(kSchemaDetails);
  add_table_options(command, arguments);
  std::vector<std::string> dialects;
  for (const bulkmarc::SqlDialect dialect : bulkmarc::all_sql_dialects()) {
    dialects.emplace_back(bulkmarc::sql_dialect_name(dialect));
  }
  CLI::Option* dialect = command.add_option_function<std::string>(
      "--dialect",
      [&arguments](const std::string& name) {
        arguments.dialect = bulkmarc::sql_dialect_from_name(name).value_or(arguments.dialect);
      },
      "Write the SQL of this database or engine");
  accept_only(dialect, "dialect", dialects)->required()->group("Tables");
  dialect->option_text(dialect->get_option_text() + " (required)");
  command.add_option("--name", arguments.name, "Name the table so (default: that of --table)")
      ->option_text("NAME")
      ->check(not_empty())
      ->group("Tables");
}

/// Adds the subcommand `name`, which runs `execute` with the arguments that `add_options` binds to its options.
template <class Arguments>
void add_command(CLI::App& app, Action& action, const std::vector<std::string>& command_line, const char* name,
                 const char* description, void (*add_options)(CLI::App&, Arguments&),
                 const std::type_identity_t<std::function<ExitStatus(Arguments&, std::stop_token)>>& execute) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->options.run.command_line = command_line;
  CLI::App* command = app.add_subcommand(name, description);
  add_options(*command, *arguments);
  command->callback([arguments, execute, &action] {
    action = [arguments, execute](std::stop_token stop) { return execute(*arguments, std::move(stop)); };
  });
}

}  // namespace

void define_program(CLI::App& app, Action& action, const std::vector<std::string>& command_line) {
  describe_program(app, kProgramName, kDescription, kFooter);
  app.require_subcommand(0, 1);
  action = [](const std::stop_token&) -> ExitStatus {
    throw UsageError(
        "expected a subcommand: export, check, show, diff, count, plan, commit, abort, schema or generate");
  };
  add_command(app, action, command_line, "export", "Export every record of the inputs to one file", add_export_command,
              export_catalogue);
  add_command(app, action, command_line, "check", "Report what an export would do, and write nothing",
              add_check_command, check_catalogue);
  add_command(app, action, command_line, "show", "Show some records for a person, with what is wrong with them",
              add_show_options, show_records);
  add_command(app, action, command_line, "diff", "Compare two catalogues by their control numbers", add_diff_command,
              diff_catalogues);
  add_command(app, action, command_line, "count", "Count how often values occur", add_count_command,
              count_values_of_catalogue);
  add_command(app, action, command_line, "plan", "Divide the inputs into ranges, to be exported on many machines",
              add_plan_command, make_plan);
  add_command(app, action, command_line, "commit", "Publish an output whose ranges were all exported",
              add_commit_command, commit_ranges);
  add_command(app, action, command_line, "abort", "Remove the pieces of an output that were not committed",
              add_abort_command, abort_ranges);
  add_command(app, action, command_line, "schema", "Print the CREATE TABLE that fits a table", add_schema_command,
              print_schema);
  add_command(app, action, command_line, "generate", "Make a realistic catalogue of any size, for tests",
              add_generate_command, generate_catalogue);
}
