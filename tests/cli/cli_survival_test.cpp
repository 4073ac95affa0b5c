#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "command_test.hpp"
#include "support/sanitized.hpp"

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

  template <class Condition>
  static bool becomes_true(const Condition& condition) {
    const auto deadline = Clock::now() + std::chrono::minutes(1);
    while (Clock::now() < deadline) {
      if (condition()) return true;
      std::this_thread::yield();
    }
    return false;
  }

  [[nodiscard]] std::map<std::string, std::string> all_files() const {
    std::map<std::string, std::string> bytes;
    for (const std::string& file : files()) bytes[file] = read(file);
    return bytes;
  }

  /// True when a run with the backend mapped has begun to write.
  [[nodiscard]] bool has_mapped_part_file() const {
    for (const std::string& name : files()) {
      std::error_code gone;
      const std::uintmax_t size = name.ends_with(".part") ? std::filesystem::file_size(path(name), gone) : 0;
      if (!gone && size > 1) return true;
    }
    return false;
  }
};

TEST_F(SurvivalTest, AKillLeavesTheOldTargetAndAPartFileThatTheNextRunRemoves) {
  for (const char* backend : {"mapped", "stream", "direct"}) {
    write("out.xml", "old");
    Process process({"generate", "--records", "100000000", "-o", path("out.xml"), "--backend", backend}, {});
    EXPECT_TRUE(becomes_true([this] { return files().size() == 2; }));
    process.send(SIGKILL);
    EXPECT_EQ(process.wait().signal, SIGKILL);
    EXPECT_EQ(read("out.xml"), "old");
    EXPECT_THAT(files(), ElementsAre(MatchesRegex("\\.out\\.xml\\.[0-9a-f]+\\.part"), "out.xml"));
    ASSERT_EQ(run({"generate", "--records", "3", "-o", path("out.xml"), "-q"}).exit_status, 0);
    EXPECT_THAT(files(), ElementsAre("out.xml"));
  }
}

TEST_F(SurvivalTest, PartsOfAKilledRunAreResumedToTheSamePartsAndManifest) {
  make_catalogue("in.mrc", "1");
  for (const std::string extension : {"", ".gz"}) {
    const std::vector<std::string> arguments = {
        "export", path("in.mrc"), "-o", path("out.mrc" + extension), "--split-records", "50", "--resume", "-q"};
    ASSERT_EQ(run(arguments).exit_status, 0);
    const auto expected = all_files();
    ASSERT_EQ(expected.size(), 62U);
    for (const int number : {1, 10, 30}) {
      for (const auto& [file, bytes] : expected) {
        if (file != "in.mrc") std::filesystem::remove(path(file));
      }
      const std::string part = fmt::format("out-{:05}.mrc{}", number, extension);
      Process process(arguments, {});
      EXPECT_TRUE(becomes_true([&] { return exists(part); }));
      process.send(SIGKILL);
      process.wait();
      for (const auto& [file, bytes] : all_files()) {
        EXPECT_TRUE(file.starts_with(".") || bytes == expected.at(file)) << file << " after part " << number;
      }
      EXPECT_EQ(run(arguments).exit_status, 0);
      EXPECT_TRUE(all_files() == expected) << number;
    }
    for (const auto& [file, bytes] : expected) {
      if (file != "in.mrc") std::filesystem::remove(path(file));
    }
  }
}

TEST_F(SurvivalTest, TwoRunsToOneTargetGiveOneOfTheTwoFilesWhole) {
  const std::string first = make_catalogue("first.mrc", "1");
  const std::string second = make_catalogue("second.mrc", "2");
  for (const char* backend : {"mapped", "stream", "direct"}) {
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

/// A file system in memory with room for this many kilobytes.
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
  for (const char* backend : {"auto", "mapped", "stream", "direct"}) {
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
  for (const char* backend : {"mapped", "stream", "direct"}) {
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

/// Lets every try to start a thread fail, for the calling thread and the processes that it starts.
void forbid_threads() {
  constexpr unsigned kNoSuchCall = SECCOMP_RET_ERRNO | ENOSYS;  // Whose flags can't be seen; clone(2) is tried instead.
  constexpr unsigned kRefused = SECCOMP_RET_ERRNO | EAGAIN;
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, kNoSuchCall),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, kRefused),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {std::size(filter), filter};
  ASSERT_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  ASSERT_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

TEST_F(SurvivalTest, WhereNoThreadCanBeStartedOneDoesAll) {
  const std::string whole = make_catalogue("in.mrc", "1");
  for (const char* name : {"out.xml", "out.xml.gz"}) {
    Outcome outcome;
    std::thread([&] {
      forbid_threads();
      outcome = run({"export", path("in.mrc"), "-o", path(name), "--threads", "8", "--report", path("report.json")});
    }).join();
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_THAT(read("report.json"), testing::HasSubstr("\"threads\": 1,"));
  }
  EXPECT_TRUE(read("out.xml") == whole);
}

TEST_F(SurvivalTest, ALimitOfTheAddressSpaceIsAnErrorOrFewerThreadsAndNoCrash) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer takes addresses too";
  const std::string whole = make_catalogue("in.mrc", "1");
  int failed = 0;
  for (int megabytes = 80; megabytes <= 400; megabytes += 20) {
    write("out.xml", "old");
    const std::string command = "ulimit -v " + std::to_string(megabytes * 1024) + "; exec '" + BULKMARC_COMMAND +
                                "' export '" + path("in.mrc") + "' -o '" + path("out.xml") + "' --threads 16 -q 2>'" +
                                path("messages") + "'";
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status)) << megabytes << " MB, signal " << WTERMSIG(status) << ": " << read("messages");
    failed += WEXITSTATUS(status) != 0;
    EXPECT_TRUE(read("out.xml") == (WEXITSTATUS(status) == 0 ? whole : "old")) << megabytes;
  }
  RecordProperty("failed", failed);
}

TEST_F(SurvivalTest, AnInputThatShrinksIsAnErrorAndTheOldTargetStays) {
  make_catalogue("whole.mrc", "1");
  const std::string bytes = read("whole.mrc");
  const std::vector<std::string> arguments = {"export",    path("in.mrc"), "-o",        path("out.xml"),
                                              "--backend", "mapped",       "--threads", "1"};
  int noticed = 0;
  for (int tries = 0; tries < 30 && noticed < 3; ++tries) {
    write("in.mrc", bytes);
    write("out.xml", "old");
    Process process(arguments, {});
    // It is stopped when all is measured, and is to go on with half of the input.
    becomes_true([this] { return has_mapped_part_file() || read("out.xml") != "old"; });
    process.send(SIGSTOP);
    std::filesystem::resize_file(path("in.mrc"), bytes.size() / 2);
    process.send(SIGCONT);
    const Outcome outcome = process.wait();
    EXPECT_EQ(outcome.signal, 0);
    if (outcome.exit_status != 1) continue;  // It had read all.
    ++noticed;
    expect_failure(outcome, 1, {path("in.mrc"), "shorter"});
    EXPECT_EQ(read("out.xml"), "old");
    EXPECT_THAT(files(), ElementsAre("in.mrc", "out.xml", "whole.mrc"));
  }
  EXPECT_GT(noticed, 0);
}

}  // namespace
