#include "arguments.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "connection.hpp"
#include "terminal/input_files.hpp"
#include "terminal/program.hpp"

namespace {

constexpr int kMaxConnections = 64;
constexpr int kMaxDefaultConnections = 8;

std::string check_name(const std::string& text) {
  if (text.size() > kLongestName) return fmt::format("has more than {} bytes", kLongestName);
  return text.empty() ? "is empty" : std::string();
}

void add_table_options(CLI::App& app, Arguments& arguments) {
  CLI::Option* table =
      app.add_option("--table", arguments.table, "Load one row per subfield, or per record (default: records)");
  accept_only(table, "table", {"subfields", "records"})->group("Table");
  add_columns_options(app, arguments, table, "Table");
  app.add_option("--schema", arguments.schema, "Load into this schema (default: first of the search path)")
      ->option_text("NAME")
      ->check(check_name)
      ->group("Table");
  app.add_option("--name", arguments.name, "Load into the table of this name (default: that of --table)")
      ->option_text("NAME")
      ->check(check_name)
      ->group("Table");
  app.add_flag("--add-columns", arguments.add_columns, "Add the columns that an existing table lacks")->group("Table");
}

void add_change_options(CLI::App& app, Arguments& arguments) {
  CLI::Option* upsert =
      app.add_flag("--upsert", arguments.upsert, "Merge by control number, instead of replacing all rows")
          ->group("Changes");
  app.add_option("--delete-where", arguments.delete_where, "Delete the records that match EXPR: 'LDR/5=\\d'")
      ->option_text("EXPR")
      ->check(not_empty())
      ->needs(upsert)
      ->group("Changes");
  app.add_option("--delete-ids", arguments.delete_ids_file,
                 "Delete the records whose control numbers are the lines of FILE")
      ->option_text("FILE")
      ->needs(upsert)
      ->group("Changes");
}

void add_connection_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--dbname", arguments.conninfo, "Connect to this database, or by this connection string")
      ->option_text("CONNINFO")
      ->check([](const std::string& text) { return find_fault_with_conninfo(text).value_or(""); })
      ->group("Connection");
  app.add_option("--connections", arguments.connections,
                 fmt::format("Load over N connections (default: one per core, at most {})", kMaxDefaultConnections))
      ->option_text("N")
      ->transform(whole_number(1, kMaxConnections))
      ->group("Connection");
}

/// An error message would quote a connection string among the files, with the password in it.
void require_inputs(const Arguments& arguments) {
  if (arguments.inputs.empty() && !arguments.delete_ids_file) throw UsageError("INPUT is required");
  for (const std::filesystem::path& input : arguments.inputs) {
    if (input.string().starts_with("postgres://") || input.string().starts_with("postgresql://")) {
      throw UsageError("an INPUT is a connection string: use --dbname");
    }
  }
}

}  // namespace

void add_arguments(CLI::App& app, Arguments& arguments) {
  add_input_options(app, arguments);
  add_rejects_option(app, arguments);
  add_where_option(app, arguments);
  add_limit_option(app, arguments);
  add_table_options(app, arguments);
  add_change_options(app, arguments);
  add_connection_options(app, arguments);
  add_report_options(app, arguments);
}

void complete(Arguments& arguments, std::stop_token stop) {
  require_inputs(arguments);
  if (arguments.name.empty() && arguments.columns) throw UsageError("--columns needs --name for the table");
  if (arguments.name.empty()) arguments.name = arguments.table;
  if (arguments.options.run.rejects == kStandardStream)
    throw UsageError("--rejects: expected a file, not standard output");
  arguments.inputs = expand_patterns(arguments.inputs, arguments.input.keep_going);
  std::vector<std::filesystem::path> read = arguments.inputs;
  if (arguments.delete_ids_file) read.push_back(*arguments.delete_ids_file);
  if (std::ranges::count(read, kStandardStream) > 1) throw UsageError("standard input (-) can be read only once");
  if (arguments.delete_ids_file) {
    arguments.delete_ids = read_control_numbers(*arguments.delete_ids_file, std::move(stop));
  }
  if (arguments.connections == 0) {
    arguments.connections =
        std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMaxDefaultConnections);
  }
}

bulkmarc::Table table_of(const Arguments& arguments) {
  if (arguments.columns) return bulkmarc::Table::of_columns(*arguments.columns, arguments.column_options);
  return arguments.table == "subfields" ? bulkmarc::Table::subfields() : bulkmarc::Table::records();
}
