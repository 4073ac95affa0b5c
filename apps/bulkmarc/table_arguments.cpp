#include "table_arguments.hpp"

#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "terminal/usage_error.hpp"

namespace {

constexpr const char* kTablesGroup = "Tables";

void set_table(RunArguments& arguments, const std::string& name) {
  if (name == "subfields") {
    arguments.table = bulkmarc::Table::subfields();
  } else if (name == "records") {
    arguments.table = bulkmarc::Table::records();
  } else {
    throw CLI::ValidationError("--table", fmt::format("no table '{}', only subfields, records", name));
  }
}

}  // namespace

void add_table_arguments(CLI::App& command, RunArguments& arguments) {
  CLI::Option* table = command
                           .add_option_function<std::string>(
                               "--table", [&arguments](const std::string& name) { set_table(arguments, name); },
                               "Which rows csv, tsv, copy or ndjson have: one for each subfield,\nor one for each "
                               "record (default: records; ndjson has none)")
                           ->option_text("subfields|records")
                           ->group(kTablesGroup);
  CLI::Option* columns =
      command
          .add_option(
              "--columns", arguments.columns,
              "One row for each record, with these columns, in MARCspec:\n'id=001,title=245$a$b,subjects[]=650$a'")
          ->option_text("LIST")
          ->excludes(table)
          ->group(kTablesGroup);
  command
      .add_option(
          "--joint", arguments.joint,
          fmt::format("Separator between the values of a column that is not a list\n(default: '{}')", arguments.joint))
      ->option_text("TEXT")
      ->needs(columns)
      ->group(kTablesGroup);
}

void choose_table(RunArguments& arguments) {
  const bulkmarc::Format format = arguments.options.format;
  if ((arguments.table || arguments.columns) && !bulkmarc::takes_table(format)) {
    throw UsageError(fmt::format("{}: {} holds whole records; choose csv, tsv, copy or ndjson for a table",
                                 arguments.table ? "--table" : "--columns", bulkmarc::format_name(format)));
  }
  if (arguments.columns) {
    arguments.options.table = bulkmarc::Table::of_columns(*arguments.columns, arguments.joint);
  } else if (arguments.table) {
    arguments.options.table = arguments.table;
  } else if (bulkmarc::needs_table(format)) {
    arguments.options.table = bulkmarc::Table::records();
  }
}
