#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "command_test.hpp"

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

constexpr const char* kEndless = "100000000";

class StoppedRun : public CommandTest {
 protected:
  StoppedRun() { write("old.xml", "old"); }

  [[nodiscard]] std::vector<std::string> endless_run(const std::string& backend) const {
    return {"generate", "--records", kEndless, "-o", path("old.xml"), "--backend", backend};
  }
  void wait_for_second_file() const {
    for (int tries = 0; tries < 30'000 && files().size() < 2; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void expect_stopped(const Outcome& outcome, int signal) const {
    EXPECT_EQ(outcome.signal, signal) << outcome.err;
    EXPECT_THAT(files(), ElementsAre("old.xml"));
    EXPECT_EQ(read("old.xml"), "old");
  }
};

TEST_F(StoppedRun, LeavesTheOldTargetWhileItWrites) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Process process(endless_run("stream"), {});
    wait_for_second_file();
    process.send(signal);
    const Outcome outcome = process.wait();
    expect_stopped(outcome, signal);
    EXPECT_THAT(outcome.err, HasSubstr("bulkmarc: stopped by a signal: "));
  }
}

TEST_F(StoppedRun, LeavesTheOldTargetWhileItMeasures) {
  Process process(endless_run("mapped"), {});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  process.send(SIGINT);
  expect_stopped(process.wait(), SIGINT);
}

TEST_F(StoppedRun, EndsAtOnceForASecondSignal) {
  int ends[2] = {};
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Process process({"export", "-", "-o", path("old.xml")}, {.in = ends[0]});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  process.send(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  process.send(SIGTERM);
  EXPECT_EQ(process.wait().signal, SIGTERM);
  EXPECT_EQ(read("old.xml"), "old");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(StoppedRun, LeavesNoReport) {
  std::vector<std::string> arguments = endless_run("stream");
  arguments.insert(arguments.end(), {"--report", path("report.json")});
  Process process(arguments, {});
  wait_for_second_file();
  process.send(SIGTERM);
  expect_stopped(process.wait(), SIGTERM);
}

TEST_F(StoppedRun, DoesNotStopForASignalThatWasIgnoredAtItsStart) {
  std::signal(SIGHUP, SIG_IGN);
  Process process({"generate", "--records", "20000", "-o", path("old.xml"), "--no-sync"}, {});
  std::signal(SIGHUP, SIG_DFL);
  for (int tries = 0; tries < 50; ++tries) {
    process.send(SIGHUP);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const Outcome outcome = process.wait();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_NE(read("old.xml"), "old");
}

TEST_F(StoppedRun, DoesNotWaitForAnInputThatNeverComes) {
  int ends[2] = {};
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Process process({"export", "-", "-o", path("old.xml")}, {.in = ends[0]});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  process.send(SIGTERM);
  expect_stopped(process.wait(), SIGTERM);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
