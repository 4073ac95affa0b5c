#include "arguments.hpp"

#include <algorithm>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "connection.hpp"
#include "terminal/control_numbers.hpp"
#include "terminal/input_paths.hpp"
#include "terminal/numbers.hpp"
#include "terminal/program.hpp"
#include "terminal/usage_error.hpp"

namespace {

constexpr int kMostConnections = 64;
constexpr int kMostConnectionsUnasked = 8;

constexpr const char* kFooter =
    "The connection is what libpq's environment says: PGHOST, PGDATABASE, PGUSER, PGSERVICE and so on;\n"
    "passwords come from ~/.pgpass. The rows are loaded into a staging table, which takes the place of\n"
    "the old rows in one transaction, when all else has succeeded.\n\n"
    "Exit status:\n"
    "  0  every record was loaded\n"
    "  1  the run failed; the table is as it was before\n"
    "  2  invalid command line\n"
    "  3  loaded, but with rejected records\n\n"
    "Examples:\n"
    "  bulkmarc-pgload catalog.mrc --dbname library\n"
    "  bulkmarc-pgload catalog.mrc --table subfields --connections 4\n"
    "  bulkmarc-pgload changes.mrc --upsert --delete-where 'LDR/5=\\d'\n";

void set_format(Arguments& arguments, const std::string& name) {
  arguments.input.format = bulkmarc::format_from_name(name);
  if (!arguments.input.format) throw CLI::ValidationError("--from", fmt::format("no format '{}'", name));
}

std::string refuse_empty(const std::string& text) { return text.empty() ? "is empty" : std::string(); }

std::string refuse_no_name(const std::string& text) {
  if (text.size() > kLongestName) return fmt::format("has more than {} bytes", kLongestName);
  return refuse_empty(text);
}

void add_input_arguments(CLI::App& app, Arguments& arguments) {
  app.add_option("INPUT", arguments.inputs,
                 "Files in any format that bulkmarc reads, compressed or not,\none after the other; a folder is all "
                 "files in it with a known\nextension; - is standard input")
      ->option_text("...");
  app.add_option_function<std::string>(
         "--from", [&arguments](const std::string& name) { set_format(arguments, name); },
         "Input format (default: what the first bytes of each INPUT tell)")
      ->option_text("FORMAT")
      ->group("Records");
  app.add_flag("--keep-going", arguments.input.keep_going,
               "Go on without an INPUT that can't be read; it counts as a\nrejected record")
      ->group("Records");
  app.add_flag("--strict", arguments.options.strict, "Reject what would otherwise be repaired")->group("Records");
  app.add_option("--where", arguments.options.selection.where, "Only records of which this holds, in MARCspec")
      ->option_text("EXPR")
      ->check(refuse_empty)
      ->group("Records");
  app.add_option("--limit", arguments.options.selection.limit, "Stop when N records are loaded")
      ->option_text("N")
      ->transform(number_with_suffix())
      ->group("Records");
  app.add_option("--rejects", arguments.options.rejects, "Keep the bytes of rejected records in FILE")
      ->option_text("FILE")
      ->group("Records");
}

void add_table_arguments(CLI::App& app, Arguments& arguments) {
  CLI::Option* table =
      app.add_option("--table", arguments.table,
                     "records: a row for each record (the default); subfields: a\nrow for each subfield")
          ->option_text("NAME")
          ->check(CLI::IsMember({"records", "subfields"}))
          ->group("Table");
  CLI::Option* columns =
      app.add_option("--columns", arguments.columns,
                     "A row for each record, with columns of your own:\n'id=001,title=245$a,subjects[]=650$a'")
          ->option_text("LIST")
          ->check(refuse_empty)
          ->excludes(table)
          ->group("Table");
  app.add_option("--joint", arguments.joint,
                 "Separator between the values of a column that is not a list\n(default: \"; \")")
      ->option_text("TEXT")
      ->needs(columns)
      ->default_str("; ")
      ->group("Table");
  app.add_option("--schema", arguments.schema, "The table's schema (default: the first of the search path)")
      ->option_text("NAME")
      ->check(refuse_no_name)
      ->group("Table");
  app.add_option("--name", arguments.name, "The table's name (default: that of --table)")
      ->option_text("NAME")
      ->check(refuse_no_name)
      ->group("Table");
  app.add_flag("--add-columns", arguments.add_columns, "Add the columns that the table lacks")->group("Table");
}

void add_merge_arguments(CLI::App& app, Arguments& arguments) {
  CLI::Option* upsert = app.add_flag("--upsert", arguments.upsert,
                                     "Replace only the records whose control numbers come again, and\nadd the others "
                                     "(default: replace all)")
                            ->group("Changes");
  app.add_option("--delete-where", arguments.delete_where,
                 "Delete the records of which this holds, instead of adding\nthem: 'LDR/5=\\d'")
      ->option_text("EXPR")
      ->check(refuse_empty)
      ->needs(upsert)
      ->group("Changes");
  app.add_option("--delete-ids", arguments.delete_ids_file,
                 "Delete the records whose control numbers are the lines of FILE")
      ->option_text("FILE")
      ->needs(upsert)
      ->group("Changes");
}

/// A connection string among the files would be quoted in an error line, with a password in it.
void require_inputs(const Arguments& arguments) {
  if (arguments.inputs.empty() && !arguments.delete_ids_file) throw UsageError("INPUT is required");
  for (const std::filesystem::path& input : arguments.inputs) {
    if (input.string().starts_with("postgres://") || input.string().starts_with("postgresql://")) {
      throw UsageError("an INPUT is a connection string: give it with --dbname");
    }
  }
}

void add_connection_arguments(CLI::App& app, Arguments& arguments) {
  app.add_option("--dbname", arguments.conninfo,
                 "The database, or a connection string as libpq reads it; no\npasswords")
      ->option_text("CONNINFO")
      ->check([](const std::string& text) { return find_fault_with_conninfo(text).value_or(""); })
      ->group("Connection");
  app.add_option(
         "--connections", arguments.connections,
         fmt::format("Connections that load at once (default: one for each core, up\nto {})", kMostConnectionsUnasked))
      ->option_text("N")
      ->transform(whole_number(1, kMostConnections))
      ->group("Connection");
}

void add_report_arguments(CLI::App& app, Arguments& arguments) {
  app.add_option("--report", arguments.report,
                 "Write the account of the run as JSON, or as text if the name\nends with .txt; - is standard output")
      ->option_text("FILE")
      ->group("Report");
  app.add_flag("-q,--quiet", arguments.quiet, "Print errors only, and one line where records were rejected")
      ->group("Report");
}

}  // namespace

void add_arguments(CLI::App& app, Arguments& arguments) {
  arguments.joint = "; ";
  app.footer(kFooter);
  add_input_arguments(app, arguments);
  add_table_arguments(app, arguments);
  add_merge_arguments(app, arguments);
  add_connection_arguments(app, arguments);
  add_report_arguments(app, arguments);
}

void complete(Arguments& arguments, std::stop_token stop) {
  require_inputs(arguments);
  if (arguments.name.empty() && !arguments.columns.empty()) throw UsageError("--columns needs a --name for its table");
  if (arguments.name.empty()) arguments.name = arguments.table;
  if (arguments.options.rejects == kStandardStream) throw UsageError("--rejects: needs a file");
  arguments.inputs = expand_patterns(arguments.inputs, arguments.input.keep_going);
  std::vector<std::filesystem::path> read = arguments.inputs;
  if (arguments.delete_ids_file) read.push_back(*arguments.delete_ids_file);
  if (std::ranges::count(read, kStandardStream) > 1) throw UsageError("standard input (-) can be read only once");
  if (arguments.delete_ids_file) {
    arguments.delete_ids = read_control_numbers(*arguments.delete_ids_file, std::move(stop));
  }
  if (arguments.connections == 0) {
    arguments.connections =
        std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMostConnectionsUnasked);
  }
}

bulkmarc::Table table_of(const Arguments& arguments) {
  if (!arguments.columns.empty()) return bulkmarc::Table::of_columns(arguments.columns, arguments.joint);
  return arguments.table == "subfields" ? bulkmarc::Table::subfields() : bulkmarc::Table::records();
}
