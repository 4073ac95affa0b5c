#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bulkmarc/bulkmarc.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/find_all.hpp"

namespace {

using Words = std::set<std::string>;

/// A program, and what the build makes from its options.
struct Program {
  std::string name;
  std::string command;
  std::string folder;
  std::vector<std::string> subcommands;
};

const Program kCommand = {
    "bulkmarc",
    BULKMARC_COMMAND,
    BULKMARC_REFERENCE "/",
    {"export", "check", "show", "diff", "count", "plan", "commit", "abort", "schema", "generate"}};
#ifdef BULKMARC_PGLOAD
const Program kLoader = {"bulkmarc-pgload", BULKMARC_PGLOAD, BULKMARC_PGLOAD_REFERENCE "/", {}};
const std::vector<Program> kPrograms = {kCommand, kLoader};
#else
const std::vector<Program> kPrograms = {kCommand};
#endif

std::ostream& operator<<(std::ostream& out, const Program& program) { return out << program.name; }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What bash prints for the script.
std::string output_of(const std::string& script) {
  const std::string command = "bash -c '" + std::regex_replace(script, std::regex("'"), "'\\''") + "'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) output += buffer.data();
  return output;
}

Words with_prefix(const Words& options, const std::string& prefix) {
  Words result;
  for (const std::string& option : options) result.insert(prefix + option);
  return result;
}

/// The options that the help lists at the beginning of its lines.
Words options_in_help(const Program& program, const std::string& subcommand = "") {
  const std::string help = output_of("\"" + program.command + "\" " + subcommand + " --help");
  Words options = find_all(help, "\n +(--?[a-zA-Z][-a-z0-9]*)");
  options.merge(find_all(help, "\n +-[a-zA-Z],(--[a-z][-a-z0-9]*)"));
  EXPECT_THAT(options, testing::Contains("--help"));
  return options;
}

Words all_options(const Program& program) {
  Words options = options_in_help(program);
  for (const std::string& subcommand : program.subcommands) options.merge(options_in_help(program, subcommand));
  return options;
}

Words format_names() {
  Words names;
  for (const bulkmarc::Format format : bulkmarc::all_formats()) names.emplace(bulkmarc::format_name(format));
  return names;
}

/// What bash offers for the last of the words; "FILES" stands for the names of files.
Words offered_by_bash(const Program& program, const std::string& words) {
  const std::string function = "_" + std::regex_replace(program.name, std::regex("-"), "_");
  return find_all(
      output_of("compopt() { echo FILES; }; source \"" + program.folder + program.name + ".bash\"; COMP_WORDS=(" +
                program.name + " " + words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); " + function +
                "; printf \"%s\\n\" \"${COMPREPLY[@]}\""),
      "([^\n]+)");
}

class Documents : public testing::TestWithParam<Program> {};

TEST_P(Documents, ManPageNamesEveryOptionAndNoOther) {
  const std::string page = read_file(GetParam().folder + GetParam().name + ".1");
  const std::string plain =
      std::regex_replace(std::regex_replace(page, std::regex(R"(\\f[A-Z])"), ""), std::regex(R"(\\-)"), "-");
  const std::size_t begin = plain.find(".SH OPTIONS");
  const std::size_t end = plain.find(".SH", begin + 1);
  ASSERT_LT(begin, end);
  EXPECT_EQ(find_all(plain.substr(begin, end - begin), "(?:^|[^-a-z])(--?[a-zA-Z][-a-z0-9]*)(?![-a-z0-9])"),
            all_options(GetParam()));
}

TEST_P(Documents, ManPageNamesEveryExitStatus) {
  const std::string page = read_file(GetParam().folder + GetParam().name + ".1");
  EXPECT_EQ(find_all(page, "\\.TP\n\\.B ([0-9])\n"), (Words{"0", "1", "2", "3"}));
}

TEST_P(Documents, HelpFitsATerminalOfAHundredColumns) {
  std::vector<std::string> commands = GetParam().subcommands;
  commands.emplace_back();
  for (const std::string& command : commands) {
    const std::string help = output_of("\"" + GetParam().command + "\" " + command + " --help");
    EXPECT_THAT(find_all(help, "([^\n]{101,})"), testing::IsEmpty());
  }
}

TEST_P(Documents, BashOffersOptionsValuesAndFiles) {
  EXPECT_EQ(output_of("bash -n \"" + GetParam().folder + GetParam().name + ".bash\" 2>&1"), "");
  const std::string before = GetParam().subcommands.empty() ? "" : "export ";
  EXPECT_EQ(offered_by_bash(GetParam(), before + "-"), options_in_help(GetParam(), before));
  EXPECT_EQ(offered_by_bash(GetParam(), before + "--table s"), Words{"subfields"});
  EXPECT_EQ(offered_by_bash(GetParam(), before + "--from m"), (Words{"mrc", "marcxml", "mrk"}));
  EXPECT_EQ(offered_by_bash(GetParam(), before + "--limit \"\""), Words{});
  EXPECT_EQ(offered_by_bash(GetParam(), before + "--rejects \"\""), Words{"FILES"});
  EXPECT_EQ(offered_by_bash(GetParam(), before + "c"), Words{"FILES"});
}

TEST_P(Documents, ZshOffersEveryOptionAndNoOther) {
  const std::string script = read_file(GetParam().folder + "_" + GetParam().name);
  Words offered = find_all(script, "[ ](--[a-z0-9-]+)'\\[");
  offered.merge(find_all(script, "\\{(-[a-zA-Z]),--"));
  offered.merge(find_all(script, "\\{-[a-zA-Z],(--[a-z0-9-]+)\\}"));
  EXPECT_EQ(offered, all_options(GetParam()));
  EXPECT_EQ(output_of("if command -v zsh >/dev/null; then zsh -n \"" + GetParam().folder + "_" + GetParam().name +
                      "\" 2>&1; fi"),
            "");
}

TEST_P(Documents, FishOffersEveryOptionAndNoOther) {
  const std::string script = read_file(GetParam().folder + GetParam().name + ".fish");
  Words offered = with_prefix(find_all(script, "complete [^\n]* -l ([a-z0-9-]+)"), "--");
  offered.merge(with_prefix(find_all(script, "complete [^\n]* -s ([a-zA-Z]) "), "-"));
  EXPECT_EQ(offered, all_options(GetParam()));
  EXPECT_EQ(output_of("if command -v fish >/dev/null; then fish -n \"" + GetParam().folder + GetParam().name +
                      ".fish\" 2>&1; fi"),
            "");
}

INSTANTIATE_TEST_SUITE_P(Programs, Documents, testing::ValuesIn(kPrograms));

TEST(CommandDocuments, ManPageNamesEveryFormat) {
  EXPECT_EQ(find_all(read_file(kCommand.folder + "bulkmarc.1"), "\n([a-z]+)\t"), format_names());
}

TEST(CommandDocuments, BashOffersTheOptionsOfEachSubcommand) {
  for (const std::string& subcommand : kCommand.subcommands) {
    EXPECT_EQ(offered_by_bash(kCommand, subcommand + " -"), options_in_help(kCommand, subcommand));
  }
  EXPECT_EQ(offered_by_bash(kCommand, "-"), options_in_help(kCommand));
}

TEST(CommandDocuments, BashOffersSubcommandsFormatsAndBackends) {
  EXPECT_EQ(offered_by_bash(kCommand, "g"), Words{"generate"});
  EXPECT_EQ(offered_by_bash(kCommand, "help c"), (Words{"check", "count", "commit"}));
  EXPECT_EQ(offered_by_bash(kCommand, "export --backend m"), Words{"mapped"});
  EXPECT_EQ(offered_by_bash(kCommand, "export --to \"\""), format_names());
  EXPECT_EQ(offered_by_bash(kCommand, "generate \"\""), Words{});
}

}  // namespace
