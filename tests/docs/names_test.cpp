#include <array>
#include <cctype>
#include <memory>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>

#include <bulkmarc/bulkmarc.hpp>

#include "docs/markdown.hpp"
#include "support/temporary_folder.hpp"

namespace fs = std::filesystem;

namespace {

using Names = std::set<std::string>;

/// Everything in `text` that the expression's first group matches, as often as it does.
std::vector<std::string> find_all(const std::string& text, const std::string& expression) {
  const std::regex regex(expression);
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.push_back((*match)[1]);
  }
  return found;
}

/// How many enumerators the enumeration of a public header has.
int count_enumerators(const std::string& header, const std::string& enumeration) {
  const std::string text = read_file(checkout() / "include/bulkmarc" / header);
  const std::size_t begin = text.find("enum class " + enumeration + " ");
  EXPECT_NE(begin, std::string::npos) << enumeration;
  return static_cast<int>(find_all(text.substr(begin, text.find("};", begin) - begin), "\n  (k[A-Za-z0-9]+),").size());
}

Names headings_of(const fs::path& document) {
  const auto headings = read_document(document).code_headings;
  EXPECT_EQ(Names(headings.begin(), headings.end()).size(), headings.size()) << document << " explains something twice";
  return {headings.begin(), headings.end()};
}

TEST(Names, ErrorsAreExplainedEach) {
  Names codes;
  for (int code = 0; code < count_enumerators("error.hpp", "ErrorCode"); ++code) {
    codes.emplace(bulkmarc::error_name(static_cast<bulkmarc::ErrorCode>(code)));
  }
  EXPECT_THAT(codes, testing::Contains("cancelled"));
  EXPECT_EQ(headings_of("docs/errors.md"), codes);
}

TEST(Names, ReasonsAreExplainedEach) {
  Names codes;
  for (int code = 0; code < count_enumerators("report.hpp", "Reason"); ++code) {
    codes.emplace(bulkmarc::reason_name(static_cast<bulkmarc::Reason>(code)));
  }
  EXPECT_THAT(codes, testing::Contains("field_too_long"));
  EXPECT_EQ(headings_of("docs/reasons.md"), codes);
}

/// The part of a document under the heading `name`.
std::string section(const std::string& text, const std::string& name) {
  const std::size_t begin = text.find("\n### `" + name + "`");
  return text.substr(begin, text.find("\n#", begin + 1) - begin);
}

TEST(Names, ReasonsHaveACauseAndACureEach) {
  const std::string text = read_file(checkout() / "docs/reasons.md");
  for (const std::string& name : headings_of("docs/reasons.md")) {
    EXPECT_THAT(section(text, name), testing::HasSubstr("*Cause:*")) << name;
    EXPECT_THAT(section(text, name), testing::HasSubstr("*Cure:*")) << name;
  }
}

TEST(Names, ReasonsAreTestedEach) {
  std::string tests;
  for (const auto& entry : fs::recursive_directory_iterator(checkout() / "tests")) {
    if (entry.path().extension() == ".cpp") tests += read_file(entry.path());
  }
  for (const std::string& name : headings_of("docs/reasons.md")) {
    std::string enumerator = "k";
    for (std::size_t i = 0; i < name.size(); ++i) {
      if (name[i] == '_') continue;
      const bool begins_word = i == 0 || name[i - 1] == '_';
      enumerator += begins_word ? static_cast<char>(std::toupper(name[i])) : name[i];
    }
    const bool tested =
        tests.find("Reason::" + enumerator) != std::string::npos || tests.find("\"" + name + "\"") != std::string::npos;
    EXPECT_TRUE(tested) << name;
  }
}

void collect_keys(const nlohmann::json& json, const std::string& prefix, Names& keys) {
  if (json.is_array() && !json.empty()) return collect_keys(json.front(), prefix, keys);
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    keys.insert(prefix + key);
    collect_keys(value, prefix + key + ".", keys);
  }
}

TEST(Names, FieldsOfTheReportAreExplainedEach) {
  bulkmarc::Report report;
  report.error.emplace();
  report.rejects.emplace_back();
  report.repairs.emplace_back();
  report.duplicates.emplace_back();
  report.merge.emplace();
  report.diff.emplace().old_records = std::make_shared<const bulkmarc::Report>();
  report.inputs_passed_over.emplace_back();
  bulkmarc::Statistics& statistics = report.statistics.emplace();
  statistics.types.push_back({'a', 'm', 1});
  statistics.encodings.push_back({bulkmarc::Encoding::kUtf8, 1});
  statistics.fields.push_back({"245", 1, 1, {{'a', 1, 1}}});
  Names keys;
  collect_keys(nlohmann::json::parse(report.to_json()), "", keys);
  for (auto key = keys.begin(); key != keys.end();) {
    const bool is_like_another =
        key->starts_with("repairs.") || key->starts_with("duplicates.") || key->starts_with("diff.old_records.");
    key = is_like_another ? keys.erase(key) : std::next(key);
  }
  const auto explained = read_document("docs/report.md").first_cells;
  EXPECT_EQ(Names(explained.begin(), explained.end()), keys);
}

std::string help_of(const std::string& program, const std::string& subcommand = "") {
  const std::string command = "'" + program + "' " + subcommand + " --help";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string help;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) help += buffer.data();
  return help;
}

Names options_in(const std::string& help) {
  Names options;
  for (const char* expression : {"\n +(--?[a-zA-Z][-a-z0-9]*)", "\n +-[a-zA-Z],(--[a-z][-a-z0-9]*)"}) {
    for (const std::string& option : find_all(help, expression)) options.insert(option);
  }
  return options;
}

Names options_in_help() {
  Names options;
  for (const char* subcommand :
       {"", "export", "check", "show", "diff", "count", "plan", "commit", "abort", "schema", "generate"}) {
    options.merge(options_in(help_of(BULKMARC_COMMAND, subcommand)));
  }
  return options;
}

Names options_of_pgload() { return options_in(help_of(BULKMARC_PGLOAD)); }

TEST(Names, OptionsAreThoseOfTheHelp) {
  Names options = options_in_help();
  EXPECT_THAT(options, testing::Contains("--backend"));
  options.merge(options_of_pgload());
  EXPECT_THAT(options, testing::Contains("--upsert"));
  for (const Document& document : all_documents()) {
    for (const std::string& span : document.code_spans) {
      for (const std::string& option : find_all(span, "^(--?[a-zA-Z][-a-z0-9]*)(?:$|[ =])")) {
        EXPECT_THAT(options, testing::Contains(option)) << document.path;
      }
    }
  }
}

Names options_explained_in(const fs::path& path) {
  Names explained;
  for (const std::string& span : read_document(path).code_spans) {
    for (const std::string& option : find_all(span, "(?:^|, )(--?[a-zA-Z][-a-z0-9]*)")) explained.insert(option);
  }
  return explained;
}

TEST(Names, OptionsAreExplainedEach) {
  EXPECT_EQ(options_explained_in("docs/command.md"), options_in_help());
  EXPECT_EQ(options_explained_in("docs/postgresql.md"), options_of_pgload());
}

/// The tables are made from the options. `program` is what prints them.
void expect_tables_of(const std::string& program, const fs::path& document) {
  const TemporaryFolder folder;
  const fs::path made = folder.path("made.md");
  const std::string command =
      "'" + program + "' markdown '" + made.string() + "' '" + (checkout() / document).string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  EXPECT_EQ(read_file(made), read_file(checkout() / document))
      << "bring the tables up to date: " << program << " markdown " << document.string();
}

TEST(Names, TablesOfOptionsAreThoseOfThePrograms) {
  expect_tables_of(BULKMARC_PRINT_REFERENCE, "docs/command.md");
  expect_tables_of(BULKMARC_PGLOAD_PRINT_REFERENCE, "docs/postgresql.md");
}

TEST(Names, FormatsAreExplainedEach) {
  Names formats;
  for (const bulkmarc::Format format : bulkmarc::all_formats()) formats.emplace(bulkmarc::format_name(format));
  EXPECT_EQ(headings_of("docs/formats.md"), formats);
}

TEST(Names, FilesExist) {
  for (const Document& document : all_documents()) {
    for (const std::string& span : document.code_spans) {
      static const std::regex kPath("(include|lib|apps|tests|perf|docs|data)/[a-z0-9_./-]*");
      if (std::regex_match(span, kPath)) {
        EXPECT_TRUE(fs::exists(checkout() / span)) << document.path << " " << span;
      }
    }
  }
}

}  // namespace
