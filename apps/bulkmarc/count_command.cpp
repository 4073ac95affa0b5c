#include "count_command.hpp"

#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "run.hpp"

namespace {

constexpr const char* kCountDetails =
    "FILE is a file or a folder; - is standard input. A SPEC says which values are counted, as for the\n"
    "columns of a table: a subfield, characters of a control field or of the leader, or subfields of one\n"
    "field together. The counts go to standard output, the most frequent values first.\n\n"
    "Examples:\n"
    "  bulkmarc count catalog.mrc LDR/6 008/35-37\n"
    "  bulkmarc count catalog.mrc '650$a' '650($a$x)' --top 100 --to csv > subjects.csv\n";

constexpr const char* kCsv = "csv";
constexpr const char* kJson = "json";

std::string text_of(const bulkmarc::ValueReport& result, const std::string& form) {
  if (form == kCsv) return result.to_csv();
  return form == kJson ? result.to_json() : result.to_text();
}

}  // namespace

void add_count_command(CLI::App& command, CountArguments& arguments) {
  command.footer(kCountDetails);
  command.add_option("FILE", arguments.input, "Read this file or folder; - is standard input")
      ->option_text(" ")
      ->required();
  command.add_option("SPEC", arguments.count.specs, "Count these values: '650$a', '008/35-37', 'LDR/6'")
      ->option_text("...")
      ->required();
  add_reading_options(command, arguments);
  add_comparing_options(command, arguments);
  add_selection_options(command, arguments);
  command
      .add_option("--top", arguments.count.top,
                  fmt::format("Show the N most frequent values; 0 is all (default: {})", arguments.count.top))
      ->option_text("N")
      ->transform(number_with_suffix())
      ->group("Counts");
  command
      .add_option("--distinct-limit", arguments.count.distinct_limit,
                  fmt::format("Tell at most N values of a SPEC apart (default: {})", arguments.count.distinct_limit))
      ->option_text("N")
      ->transform(number_with_suffix(1))
      ->group("Counts");
  CLI::Option* form = command.add_option("--to", arguments.form, "Print the counts in this form (default: table)");
  accept_only(form, "form", {"table", kCsv, kJson})->group("Counts");
  add_speed_options(command, arguments);
  add_report_options(command, arguments);
}

ExitStatus count_values_of_catalogue(CountArguments& arguments, std::stop_token stop) {
  arguments.output = kStandardStream;  // Where the counts go.
  arguments.inputs = {arguments.input};
  read_ids(arguments, stop);
  bulkmarc::Source source = open_source(arguments);
  return run_and_tell(arguments, std::move(stop), [&](const bulkmarc::RunOptions& options) {
    arguments.count.run = options;
    bulkmarc::ValueReport result = bulkmarc::count_values(std::move(source), arguments.count);
    print_text(text_of(result, arguments.form));
    return std::move(result.report);
  });
}
