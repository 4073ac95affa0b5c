#pragma once

#include <functional>
#include <stop_token>

#include "exit_status.hpp"

namespace CLI {
class App;
}

/// What the command line asks for, to be done when it has been parsed whole.
using Action = std::function<ExitStatus(std::stop_token)>;

/// Each adds its subcommand to `app`, and sets `action` when the command line names it. `action` must outlive the
/// parsing; what it holds owns its arguments.
void add_export_command(CLI::App& app, Action& action);
void add_check_command(CLI::App& app, Action& action);
void add_generate_command(CLI::App& app, Action& action);
