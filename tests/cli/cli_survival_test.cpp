#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "command_test.hpp"

using testing::ElementsAre;
using testing::MatchesRegex;

namespace {

using Clock = std::chrono::steady_clock;

class SurvivalTest : public CommandTest {
 protected:
  /// Makes a catalogue, and returns what it is as MARCXML.
  std::string make_catalogue(const std::string& name, const std::string& seed) {
    EXPECT_EQ(run({"generate", "--records", "3000", "--seed", seed, "-o", path(name), "-q"}).exit_status, 0);
    EXPECT_EQ(run({"export", path(name), "-o", path("whole.xml"), "-q"}).exit_status, 0);
    std::string whole = read("whole.xml");
    std::filesystem::remove(path("whole.xml"));
    return whole;
  }
};

class KilledRun : public SurvivalTest, public testing::WithParamInterface<const char*> {};

TEST_P(KilledRun, LeavesAWholeTargetAndNothingThatTheNextRunDoesNotRemove) {
  constexpr int kKills = 50;
  const std::string whole = make_catalogue("in.mrc", "1");
  const std::vector<std::string> arguments = {"export",    path("in.mrc"), "-o", path("out.xml"),
                                              "--backend", GetParam(),     "-q"};
  const auto begin = Clock::now();
  ASSERT_EQ(run(arguments).exit_status, 0);
  const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count();
  std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the moments are to be the same in every run, as far as they can be
  int killed = 0;
  for (int i = 0; i < kKills; ++i) {
    write("out.xml", "old");
    Process process(arguments, {});
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, longest)(random)));
    process.send(SIGKILL);
    const Outcome outcome = process.wait();
    if (outcome.signal == SIGKILL) ++killed;
    const std::string target = read("out.xml");
    EXPECT_TRUE(target == "old" || target == whole) << "kill " << i << " left " << target.size() << " bytes";
    EXPECT_TRUE(outcome.exit_status != 0 || target == whole) << "kill " << i << " came after the end";
    std::vector<std::string> left = files();
    std::erase(left, "in.mrc");
    std::erase(left, "out.xml");
    EXPECT_LE(left.size(), 1U) << "kill " << i;
    EXPECT_THAT(left, testing::Each(MatchesRegex("\\.out\\.xml\\.[0-9a-f]+\\.part")));
  }
  EXPECT_GT(killed, 0);
  ASSERT_EQ(run(arguments).exit_status, 0);
  EXPECT_TRUE(read("out.xml") == whole);
  EXPECT_THAT(files(), ElementsAre("in.mrc", "out.xml"));
}

INSTANTIATE_TEST_SUITE_P(BothWays, KilledRun, testing::Values("mapped", "stream"),
                         [](const auto& parameter) { return std::string(parameter.param); });

class KilledPartsRun : public SurvivalTest, public testing::WithParamInterface<const char*> {};

TEST_P(KilledPartsRun, IsResumedToTheSamePartsAndManifest) {
  constexpr int kRounds = 8;
  make_catalogue("in.mrc", "1");
  const std::string name = std::string("out.mrc") + GetParam();
  const std::vector<std::string> arguments = {"export",          path("in.mrc"), "-o",       path(name),
                                              "--split-records", "150",          "--resume", "-q"};
  const auto written = [this] {
    std::map<std::string, std::string> bytes;
    for (const std::string& file : files()) bytes[file] = read(file);
    return bytes;
  };
  const auto begin = Clock::now();
  ASSERT_EQ(run(arguments).exit_status, 0);
  const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count();
  const auto expected = written();
  ASSERT_EQ(expected.size(), 22U);
  std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the moments are to be the same in every run, as far as they can be
  int killed = 0;
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& [file, bytes] : expected) {
      if (file != "in.mrc") std::filesystem::remove(path(file));
    }
    for (int kill = 0; kill < 3; ++kill) {
      Process process(arguments, {});
      std::this_thread::sleep_for(
          std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, longest)(random)));
      process.send(SIGKILL);
      if (process.wait().signal == SIGKILL) ++killed;
      for (const auto& [file, bytes] : written()) {
        if (file.starts_with(".")) continue;
        EXPECT_TRUE(bytes == expected.at(file)) << file << " after a kill in round " << round;
      }
      EXPECT_TRUE(!exists(name + ".manifest.json") || exists(name.substr(0, 3) + "-00020" + name.substr(3)));
    }
    EXPECT_EQ(run(arguments).exit_status, 0);
    EXPECT_TRUE(written() == expected) << round;
  }
  EXPECT_GT(killed, 0);
}

INSTANTIATE_TEST_SUITE_P(PlainAndCompressed, KilledPartsRun, testing::Values("", ".gz"),
                         [](const auto& parameter) { return *parameter.param == 0 ? "plain" : "gz"; });

TEST_F(SurvivalTest, TwoRunsToOneTargetGiveOneOfTheTwoFilesWhole) {
  const std::string first = make_catalogue("first.mrc", "1");
  const std::string second = make_catalogue("second.mrc", "2");
  for (const char* backend : {"mapped", "stream"}) {
    for (int i = 0; i < 10; ++i) {
      std::filesystem::remove(path("out.xml"));
      Process one({"export", path("first.mrc"), "-o", path("out.xml"), "--backend", backend, "--no-sync", "-q"}, {});
      Process other({"export", path("second.mrc"), "-o", path("out.xml"), "--backend", backend, "--no-sync", "-q"}, {});
      EXPECT_EQ(one.wait().exit_status, 0);
      EXPECT_EQ(other.wait().exit_status, 0);
      const std::string target = read("out.xml");
      EXPECT_TRUE(target == first || target == second) << target.size();
      EXPECT_THAT(files(), ElementsAre("first.mrc", "out.xml", "second.mrc"));
    }
  }
}

/// A file system in memory with room for so many kilobytes.
class SmallDisk {
 public:
  SmallDisk(std::string folder, const std::string& kilobytes) : folder_(std::move(folder)) {
    std::filesystem::create_directory(folder_);
    is_mounted_ = mount("bulkmarc-test", folder_.c_str(), "tmpfs", 0, ("size=" + kilobytes + "k").c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool is_mounted() const { return is_mounted_; }
  [[nodiscard]] bool make_read_only() const {
    return mount("bulkmarc-test", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  std::string folder_;
  bool is_mounted_ = false;
};

TEST_F(SurvivalTest, AFullDiskIsAnErrorAndTheOldTargetStays) {
  const std::string whole = make_catalogue("in.mrc", "1");
  const SmallDisk disk(path("disk"), "1024");
  if (!disk.is_mounted()) GTEST_SKIP() << "only root may mount a file system";
  ASSERT_GT(whole.size(), 2U << 20);
  write("disk/out.xml", "old");
  for (const char* backend : {"auto", "mapped", "stream"}) {
    expect_failure(run({"export", path("in.mrc"), "-o", path("disk/out.xml"), "--backend", backend}), 1,
                   {path("disk/out.xml"), "No space left on device"});
    EXPECT_EQ(read("disk/out.xml"), "old");
    const std::filesystem::directory_iterator left(path("disk"));
    EXPECT_EQ(std::distance(begin(left), end(left)), 1) << backend;
  }
}

TEST_F(SurvivalTest, AReadOnlyFileSystemIsAnErrorAndTheOldTargetStays) {
  make_catalogue("in.mrc", "1");
  const SmallDisk disk(path("disk"), "1024");
  if (!disk.is_mounted()) GTEST_SKIP() << "only root may mount a file system";
  write("disk/out.xml", "old");
  ASSERT_TRUE(disk.make_read_only());
  for (const char* name : {"disk/out.xml", "disk/new.xml"}) {
    expect_failure(run({"export", path("in.mrc"), "-o", path(name)}), 1, {path(name), "Read-only file system"});
  }
  EXPECT_EQ(read("disk/out.xml"), "old");
}

TEST_F(SurvivalTest, ALimitOfTheFileSizeIsAnErrorAndTheOldTargetStays) {
  make_catalogue("in.mrc", "1");
  write("out.xml", "old");
  for (const char* backend : {"mapped", "stream"}) {
    const struct ::rlimit limited = {100'000, RLIM_INFINITY};
    struct ::rlimit before = {};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
    Process process({"export", path("in.mrc"), "-o", path("out.xml"), "--backend", backend}, {});
    setrlimit(RLIMIT_FSIZE, &before);
    expect_failure(process.wait(), 1, {path("out.xml"), "File too large"});
    EXPECT_EQ(read("out.xml"), "old");
    EXPECT_THAT(files(), ElementsAre("in.mrc", "out.xml"));
  }
}

TEST_F(SurvivalTest, AnInputThatShrinksIsAnErrorAndTheOldTargetStays) {
  make_catalogue("whole.mrc", "1");
  const std::string bytes = read("whole.mrc");
  const std::vector<std::string> arguments = {"export", path("in.mrc"), "-o", path("out.xml"), "--backend", "mapped"};
  int noticed = 0;
  for (int milliseconds = 0; milliseconds < 20; ++milliseconds) {
    write("in.mrc", bytes);
    write("out.xml", "old");
    Process process(arguments, {});
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    std::filesystem::resize_file(path("in.mrc"), bytes.size() / 2);
    const Outcome outcome = process.wait();
    EXPECT_EQ(outcome.signal, 0);
    if (outcome.exit_status != 1) continue;
    ++noticed;
    expect_failure(outcome, 1, {path("in.mrc"), "shorter"});
    EXPECT_EQ(read("out.xml"), "old");
  }
  RecordProperty("noticed", noticed);
  EXPECT_THAT(files(), ElementsAre("in.mrc", "out.xml", "whole.mrc"));
}

TEST_F(SurvivalTest, KillsLeaveRejectsAndOutputWhole) {
  constexpr int kKills = 25;
  const std::string whole = make_catalogue("in.mrc", "1");
  const std::string rejected = truncated();
  write("in.mrc", read("in.mrc") + rejected);
  const std::vector<std::string> arguments = {"export",    path("in.mrc"),  "-o", path("out.xml"),
                                              "--rejects", path("rej.mrc"), "-q"};
  const auto begin = Clock::now();
  ASSERT_EQ(run(arguments).exit_status, 3);
  const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count();
  std::mt19937 random(2);  // NOLINT(*-msc51-cpp)
  for (int i = 0; i < kKills; ++i) {
    write("out.xml", "old");
    write("rej.mrc", "old rejects");
    Process process(arguments, {});
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, longest)(random)));
    process.send(SIGKILL);
    process.wait();
    EXPECT_TRUE(read("rej.mrc") == "old rejects" || read("rej.mrc") == rejected) << "kill " << i;
    EXPECT_TRUE(read("out.xml") == "old" || read("out.xml") == whole) << "kill " << i;
    EXPECT_TRUE(read("out.xml") == "old" || read("rej.mrc") == rejected) << "kill " << i << " lost the rejects";
  }
  ASSERT_EQ(run(arguments).exit_status, 3);
  EXPECT_THAT(files(), ElementsAre("in.mrc", "out.xml", "rej.mrc"));
}

}  // namespace
