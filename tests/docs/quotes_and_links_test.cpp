#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "docs/markdown.hpp"

namespace fs = std::filesystem;

namespace {

std::map<fs::path, std::string> read_examples() {
  std::map<fs::path, std::string> examples;
  for (const auto& entry : fs::recursive_directory_iterator(checkout() / "docs/examples")) {
    if (entry.is_regular_file()) examples[entry.path()] = read_file(entry.path());
  }
  return examples;
}

/// True when `part` is some whole lines of `text`.
bool holds_lines(const std::string& text, const std::string& part) {
  return ("\n" + text).find("\n" + part) != std::string::npos;
}

TEST(Quotes, AreLinesOfTheExamplesThatAreCompiledAndRun) {
  const auto examples = read_examples();
  for (const Document& document : all_documents()) {
    for (const Block& block : document.blocks) {
      if (block.language != "cpp" && block.language != "cmake" && block.language != "sql") continue;
      const bool found = std::ranges::any_of(
          examples, [&block](const auto& example) { return holds_lines(example.second, block.text); });
      EXPECT_TRUE(found) << document.path << ":" << block.line << " is in no file of docs/examples";
    }
  }
}

TEST(Quotes, ShowEveryExample) {
  const auto& documents = all_documents();
  for (const auto& [name, text] : read_examples()) {
    const bool quoted = std::ranges::any_of(documents, [&text = text](const Document& document) {
      return std::ranges::any_of(document.blocks, [&](const Block& block) { return holds_lines(text, block.text); });
    });
    EXPECT_TRUE(quoted) << name << " is quoted nowhere";
  }
}

bool has_anchor(const fs::path& path_in_checkout, const std::string& anchor) {
  const Document document = read_document(path_in_checkout);
  return std::ranges::find(document.anchors, anchor) != document.anchors.end();
}

void expect_resolves(const Document& document, const Link& link) {
  const std::size_t hash = link.target.find('#');
  const std::string file = link.target.substr(0, hash);
  const fs::path target = file.empty() ? document.path : (document.path.parent_path() / file).lexically_normal();
  ASSERT_TRUE(fs::exists(checkout() / target)) << document.path << ":" << link.line << " " << link.target;
  if (hash == std::string::npos) return;
  EXPECT_TRUE(has_anchor(target, link.target.substr(hash + 1)))
      << document.path << ":" << link.line << " " << link.target;
}

TEST(Links, LeadToFilesAndHeadingsThatExist) {
  std::size_t checked = 0;
  for (const Document& document : all_documents()) {
    for (const Link& link : document.links) {
      if (link.target.find("://") != std::string::npos) continue;
      expect_resolves(document, link);
      ++checked;
    }
  }
  EXPECT_GT(checked, 0U);
}

TEST(Links, LeadFromTheReadmeToEveryDocument) {
  const Document readme = read_document("README.md");
  for (const Document& document : all_documents()) {
    if (document.path == readme.path) continue;
    EXPECT_NE(std::ranges::find(readme.links, document.path.string(), &Link::target), readme.links.end())
        << document.path << " is not in the README";
  }
}

}  // namespace
