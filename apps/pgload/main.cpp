#include <CLI/CLI.hpp>

#include "arguments.hpp"
#include "load.hpp"
#include "terminal/program.hpp"

namespace {

ExitStatus parse_and_load(int argc, char** argv) {
  CLI::App app("Loads whole MARC 21 catalogues into a table of PostgreSQL, as a whole or not at all.\n");
  const Program program(app, "bulkmarc-pgload", "Show this help");
  Arguments arguments;
  arguments.options.command_line = {argv, argv + argc};
  add_arguments(app, arguments);
  if (const auto status = program.parse(argc, argv)) return *status;
  return program.execute([&arguments](std::stop_token stop) { return load(arguments, std::move(stop)); });
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("bulkmarc-pgload", [=] { return parse_and_load(argc, argv); });
}
