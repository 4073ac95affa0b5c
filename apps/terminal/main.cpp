#include <CLI/CLI.hpp>

#include "terminal/program.hpp"

namespace {

ExitStatus parse_and_execute(int argc, char** argv) {
  CLI::App app;
  Action action;
  define_program(app, action, {argv, argv + argc});
  const Program program(app);
  if (const auto status = program.parse(argc, argv)) return *status;
  return program.execute(action);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program(kProgramName, [=] { return parse_and_execute(argc, argv); });
}
