#pragma once

#include <string>
#include <vector>

#include "terminal/program.hpp"

namespace CLI {
class App;
}

/// Each adds its subcommand to `app`, and sets `action` when the command line names it. `action` must outlive the
/// parsing; what it holds owns its arguments. The report gets the `command_line`.
void add_export_command(CLI::App& app, Action& action, const std::vector<std::string>& command_line);
void add_check_command(CLI::App& app, Action& action, const std::vector<std::string>& command_line);
void add_generate_command(CLI::App& app, Action& action, const std::vector<std::string>& command_line);
