#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

/// What a program tells its shell; documented in --help and the manual pages.
enum class ExitStatus {
  kExported = 0,
  kFailed = 1,
  kUsage = 2,
  kRejects = 3,
};

/// The command line asks for something that is invalid. Ends the command with ExitStatus::kUsage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace CLI {
class App;
}

/// What a command line asks for, to be done once all of it has been parsed. The token asks it to stop.
using Action = std::function<ExitStatus(std::stop_token)>;

/// The path that stands for standard input or standard output.
inline constexpr const char* kStandardStream = "-";

/// Whether standard error takes a write without waiting for its reader, or for a terminal that was stopped (Ctrl-S).
[[nodiscard]] bool standard_error_has_room();

/// Prints the report of a run on standard error, and returns the status to exit with. A quiet program prints one line,
/// and only if there were rejects: how many, and the file of the report.
ExitStatus tell_outcome(std::string_view program, const bulkmarc::Report& report, bool quiet,
                        const std::optional<std::filesystem::path>& report_file);

/// Writes a text to standard output. Throws bulkmarc::Error (kOutputWrite).
void print_text(const std::string& text);

// Each program defines these two; main.cpp runs it, and the program in apps/reference/ prints its options.
extern const char* const kProgramName;
/// Names the app, and adds descriptions, options and subcommands to it. The parsing sets `action`, which must outlive
/// it and owns the arguments. The report gets the `command_line`.
void define_program(CLI::App& app, Action& action, const std::vector<std::string>& command_line);

/// Names the app, describes it, and adds --help and --version. To be called before subcommands are added.
void describe_program(CLI::App& app, const char* name, const char* description, const char* footer);

/// How a program talks to its shell: help and version on standard output, each error as one line on standard error, and
/// the exit status.
class Program {
 public:
  /// The app must outlive this.
  explicit Program(CLI::App& app) : app_(app) {}

  /// Parses the command line. Returns the exit status if nothing is left to do: help was shown, or the command line is
  /// invalid. Where there are subcommands, `help COMMAND` is `COMMAND --help`.
  std::optional<ExitStatus> parse(int argc, char** argv) const;

  /// Does what the command line asks for, and turns whatever it throws into an error message and an exit status. A
  /// signal that stopped it ends the process.
  [[nodiscard]] ExitStatus execute(const Action& action) const;

 private:
  [[nodiscard]] ExitStatus fail_usage(std::string_view message) const;
  void print_error(std::string_view message) const;
  [[nodiscard]] ExitStatus print(const std::string& text) const;

  CLI::App& app_;
};

/// The whole of main(): occupies standard streams that are closed, ignores the signals that a write may raise, and
/// reports what `run` throws.
int run_program(const char* name, const std::function<ExitStatus()>& run);
