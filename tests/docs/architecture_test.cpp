#include <map>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <regex>

#include "docs/markdown.hpp"

namespace fs = std::filesystem;

namespace {

using Modules = std::map<std::string, std::set<std::string>>;

std::set<std::string> find_all(const std::string& text, const std::regex& regex) {
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

/// What the document allows each module to include.
Modules documented_modules() {
  static const std::regex kRow(R"(\| `lib/([a-z]+)/` \|.*\| ([^|]+) \|)");
  std::istringstream lines(read_file(checkout() / "docs/architecture.md"));
  Modules modules;
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, match, kRow)) modules[match[1]] = find_all(match[2], std::regex("`([a-z]+)`"));
  }
  return modules;
}

Modules modules_in_code() {
  static const std::regex kInclude(R"re(#include "([a-z]+)/)re");
  Modules modules;
  for (const auto& file : fs::recursive_directory_iterator(checkout() / "lib")) {
    const fs::path extension = file.path().extension();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const std::string module = *fs::relative(file.path(), checkout() / "lib").begin();
    modules[module].merge(find_all(read_file(file.path()), kInclude));
    modules[module].erase(module);
  }
  return modules;
}

TEST(Architecture, ModulesIncludeOnlyWhatTheDocumentAllows) {
  const Modules allowed = documented_modules();
  for (const auto& [module, included] : modules_in_code()) {
    ASSERT_TRUE(allowed.contains(module)) << module;
    for (const std::string& other : included) EXPECT_TRUE(allowed.at(module).contains(other)) << module << " " << other;
  }
}

TEST(Architecture, ModulesOfTheDocumentExist) {
  const Modules modules = modules_in_code();
  EXPECT_FALSE(modules.empty());
  for (const auto& [module, included] : documented_modules()) EXPECT_TRUE(modules.contains(module)) << module;
}

}  // namespace
