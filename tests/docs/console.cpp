#include "docs/console.hpp"

#include <cstdlib>
#include <fstream>
#include <span>
#include <sstream>
#include <string_view>
#include <vector>

#include <cstdio>
#include <regex>

#include "docs/markdown.hpp"

namespace {

constexpr std::string_view kPrompt = "$ ";
constexpr std::string_view kContinued = "> ";
constexpr std::string_view kAnyLines = "...";
constexpr std::string_view kRestOfLine = " ...";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string shell_quoted(const std::string& word) {
  return std::string("'").append(std::regex_replace(word, std::regex("'"), R"('\'')")).append("'");
}

std::string script_of(const std::string& block) {
  std::string script = "exec </dev/null 2>&1\nstatus=0\n";
  const std::string tell = "[ $status = 0 ] || echo \"[exit status $status]\"\n";
  const std::vector<std::string> lines = lines_of(block);
  for (auto at = lines.begin(); at != lines.end(); ++at) {
    if (!at->starts_with(kPrompt)) continue;
    std::string line = *at;
    std::string command = line.substr(kPrompt.size());
    for (; at + 1 != lines.end() && at[1].starts_with(kContinued); ++at) {
      line += "\n" + at[1];
      command += "\n" + at[1].substr(kContinued.size());
    }
    if (command.find("$?") == std::string::npos) script += tell;
    script += "printf '%s\\n' " + shell_quoted(line) + "\n(exit $status)\n" + command + "\nstatus=$?\n";
  }
  return script + tell;
}

std::string without_what_varies(const std::string& line) {
  static const std::regex kNumber(R"([0-9][0-9,.]*(e-?[0-9]+)?)");
  static const std::regex kTimes("(seconds|speed) .*");
  static const std::regex kJsonNumber(R"re(("(measure|serialize|commit|total|threads)": )[0-9.e-]+)re");
  static const std::regex kBackend(R"(backend [a-z]+ \([^)]*\), [0-9]+ threads?)");
  static const std::regex kTrailingBlanks(" +$");
  static const std::regex kJsonBackend(R"re(("backend(_reason)?": )"[^"]*")re");
  static const std::regex kTimestamp(R"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z)");
  if (std::regex_match(line, kTimes)) return std::regex_replace(line, kNumber, "N");
  std::string stable = std::regex_replace(line, kTrailingBlanks, "");
  stable = std::regex_replace(stable, kTimestamp, "T");
  stable = std::regex_replace(stable, kJsonNumber, "$1N");
  stable = std::regex_replace(stable, kBackend, "backend B, N threads");
  return std::regex_replace(stable, kJsonBackend, "$1B");
}

bool shows_line(const std::string& expected, const std::string& seen) {
  if (!expected.ends_with(kRestOfLine)) return without_what_varies(expected) == without_what_varies(seen);
  return seen.starts_with(expected.substr(0, expected.size() - kRestOfLine.size()));
}

bool shows_lines(std::span<const std::string> expected, std::span<const std::string> seen) {
  if (expected.empty()) return seen.empty();
  if (expected.front() == kAnyLines) {
    for (std::size_t skipped = 0; skipped <= seen.size(); ++skipped) {
      if (shows_lines(expected.subspan(1), seen.subspan(skipped))) return true;
    }
    return false;
  }
  return !seen.empty() && shows_line(expected.front(), seen.front()) &&
         shows_lines(expected.subspan(1), seen.subspan(1));
}

}  // namespace

std::string replay(const std::string& block, const std::filesystem::path& folder) {
  const std::filesystem::path script = folder / ".script";
  const std::filesystem::path output = folder / ".output";
  std::ofstream(script) << script_of(block);
  const std::string run = "cd " + shell_quoted(folder.string()) + " && bash .script >.output";
  const int status = std::system(run.c_str());
  std::string seen = read_file(output);
  if (status != 0) seen += "[the shell failed]\n";
  std::filesystem::remove(script);
  std::filesystem::remove(output);
  return seen;
}

bool shows(const std::string& expected, const std::string& seen) {
  return shows_lines(lines_of(expected), lines_of(seen));
}
