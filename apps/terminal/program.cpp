#include "program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <map>
#include <new>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "stop_signals.hpp"

namespace {

/// Of a diff, those of both sides and all outputs.
std::string rejects_line(const bulkmarc::Report& report, const std::optional<std::filesystem::path>& report_file) {
  std::map<bulkmarc::Reason, std::uint64_t> by_reason;
  std::uint64_t rejected = 0;
  const auto add = [&](const bulkmarc::Report* account) {
    if (account == nullptr) return;
    rejected += account->records_rejected;
    for (const auto& [reason, records] : account->rejects_by_reason) by_reason[reason] += records;
  };
  add(&report);
  if (report.diff) {
    for (const auto& account : {report.diff->old_records, report.diff->added_output, report.diff->changed_output,
                                report.diff->deleted_output})
      add(account.get());
  }
  std::vector<std::string> reasons;
  reasons.reserve(by_reason.size());
  for (const auto& [reason, records] : by_reason) {
    reasons.push_back(fmt::format("{} {}", bulkmarc::reason_name(reason), records));
  }
  const bool is_file = report_file && *report_file != kStandardStream;
  return bulkmarc::printable(fmt::format("{} record{} rejected ({}); see {}", rejected, rejected == 1 ? "" : "s",
                                         fmt::join(reasons, ", "), is_file ? report_file->string() : "--report"));
}

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

constexpr std::size_t kHelpColumn = 32;
constexpr const char* kStandardOutput = "standard output";

/// A file that the run opens must not take the place of a closed standard stream. Each is opened in the way that makes
/// its use fail.
void occupy_closed_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) == -1) open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

/// Lays a help out much the same with every version of CLI11: 2.6 would fill the lines of tables anew, and align long
/// names far from the margin.
template <typename Formatter>
void set_layout(Formatter& formatter) {
  formatter.column_width(kHelpColumn);
  if constexpr (requires { formatter.enable_footer_formatting(false); }) {
    formatter.enable_description_formatting(false);
    formatter.enable_footer_formatting(false);
    formatter.long_option_alignment_ratio(2.0F / kHelpColumn);
    formatter.right_column_width(kHelpColumn * 3);
  }
}

/// CLI11 leaves two empty lines between some groups of a help, and some versions leave a space at the end of a line.
std::string without_gaps(std::string text) {
  for (const std::string_view gap : {" \n", "\n\n\n"}) {
    for (std::size_t at = 0; (at = text.find(gap, at)) != std::string::npos;) text.erase(at, 1);
  }
  return text;
}

/// How many characters must be added, removed or replaced to turn one into the other.
std::size_t edit_distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

/// Replaces the former name of an option. CLI11 can hide an option, but then its own messages do not name it.
void use_present_name(std::string& argument) {
  constexpr std::string_view kFormer = "--joint";
  if (argument == kFormer || argument.starts_with("--joint=")) argument.replace(0, kFormer.size(), "--separator");
}

/// The names that are valid in the place of `argument`: options or subcommands.
std::vector<std::string> names_beside(const CLI::App& app, std::string_view argument) {
  std::vector<std::string> names;
  if (!argument.starts_with('-')) {
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return names;
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// The message about the first argument that nothing takes, without its value, which may hold a password.
std::optional<std::string> extras_message(const CLI::App& app) {
  constexpr std::size_t kMaxDistance = 2;
  const std::vector<std::string> extras = app.remaining(true);
  if (extras.empty()) return std::nullopt;
  const std::string argument = extras.front().substr(0, extras.front().find('='));
  const auto chosen = app.get_subcommands();
  const auto distance = [&argument](const std::string& name) { return edit_distance(argument, name); };
  const std::vector<std::string> names = names_beside(chosen.empty() ? app : *chosen.front(), argument);
  const auto nearest = std::ranges::min_element(names, {}, distance);
  if (nearest == names.end() || distance(*nearest) > kMaxDistance) {
    return fmt::format("{} was not expected", argument);
  }
  return fmt::format("{} was not expected; did you mean {}?", argument, *nearest);
}

/// True when the reader of standard output has gone (`... | head`); a program then ends quietly.
bool is_end_of_reader(const bulkmarc::Error& error) {
  return error.code() == bulkmarc::ErrorCode::kOutputWrite && error.os_error() == EPIPE &&
         error.path() == kStandardOutput;
}

}  // namespace

bool standard_error_has_room() {
  pollfd waiting = {STDERR_FILENO, POLLOUT, 0};
  return poll(&waiting, 1, 0) == 1;
}

ExitStatus tell_outcome(std::string_view program, const bulkmarc::Report& report, bool quiet,
                        const std::optional<std::filesystem::path>& report_file) {
  StopSignals::end_at_once_from_now_on();
  const bool has_rejects = report.status() == "rejects";
  if (!quiet) {
    std::fputs(report.to_text().c_str(), stderr);
  } else if (has_rejects) {
    std::fputs(fmt::format("{}: {}\n", program, rejects_line(report, report_file)).c_str(), stderr);
  }
  return has_rejects ? ExitStatus::kRejects : ExitStatus::kExported;
}

void print_text(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return;
  throw bulkmarc::Error(bulkmarc::ErrorCode::kOutputWrite, kStandardOutput, "can't write", errno);
}

void describe_program(CLI::App& app, const char* name, const char* description, const char* footer) {
  app.name(name);
  app.description(std::string(description) + '\n');
  app.footer(footer);
  app.option_defaults()->group("Options");  // Other versions of CLI11 have other names for it.
  const std::string version = fmt::format("{} {}\nbuilt by {}, {}", name, bulkmarc::version(), kCompiler, kChecks);
  app.set_version_flag("-V,--version", version, "Show the version and how it was built");
  app.set_help_flag("-h,--help", "Show this help");
  set_layout(*app.get_formatter());
}

std::optional<ExitStatus> Program::parse(int argc, char** argv) const try {
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  if (!arguments.empty() && arguments.front() == "help" && !app_.get_subcommands({}).empty()) {
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  for (std::string& argument : arguments) use_present_name(argument);
  std::ranges::reverse(arguments);  // As CLI11 takes them.
  app_.parse(std::move(arguments));
  return std::nullopt;
} catch (const CLI::CallForHelp&) {
  return print(without_gaps(app_.help()));
} catch (const CLI::CallForVersion& version) {
  return print(version.what() + std::string("\n"));
} catch (const CLI::ExtrasError& error) {
  return fail_usage(extras_message(app_).value_or(error.what()));
} catch (const CLI::ParseError& error) {
  return fail_usage(error.what());
}

ExitStatus Program::execute(const Action& action) const {
  const StopSignals signals;
  try {
    return action(signals.token());
  } catch (const UsageError& error) {
    return fail_usage(error.what());
  } catch (const bulkmarc::Error& error) {
    StopSignals::end_at_once_from_now_on();
    if (error.code() == bulkmarc::ErrorCode::kInvalidOptions) return fail_usage(error.what());
    if (error.code() == bulkmarc::ErrorCode::kCancelled && signals.received() != 0) {
      if (standard_error_has_room()) print_error(fmt::format("stopped by a signal: {}", strsignal(signals.received())));
      StopSignals::end_process(signals.received());
    }
    if (is_end_of_reader(error)) StopSignals::end_process(SIGPIPE);
    print_error(error.what());
  } catch (const std::bad_alloc&) {
    print_error("out of memory");
  } catch (const std::exception& error) {
    print_error(error.what());
  }
  return ExitStatus::kFailed;
}

ExitStatus Program::fail_usage(std::string_view message) const {
  const auto chosen = app_.get_subcommands();
  const std::string subcommand = chosen.empty() ? "" : chosen.front()->get_name() + " ";
  print_error(fmt::format("{} (see '{} {}--help')", message, app_.get_name(), subcommand));
  return ExitStatus::kUsage;
}

/// One line, even if the name of a file has several.
void Program::print_error(std::string_view message) const {
  std::fputs(fmt::format("{}: {}\n", app_.get_name(), bulkmarc::printable(message)).c_str(), stderr);
}

ExitStatus Program::print(const std::string& text) const {
  return execute([&text](const std::stop_token&) {
    print_text(text);
    return ExitStatus::kExported;
  });
}

int run_program(const char* name, const std::function<ExitStatus()>& run) try {
  occupy_closed_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return static_cast<int>(run());
} catch (const std::exception& error) {
  std::fputs(name, stderr);
  std::fputs(": ", stderr);
  std::fputs(error.what(), stderr);
  std::fputs("\n", stderr);
  return static_cast<int>(ExitStatus::kFailed);
}
