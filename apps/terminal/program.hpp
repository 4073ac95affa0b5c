#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "exit_status.hpp"

namespace CLI {
class App;
}

/// What a command line asks for, to be done when it has been parsed whole. The token asks it to stop.
using Action = std::function<ExitStatus(std::stop_token)>;

/// The path that stands for standard input or standard output.
inline constexpr const char* kStandardStream = "-";

/// Whether something can be written to standard error without waiting for somebody who reads it, or for a terminal that
/// has been stopped (Ctrl-S).
[[nodiscard]] bool standard_error_has_room();

/// How a program talks to its shell: help and version on standard output, each complaint as one line on standard error,
/// and the exit status. The app must outlive it.
class Program {
 public:
  /// Names the app, and adds --help and --version to it.
  Program(CLI::App& app, std::string name, const std::string& what_help_shows);

  /// Parses the command line. Returns the exit status where nothing is left to do: help is shown, or the line can't be
  /// meant.
  std::optional<ExitStatus> parse(int argc, char** argv) const;

  /// Does what the command line asks for, and turns whatever it throws into a complaint and an exit status. Ends the
  /// process by the signal that stopped it.
  [[nodiscard]] ExitStatus execute(const Action& action) const;

  [[nodiscard]] ExitStatus fail_usage(std::string_view message) const;

 private:
  void complain(std::string_view message) const;
  [[nodiscard]] ExitStatus print(const std::string& text) const;

  CLI::App& app_;
  std::string name_;
};

/// The whole of main(): sees that the standard streams and the signals are such that a run can't do harm, and catches
/// what `run` throws.
int run_program(const char* name, const std::function<ExitStatus()>& run);
