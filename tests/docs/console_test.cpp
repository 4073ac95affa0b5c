#include "docs/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docs/markdown.hpp"
#include "pgload/cluster.hpp"

namespace fs = std::filesystem;
using testing::AnyOf;

namespace {

/// A folder for the commands of one document, in which its example programs and the real records are at hand.
class ConsoleBlocks : public testing::TestWithParam<fs::path> {
 protected:
  ConsoleBlocks() {
    std::string pattern = (fs::current_path() / "documents-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    for (const fs::path& from : {fs::path(BULKMARC_EXAMPLES), checkout() / "data/real"}) {
      for (const auto& file : fs::directory_iterator(from)) {
        fs::create_symlink(file.path(), folder_ / file.path().filename());
      }
    }
    const std::string path = fs::path(BULKMARC_COMMAND).parent_path().string() + ":" + std::getenv("PATH");
    setenv("PATH", path.c_str(), 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("PSQLRC", "/dev/null", 1);
  }
  ~ConsoleBlocks() override { fs::remove_all(folder_); }

  fs::path folder_;
};

/// Tests in Python run all of such a document.
bool uses_python(const Document& document) {
  return std::ranges::find(document.blocks, "pycon", &Block::language) != document.blocks.end();
}

bool uses_postgresql(const Document& document) {
  return std::ranges::any_of(document.blocks, [](const Block& block) {
    return block.language == "console" && block.text.find("$ bulkmarc-pgload ") != std::string::npos;
  });
}

TEST_P(ConsoleBlocks, ShowWhatTheCommandsDo) {
  const Document document = read_document(GetParam());
  std::optional<Cluster> cluster;
  if (uses_postgresql(document)) cluster.emplace(std::vector<std::string>{"fsync=off"}).select("postgres");
  for (const Block& block : document.blocks) {
    if (block.language != "console") continue;
    const std::string seen = replay(block.text, folder_);
    EXPECT_TRUE(shows(block.text, seen)) << document.path.string() << ":" << block.line << " shows\n"
                                         << block.text << "but this is what happens:\n"
                                         << seen;
  }
}

std::vector<fs::path> documents_with_console_blocks() {
  std::vector<fs::path> paths;
  for (const Document& document : all_documents()) {
    const bool has_any = std::ranges::find(document.blocks, "console", &Block::language) != document.blocks.end();
    if (has_any && !uses_python(document)) paths.push_back(document.path);
  }
  return paths;
}

/// Names of tests are letters, digits and underscores.
std::string test_name(const testing::TestParamInfo<fs::path>& test) {
  std::string name = fs::path(test.param).replace_extension().string();
  std::ranges::replace(name, '/', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Documents, ConsoleBlocks, testing::ValuesIn(documents_with_console_blocks()), test_name);

TEST(Blocks, HaveALanguageThatATestKnows) {
  for (const Document& document : all_documents()) {
    for (const Block& block : document.blocks) {
      EXPECT_THAT(block.language, AnyOf("console", "cpp", "cmake", "sh", "sql", "json", "xml", "text", "mermaid",
                                        "python", "pycon", "yaml"))
          << document.path << ":" << block.line;
      if (block.language == "console") {
        EXPECT_TRUE(block.text.starts_with("$ ")) << document.path << ":" << block.line;
      }
    }
  }
}

TEST(Shows, ComparesAllButWhatVaries) {
  EXPECT_TRUE(
      shows("records   3 read\nseconds   0.1 (measure 0.05)\n", "records   3 read\nseconds   12.3 (measure 7)\n"));
  EXPECT_FALSE(shows("records   3 read\n", "records   4 read\n"));
  EXPECT_FALSE(shows("one\n", "one\ntwo\n"));
  EXPECT_FALSE(shows("one\ntwo\n", "one\n"));
  EXPECT_TRUE(shows("one\ntwo\n", "one  \ntwo\n"));
  EXPECT_FALSE(shows("one\n", " one\n"));
  EXPECT_TRUE(shows("output    a as mrc, backend mapped (a file), 1 thread\n",
                    "output    a as mrc, backend stream (as asked), 64 threads\n"));
  EXPECT_FALSE(shows("output    a as mrc, backend mapped (a file), 1 thread\n",
                     "output    a as mrk, backend mapped (a file), 1 thread\n"));
}

TEST(Shows, AllowsToLeaveOutOnlyWhatIsMarked) {
  EXPECT_TRUE(shows("one\n...\nfour\n", "one\ntwo\nthree\nfour\n"));
  EXPECT_FALSE(shows("one\n...\nfive\n", "one\ntwo\nthree\nfour\n"));
  EXPECT_TRUE(shows("one ...\n", "one two\n"));
  EXPECT_FALSE(shows("two ...\n", "one two\n"));
}

/// Tests may run at once, and each has a script.
fs::path folder_for(const char* test) {
  const fs::path folder = fs::current_path() / "replay" / test;
  fs::create_directories(folder);
  return folder;
}

TEST(Replay, TakesACommandOfSeveralLines) {
  EXPECT_EQ(replay("$ printf '%s' 'one\n> two'\n", folder_for("lines")), "$ printf '%s' 'one\n> two'\none\ntwo");
}

TEST(Replay, ShowsAStatusThatTheDocumentHides) {
  const fs::path folder = folder_for("status");
  EXPECT_EQ(replay("$ false\n", folder), "$ false\n[exit status 1]\n");
  EXPECT_EQ(replay("$ false\n$ echo $?\n", folder), "$ false\n$ echo $?\n1\n");
}

}  // namespace
