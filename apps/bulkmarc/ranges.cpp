#include "ranges.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "terminal/input_files.hpp"
#include "terminal/progress_bar.hpp"

namespace {

namespace fs = std::filesystem;

constexpr const char* kPlanDetails =
    "A plan divides the inputs into ranges that 'bulkmarc export --plan' exports one by one, on any\n"
    "machine and in any order, and 'bulkmarc commit' puts together. Its 'ranges' are a list.\n\n"
    "Examples:\n"
    "  bulkmarc plan catalog.mrc -o plan.json\n"
    "  seq $(jq '.ranges | length' plan.json) | xargs -P 4 -I K \\\n"
    "    bulkmarc export --plan plan.json --range K -o set/catalog.xml --result results/K.json\n"
    "  bulkmarc commit plan.json results/*.json --join catalog.xml\n";

constexpr const char* kCommitDetails =
    "There must be exactly one RESULT for each range of the plan. All is checked before anything is\n"
    "published. A commit that was cut off may be repeated, and so may one that succeeded.\n\n"
    "Examples:\n"
    "  bulkmarc commit plan.json results/*.json\n"
    "  bulkmarc commit plan.json results/*.json --join catalog.xml --report report.json\n";

void tell(bool quiet, const std::string& text) {
  if (!quiet) std::fputs(text.c_str(), stderr);
}

}  // namespace

void add_plan_command(CLI::App& command, PlanArguments& arguments) {
  command.footer(kPlanDetails);
  add_inputs(command, arguments)->required();
  add_from_option(command, arguments);
  add_charset_option(command, arguments);
  command.add_option("-o,--output", arguments.output, "Write the plan to OUTPUT, as JSON; - is standard output")
      ->option_text("OUTPUT (required)")
      ->required()
      ->group("Ranges");
  command
      .add_option("--range-size", arguments.range_bytes,
                  fmt::format("Give each range about this much input (default: {}M)", arguments.range_bytes >> 20))
      ->option_text("BYTES")
      ->transform(number_with_suffix(1))
      ->group("Ranges");
  add_speed_options(command, arguments);
  add_quiet_option(command, arguments);
}

ExitStatus make_plan(PlanArguments& arguments, std::stop_token stop) {
  arguments.inputs = expand_patterns(arguments.inputs, false);
  for (const fs::path& input : arguments.inputs) {
    if (input == kStandardStream) throw UsageError("a plan needs files, and not standard input");
  }
  require_other_file(arguments.output, arguments.inputs);
  bulkmarc::PlanOptions options = {.format = arguments.input.format,
                                   .charset = arguments.input.charset,
                                   .range_bytes = arguments.range_bytes,
                                   .threads = arguments.options.run.threads,
                                   .batch_bytes = arguments.options.run.batch_bytes,
                                   .stop = std::move(stop)};
  bulkmarc::Plan plan;
  {
    ProgressBar bar;
    if (!arguments.quiet && ProgressBar::can_be_shown()) {
      options.progress = [&bar](const bulkmarc::Progress& progress) { bar.update(progress); };
    }
    plan = bulkmarc::make_plan(arguments.inputs, options);
  }
  if (arguments.output == kStandardStream) {
    print_text(plan.to_json());
  } else {
    plan.write(arguments.output);
  }
  tell(arguments.quiet, fmt::format("plan      {} records in {} ranges\n", plan.records(), plan.ranges.size()));
  return ExitStatus::kExported;
}

bulkmarc::Report export_piece(const RunArguments& arguments, const bulkmarc::ExportOptions& options) {
  bulkmarc::PieceOptions piece = {.attempt = arguments.attempt.value_or(""), .file = arguments.file};
  piece.result = arguments.result;
  return bulkmarc::export_range(*arguments.plan, *arguments.range, arguments.output, options, piece).report;
}

void add_commit_command(CLI::App& command, CommitArguments& arguments) {
  command.footer(kCommitDetails);
  command.add_option("PLAN", arguments.plan_file, "The plan whose ranges were exported")
      ->required()
      ->option_text("...");
  command.add_option("RESULT", arguments.results, "The results of the exports of all ranges")
      ->required()
      ->option_text("...");
  command.add_option("--join", arguments.join, "Make one file of the pieces: OUTPUT (default: a set of parts)")
      ->option_text("OUTPUT")
      ->group("Ranges");
  add_file_options(command, arguments);
  add_report_options(command, arguments);
}

ExitStatus commit_ranges(CommitArguments& arguments, std::stop_token stop) {
  if (arguments.join && *arguments.join == kStandardStream) throw UsageError("--join: expected a file");
  const bulkmarc::Plan plan = bulkmarc::Plan::read(arguments.plan_file);
  std::vector<fs::path> others = arguments.results;
  others.push_back(arguments.plan_file);
  for (const bulkmarc::PlannedInput& input : plan.inputs) others.emplace_back(input.path);
  if (arguments.join) require_other_file(*arguments.join, others);
  if (arguments.join) others.push_back(*arguments.join);
  if (arguments.report) require_other_file(*arguments.report, others);
  std::vector<bulkmarc::Piece> pieces;
  for (const fs::path& result : arguments.results) pieces.push_back(bulkmarc::Piece::read(result));
  std::optional<bulkmarc::ReportFile> file;
  if (arguments.report && *arguments.report == kStandardStream) {
    file = bulkmarc::ReportFile::standard_output(stop);
  } else if (arguments.report) {
    file.emplace(*arguments.report, bulkmarc::FileOptions{.sync = arguments.file.sync}, stop);
  }
  bulkmarc::Report report =
      bulkmarc::commit_pieces(plan, pieces, {.join = arguments.join, .file = arguments.file, .stop = std::move(stop)});
  report.command_line = arguments.options.run.command_line;
  if (file) {
    file->prepare(report);
    file->commit();
  }
  return tell_outcome(kProgramName, report, arguments.quiet, arguments.report);
}

void add_abort_command(CLI::App& command, AbortArguments& arguments) {
  command.footer("Examples:\n  bulkmarc abort set/catalog.xml\n");
  command.add_option("OUTPUT", arguments.output, "The output whose pieces are to be removed")
      ->required()
      ->option_text(" ");
  add_quiet_option(command, arguments);
}

ExitStatus abort_ranges(AbortArguments& arguments, const std::stop_token& /*stop*/) {
  const std::uint64_t removed = bulkmarc::abort_pieces(arguments.output);
  tell(arguments.quiet, fmt::format("removed   {} file{}\n", removed, removed == 1 ? "" : "s"));
  return ExitStatus::kExported;
}
