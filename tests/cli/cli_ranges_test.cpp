#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "command_test.hpp"

using testing::HasSubstr;
using testing::MatchesRegex;

namespace {

namespace fs = std::filesystem;

/// Records of which every tenth lacks the end of its directory.
std::string with_rejects() {
  std::string bytes = well_formed(500);
  for (std::size_t at = 0; at + 60 < bytes.size(); at += bytes.size() / 50) bytes.replace(at, 50, 50, 'x');
  return bytes;
}

class RangesOfCommand : public CommandTest {
 protected:
  void SetUp() override {
    fs::create_directory(path("set"));
    fs::create_directory(path("results"));
  }

  /// Plans in.mrc, and returns how many ranges there are.
  int plan(std::string_view bytes) const {
    const std::string input = write("in.mrc", bytes);
    const Outcome outcome =
        run({"plan", input, "-o", path("plan.json"), "--range-size", "8000", "--batch-size", "4096"});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    int ranges = 0;
    const std::string plan = read("plan.json");
    for (std::size_t at = 0; (at = plan.find("\"range\":", at)) != std::string::npos; ++at) ++ranges;
    EXPECT_THAT(outcome.err, HasSubstr(fmt::format("in {} ranges", ranges)));
    return ranges;
  }

  [[nodiscard]] std::string result(int range) const { return path(fmt::format("results/{}.json", range)); }

  [[nodiscard]] Outcome export_range(int range, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"export",
                                          "--plan",
                                          path("plan.json"),
                                          "--range",
                                          std::to_string(range),
                                          "-o",
                                          path("set/out.xml"),
                                          "--result",
                                          result(range),
                                          "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  [[nodiscard]] std::vector<std::string> commit_command(int ranges) const {
    std::vector<std::string> arguments = {"commit", path("plan.json")};
    for (int range = 1; range <= ranges; ++range) arguments.push_back(result(range));
    return arguments;
  }
};

TEST_F(RangesOfCommand, AreExportedByXargsAndJoined) {
  const int ranges = plan(with_rejects());
  ASSERT_GT(ranges, 5);
  const std::string xargs =
      fmt::format("seq {} | xargs -P 3 -I K '{}' export --plan '{}' --range K -o '{}' --result '{}' -q 2> '{}'", ranges,
                  BULKMARC_COMMAND, path("plan.json"), path("set/out.xml"), path("results/K.json"), path("messages"));
  // Some ranges have rejects, and so their status is 3.
  EXPECT_EQ(WEXITSTATUS(std::system(xargs.c_str())), 123);
  std::vector<std::string> commit = commit_command(ranges);
  commit.insert(commit.end(), {"--join", path("joined.xml"), "--report", path("joined.json")});
  const Outcome outcome = run(commit);
  EXPECT_EQ(outcome.exit_status, 3) << outcome.err;
  const Outcome one = run({"export", path("in.mrc"), "-o", path("one.xml"), "--report", path("one.json")});
  EXPECT_EQ(one.exit_status, 3);
  EXPECT_EQ(read("joined.xml") == read("one.xml"), true);
  const auto counts = [](const std::string& told) { return told.substr(0, told.find("seconds")); };
  const auto rejects = [](const std::string& told) { return told.substr(told.find("rejects (")); };
  EXPECT_EQ(counts(outcome.err), counts(one.err));
  EXPECT_EQ(rejects(outcome.err), rejects(one.err));
  EXPECT_THAT(read("joined.json"), HasSubstr("\"commit\""));
  EXPECT_FALSE(exists("set/.pending"));
  commit.push_back("-q");
  EXPECT_EQ(run(commit).exit_status, 3);  // Once more.
}

TEST_F(RangesOfCommand, BecomeASetOfParts) {
  const int ranges = plan(well_formed(500));
  for (int range = ranges; range > 0; --range) EXPECT_EQ(export_range(range).exit_status, 0);
  EXPECT_FALSE(exists("set/out-00001.xml"));
  EXPECT_EQ(run(commit_command(ranges)).exit_status, 0);
  EXPECT_TRUE(exists("set/out.xml.manifest.json"));
  EXPECT_EQ(run({"check", path("set/out.xml.manifest.json"), "-q"}).exit_status, 0);
}

TEST_F(RangesOfCommand, MayBeChecked) {
  const int ranges = plan(well_formed(500));
  const Outcome outcome = run({"check", "--plan", path("plan.json"), "--range", std::to_string(ranges)});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("records   "));
}

TEST_F(RangesOfCommand, OfAFileThatChangedAreNotExported) {
  plan(well_formed(500));
  write("in.mrc", well_formed(499));
  expect_failure(export_range(1), 1, {"in.mrc", "in the plan"});
  EXPECT_FALSE(exists("results/1.json"));
}

TEST_F(RangesOfCommand, AreCommittedOnlyWhenEachHasOneResult) {
  const int ranges = plan(well_formed(500));
  for (int range = 1; range < ranges; ++range) EXPECT_EQ(export_range(range).exit_status, 0);
  std::vector<std::string> commit = commit_command(ranges - 1);
  expect_failure(run(commit), 1, {fmt::format("1 of {} ranges have no result", ranges)});
  commit.push_back(result(1));
  EXPECT_EQ(export_range(ranges).exit_status, 0);
  commit.push_back(result(ranges));
  expect_failure(run(commit), 1, {"range 1 has two results"});
  commit = commit_command(ranges);
  commit[2] = path("plan.json");
  expect_failure(run(commit), 1, {"is not the result of a range"});
  commit[2] = path("missing.json");
  expect_failure(run(commit), 1, {"missing.json", "can't be opened"});
  EXPECT_FALSE(exists("set/out-00001.xml"));
  EXPECT_EQ(run({"abort", path("set/out.xml")}).err, fmt::format("removed   {} files\n", ranges));
  EXPECT_FALSE(exists("set/.pending"));
}

TEST_F(RangesOfCommand, NeedTheirOptionsAndNoOthers) {
  plan(well_formed(500));
  const auto expect_usage = [&](const std::vector<std::string>& more, const std::string& words) {
    std::vector<std::string> arguments = {"export", "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect_failure(run(arguments), 2, {words});
  };
  const std::string file = path("plan.json");
  const std::string out = path("set/out.xml");
  expect_usage({"--plan", file, "-o", out}, "--plan needs --range");
  expect_usage({"--range", "1", "-o", out}, "need --plan");
  expect_usage({"--attempt", "a", "-o", out, path("in.mrc")}, "need --plan");
  expect_usage({"--plan", file, "--range", "1", "-o", out, path("in.mrc")}, "takes no INPUT");
  expect_usage({"--plan", file, "--range", "1", "-o", out, "--keep-going"}, "takes no INPUT");
  expect_usage({"--plan", file, "--range", "0", "-o", out}, "--range");
  expect_usage({"--plan", file, "--range", "999", "-o", out}, "no range 999");
  expect_usage({"--plan", file, "--range", "1", "-o", out, "--limit", "3"}, "a limit");
  expect_usage({"--plan", file, "--range", "1", "-o", out, "--sample", "3"}, "a sample");
  expect_usage({"--plan", file, "--range", "1", "-o", out, "--ids", write("ids", "1\n")}, "ids");
  expect_usage({"--plan", file, "--range", "1", "-o", out, "--split-records", "3"}, "parts");
  expect_usage({"--plan", file, "--range", "1", "-o", out, "--attempt", "a/b"}, "a/b");
  expect_usage({"--plan", file, "--range", "1", "-o", out, "--backend", "mapped"}, "mapped");
  expect_usage({"--plan", file, "--range", "1", "-o", "-", "--to", "mrc"}, "standard output");
  expect_failure(run({"plan", "-", "-o", path("other.json")}), 2, {"standard input"});
  expect_failure(run({"plan", path("in.mrc"), "-o", path("in.mrc")}), 2, {"would replace"});
  expect_failure(run({"export", "--plan", path("in.mrc"), "--range", "1", "-o", out}), 1, {"is not a plan"});
  EXPECT_FALSE(exists("set/.pending/out-00001.xml.a"));
}

TEST_F(RangesOfCommand, ThatAreKilledLeaveNothingThatCounts) {
  const std::string input = path("in.mrc");
  ASSERT_EQ(run({"generate", "--records", "60000", "-o", input, "-q"}).exit_status, 0);
  ASSERT_EQ(run({"plan", input, "-o", path("plan.json"), "-q"}).exit_status, 0);
  {
    Process killed({"export", "--plan", path("plan.json"), "--range", "1", "-o", path("set/out.xml"), "--result",
                    result(1), "--threads", "1", "-q"},
                   {});
    while (!exists("set/.pending")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    killed.send(SIGKILL);
    EXPECT_EQ(killed.wait().signal, SIGKILL);
  }
  EXPECT_FALSE(exists("results/1.json"));
  EXPECT_EQ(export_range(1).exit_status, 0);
  std::vector<std::string> commit = commit_command(1);
  commit.insert(commit.end(), {"--join", path("joined.xml"), "-q"});
  EXPECT_EQ(run(commit).exit_status, 0);
  EXPECT_FALSE(exists("set/.pending"));
  EXPECT_EQ(run({"export", input, "-o", path("one.xml"), "-q"}).exit_status, 0);
  EXPECT_EQ(read("joined.xml") == read("one.xml"), true);
}

}  // namespace
