#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "terminal/program.hpp"

namespace {

constexpr const char* kDescription =
    "Dumps whole MARC 21 catalogues to files, on every core, as a whole or not at all.\n";

constexpr const char* kFooter =
    "Formats:\n"
    "  mrc      ISO 2709, as MARC 21 uses it    .mrc .marc\n"
    "  marcxml  MARCXML (\"slim\")                .xml\n"
    "  json     MARC-in-JSON, one array         .json\n"
    "  ndjson   MARC-in-JSON, one record a line .ndjson .jsonl\n"
    "  mrk      MARCMaker text                  .mrk\n"
    "  An output's format is named with --to, or follows from its file name.\n"
    "  An input's format is what its first bytes tell.\n\n"
    "Exit status:\n"
    "  0  every record was exported\n"
    "  1  the run failed; an output file is as it was before\n"
    "  2  invalid command line\n"
    "  3  exported, but with rejected records\n\n"
    "Examples:\n"
    "  bulkmarc export catalog.mrc -o catalog.xml\n"
    "  bulkmarc check catalog.mrc\n"
    "  bulkmarc generate --records 1000000 -o million.mrc\n\n"
    "'bulkmarc help export' shows an export's options.\n";

ExitStatus parse_and_execute(int argc, char** argv) {
  CLI::App app(kDescription);
  const Program program(app, "bulkmarc", "Show this help, or a subcommand's");
  Action action;
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  const std::vector<std::string> command_line(argv, argv + argc);
  add_export_command(app, action, command_line);
  add_check_command(app, action, command_line);
  add_generate_command(app, action, command_line);
  // `help COMMAND` is `COMMAND --help`.
  std::vector<char*> arguments(argv, argv + argc);
  std::string help = "--help";
  if (argc >= 2 && argv[1] == std::string_view("help")) {
    arguments.erase(arguments.begin() + 1);
    arguments.push_back(help.data());
  }
  if (const auto status = program.parse(argc, arguments.data())) return *status;
  if (!action) return program.fail_usage("a subcommand is needed: export, check or generate");
  return program.execute(action);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("bulkmarc", [=] { return parse_and_execute(argc, argv); });
}
