#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <set>
#include <string>

#include "command_test.hpp"
#include "support/find_all.hpp"

namespace {

using Words = std::set<std::string>;

const std::string kSubcommands[] = {"export", "check", "generate"};
const std::string kCompletions = BULKMARC_SOURCE_DIR "/apps/bulkmarc/completions/";
const std::string kBashCompletion = kCompletions + "bulkmarc.bash";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

Words options_in(const std::string& text) {
  return find_all(text, "(?:^|[^-a-z])(--?[a-zA-Z][-a-z0-9]*)(?![-a-z0-9])");
}

Words with_prefix(const Words& options, const std::string& prefix) {
  Words result;
  for (const std::string& option : options) result.insert(prefix + option);
  return result;
}

/// The options that the help lists at the beginning of its lines.
Words options_in_help(const std::vector<std::string>& arguments) {
  const std::string help = Process(arguments, {}).wait().out;
  Words options = find_all(help, "\n +(--?[a-zA-Z][-a-z0-9]*)");
  options.merge(find_all(help, "\n +-[a-zA-Z],(--[a-z][-a-z0-9]*)"));
  EXPECT_THAT(options, testing::Contains("--help"));
  return options;
}

Words all_options() {
  Words options = options_in_help({"--help"});
  for (const std::string& subcommand : kSubcommands) options.merge(options_in_help({subcommand, "--help"}));
  return options;
}

Words format_names() {
  Words names;
  for (const bulkmarc::Format format : bulkmarc::all_formats()) names.emplace(bulkmarc::format_name(format));
  return names;
}

/// What bash offers after `bulkmarc SUBCOMMAND -`.
Words offered_by_bash(const std::string& words, int position) {
  const std::string script = "bash -c 'source \"" + kBashCompletion + "\"; COMP_WORDS=(" + words +
                             "); COMP_CWORD=" + std::to_string(position) +
                             "; _bulkmarc; printf \"%s\\n\" \"${COMPREPLY[@]}\"'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(script.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) output += buffer.data();
  return find_all(output, "([^\n]+)");
}

TEST(Documents, ManPageNamesEveryOptionAndNoOther) {
  const std::string page = read_file(BULKMARC_SOURCE_DIR "/docs/man/bulkmarc.1");
  const std::string plain =
      std::regex_replace(std::regex_replace(page, std::regex(R"(\\f[A-Z])"), ""), std::regex(R"(\\-)"), "-");
  const std::size_t begin = plain.find(".SH OPTIONS");
  const std::size_t end = plain.find(".SH FORMATS");
  ASSERT_LT(begin, end);
  EXPECT_EQ(options_in(plain.substr(begin, end - begin)), all_options());
}

TEST(Documents, ManPageNamesEveryFormatAndExitStatus) {
  const std::string page = read_file(BULKMARC_SOURCE_DIR "/docs/man/bulkmarc.1");
  EXPECT_EQ(find_all(page, "\n([a-z]+)\t"), format_names());
  EXPECT_EQ(find_all(page, "\\.TP\n\\.B ([0-9])\n"), (Words{"0", "1", "2", "3"}));
}

TEST(Documents, BashOffersTheOptionsOfEachSubcommand) {
  for (const std::string& subcommand : kSubcommands) {
    EXPECT_EQ(offered_by_bash("bulkmarc " + subcommand + " -", 2), options_in_help({subcommand, "--help"}));
  }
  EXPECT_EQ(offered_by_bash("bulkmarc -", 1), options_in_help({"--help"}));
}

TEST(Documents, BashOffersSubcommandsFormatsAndBackends) {
  EXPECT_EQ(offered_by_bash("bulkmarc g", 1), Words{"generate"});
  EXPECT_EQ(offered_by_bash("bulkmarc export --backend m", 3), Words{"mapped"});
  EXPECT_EQ(offered_by_bash("bulkmarc export --to \"\"", 3), format_names());
}

TEST(Documents, ZshOffersEveryOptionAndNoOther) {
  const std::string script = read_file(kCompletions + "_bulkmarc");
  Words offered = find_all(script, "'(--[a-z0-9-]+)\\[");
  offered.merge(find_all(script, "\\{(-[a-zA-Z]),--"));
  offered.merge(find_all(script, "\\{-[a-zA-Z],(--[a-z0-9-]+)\\}"));
  EXPECT_EQ(offered, all_options());
}

TEST(Documents, FishOffersEveryOptionAndNoOther) {
  const std::string script = read_file(kCompletions + "bulkmarc.fish");
  Words offered = with_prefix(find_all(script, "complete [^\n]* -l ([a-z0-9-]+)"), "--");
  offered.merge(with_prefix(find_all(script, "complete [^\n]* -s ([a-zA-Z]) "), "-"));
  EXPECT_EQ(offered, all_options());
}

}  // namespace
