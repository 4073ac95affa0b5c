#pragma once

#include "terminal/program.hpp"

namespace CLI {
class App;
}

/// Each adds its subcommand to `app`, and sets `action` when the command line names it. `action` must outlive the
/// parsing; what it holds owns its arguments.
void add_export_command(CLI::App& app, Action& action);
void add_check_command(CLI::App& app, Action& action);
void add_generate_command(CLI::App& app, Action& action);
