#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <regex>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "commands.hpp"
#include "stop_signals.hpp"
#include "usage_error.hpp"

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
    "  2  the command line can't be meant\n"
    "  3  exported, but with rejected records\n\n"
    "Examples:\n"
    "  bulkmarc export catalog.mrc -o catalog.xml\n"
    "  bulkmarc check catalog.mrc\n"
    "  bulkmarc generate --records 1000000 -o million.mrc\n\n"
    "'bulkmarc export --help' tells an export's options.\n";

#if defined(__clang__)
constexpr const char* kCompiler = "Clang " __clang_version__;
#else
constexpr const char* kCompiler = "GCC " __VERSION__;
#endif
#if defined(NDEBUG)
constexpr const char* kChecks = "without assertions";
#else
constexpr const char* kChecks = "with assertions";
#endif

/// One line, whatever a file is called.
void complain(std::string message) {
  std::ranges::replace_if(
      message, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  std::fputs(fmt::format("bulkmarc: {}\n", message).c_str(), stderr);
}

ExitStatus fail_usage(const CLI::App& app, const std::string& message) {
  const auto chosen = app.get_subcommands();
  complain(fmt::format("{} (see 'bulkmarc {}--help')", message, chosen.empty() ? "" : chosen[0]->get_name() + " "));
  return ExitStatus::kUsage;
}

ExitStatus print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return ExitStatus::kExported;
  complain(fmt::format("standard output: {}", std::generic_category().message(errno)));
  return ExitStatus::kFailed;
}

ExitStatus fail(const bulkmarc::Error& error, const CLI::App& app, const StopSignals& signals) {
  switch (error.code()) {
    case bulkmarc::ErrorCode::kInvalidOptions:
      return fail_usage(app, error.what());
    case bulkmarc::ErrorCode::kCancelled:
      complain(fmt::format("stopped by a signal: {}", strsignal(signals.received())));
      StopSignals::end_process(signals.received());
    default:
      complain(error.what());
      return ExitStatus::kFailed;
  }
}

ExitStatus execute(CLI::App& app, const Action& action, const StopSignals& signals) try {
  return action(signals.token());
} catch (const UsageError& error) {
  return fail_usage(app, error.what());
} catch (const bulkmarc::Error& error) {
  return fail(error, app, signals);
} catch (const std::bad_alloc&) {
  complain("out of memory");
  return ExitStatus::kFailed;
} catch (const std::exception& error) {
  complain(error.what());
  return ExitStatus::kFailed;
}

ExitStatus parse_and_execute(int argc, char** argv) {
  CLI::App app(kDescription, "bulkmarc");
  Action action;
  app.set_version_flag("--version",
                       fmt::format("bulkmarc {}\nbuilt by {}, {}", bulkmarc::version(), kCompiler, kChecks),
                       "Show the version, and how it was built");
  app.set_help_flag("-h,--help", "Show this help, or a subcommand's");
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(32);
  add_export_command(app, action);
  add_check_command(app, action);
  add_generate_command(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print(std::regex_replace(app.help(), std::regex("\n\n\n"), "\n\n"));
  } catch (const CLI::CallForVersion& version) {
    return print(version.what() + std::string("\n"));
  } catch (const CLI::ParseError& error) {
    return fail_usage(app, error.what());
  }
  if (!action) return fail_usage(app, "a subcommand is needed: export, check or generate");
  const StopSignals signals;
  return execute(app, action, signals);
}

/// A file that the run opens must not become a standard stream that happens to be closed. Each is opened the way that
/// makes its use fail.
void occupy_closed_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) == -1) open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  occupy_closed_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return static_cast<int>(parse_and_execute(argc, argv));
} catch (const std::exception& error) {
  std::fputs("bulkmarc: ", stderr);
  std::fputs(error.what(), stderr);
  std::fputs("\n", stderr);
  return static_cast<int>(ExitStatus::kFailed);
}
