#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "command_test.hpp"

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kEndless = "100000000";

/// A signal is noticed within a tenth of a second; the rest is for a machine that is busy with other tests.
constexpr std::chrono::seconds kPromptly{2};

/// Both ends of a pipe, or of a pair of sockets.
class Ends {
 public:
  enum class Kind { kPipe, kSockets };
  explicit Ends(Kind kind) {
    const bool is_pipe = kind == Kind::kPipe;
    const int failed =
        is_pipe ? pipe2(ends_.data(), O_CLOEXEC) : socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data());
    EXPECT_EQ(failed, 0);
  }
  ~Ends() {
    for (const int end : ends_) close(end);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{};
};

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
  /// Waits until the process does next to nothing any more, which is when it waits for somebody.
  static void wait_until_idle(const Process& process) {
    for (int idle = 0; idle < 10;) {
      const auto before = process.processor_time();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      idle = process.processor_time() - before < std::chrono::milliseconds(1) ? idle + 1 : 0;
    }
  }
  /// Expects that the first signal ends a process that waits.
  static void expect_stopped_while_it_waits(Process& process, const std::string& what) {
    wait_until_idle(process);
    const auto begin = Clock::now();
    process.send(SIGTERM);
    EXPECT_EQ(process.wait().signal, SIGTERM) << what;
    EXPECT_LT(Clock::now() - begin, kPromptly) << what;
  }
  std::string make_pipe(const char* name) const {
    EXPECT_EQ(mkfifo(path(name).c_str(), 0600), 0);
    return path(name);
  }
  void expect_stopped(const Outcome& outcome, int signal) const {
    EXPECT_EQ(outcome.signal, signal) << outcome.err;
    EXPECT_THAT(files(), ElementsAre("old.xml"));
    EXPECT_EQ(read("old.xml"), "old");
  }
};

TEST_F(StoppedRun, LeavesTheOldTargetWhileItWrites) {
  for (const auto& [signal, backend] :
       {std::pair{SIGINT, "stream"}, {SIGTERM, "stream"}, {SIGHUP, "stream"}, {SIGINT, "direct"}}) {
    Process process(endless_run(backend), {});
    wait_for_second_file();
    process.send(signal);
    const Outcome outcome = process.wait();
    expect_stopped(outcome, signal);
    EXPECT_THAT(outcome.err, HasSubstr("bulkmarc: stopped by a signal: "));
  }
}

TEST_F(StoppedRun, LeavesTheOldTargetWhileItMeasures) {
  Process process(endless_run("mapped"), {});
  wait_for_second_file();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  for (const std::string& name : files()) {
    if (name == "old.xml") continue;
    EXPECT_EQ(std::filesystem::file_size(path(name)), 0U) << "it gets its size when all is measured";
  }
  const auto begin = Clock::now();
  process.send(SIGINT);
  expect_stopped(process.wait(), SIGINT);
  EXPECT_LT(Clock::now() - begin, kPromptly);
}

TEST_F(StoppedRun, TakesASignalThatFollowsTheFirstForTheSame) {
  for (const int second : {SIGTERM, SIGHUP}) {
    for (int tries = 0; tries < 10; ++tries) {
      Process process(endless_run("stream"), {});
      wait_for_second_file();
      process.send(SIGTERM);
      process.send(second);
      process.send(SIGINT);
      const Outcome outcome = process.wait();
      expect_stopped(outcome, outcome.signal);
      EXPECT_NE(outcome.signal, SIGKILL);
    }
  }
}

TEST_F(StoppedRun, DoesNotWaitForTheReaderOfAPipeOrASocket) {
  const Ends pipe(Ends::Kind::kPipe);
  const Ends sockets(Ends::Kind::kSockets);
  for (const int out : {pipe.writing(), sockets.writing()}) {
    for (const char* compression : {"none", "gz"}) {
      Process process({"generate", "--records", kEndless, "-o", "-", "--to", "mrk", "--compress", compression},
                      {.out = out});
      expect_stopped_while_it_waits(process, compression);
    }
  }
}

TEST_F(StoppedRun, DoesNotWaitForTheReaderOfANamedPipe) {
  const std::string pipe = make_pipe("pipe");
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  Process process({"generate", "--records", kEndless, "-o", pipe, "--to", "mrk"}, {});
  expect_stopped_while_it_waits(process, "a reader that does not read");
  close(reader);
}

TEST_F(StoppedRun, DoesNotWaitForSomebodyToOpenANamedPipe) {
  const std::string pipe = make_pipe("pipe");
  const std::string input = write("in.mrc", well_formed(3));
  const std::vector<std::vector<std::string>> waiting = {
      {"export", input, "-o", pipe, "--to", "mrk"},
      {"export", input, "-o", path("new.xml"), "--rejects", pipe},
      {"export", input, "-o", path("new.xml"), "--report", pipe},
      {"export", input, "-o", path("new.xml"), "--ids", pipe},
  };
  for (const std::vector<std::string>& arguments : waiting) {
    Process process(arguments, {});
    expect_stopped_while_it_waits(process, arguments[arguments.size() - 2]);
    EXPECT_THAT(files(), ElementsAre("in.mrc", "old.xml", "pipe"));
  }
}

TEST_F(StoppedRun, DoesNotWaitForTheReaderOfItsComplaints) {
  const Ends pipe(Ends::Kind::kPipe);
  const std::string full(1 << 20, 'x');
  fcntl(pipe.writing(), F_SETFL, O_NONBLOCK);
  while (::write(pipe.writing(), full.data(), full.size()) > 0) continue;
  while (::write(pipe.writing(), full.data(), 1) > 0) continue;
  fcntl(pipe.writing(), F_SETFL, 0);
  Process endless({"generate", "--records", kEndless, "-o", "-", "--to", "mrk"},
                  {.out = pipe.writing(), .err = pipe.writing()});
  expect_stopped_while_it_waits(endless, "stopped by a signal");
  Process complete({"generate", "--records", "5", "-o", path("old.xml")}, {.err = pipe.writing()});
  expect_stopped_while_it_waits(complete, "the report");
  EXPECT_NE(read("old.xml"), "old");
}

TEST_F(StoppedRun, WaitsForTheReaderOfAPipeHoweverSlow) {
  const std::string pipe = make_pipe("pipe");
  ASSERT_EQ(run({"generate", "--records", "300", "-o", path("whole.mrk")}).exit_status, 0);
  Process process({"generate", "--records", "300", "-o", pipe, "--to", "mrk"}, {});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const int reader = open(pipe.c_str(), O_RDONLY | O_CLOEXEC);
  std::string got;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = ::read(reader, buffer.data(), buffer.size())) > 0;) {
    got.append(buffer.data(), static_cast<std::size_t>(count));
    if (got.size() < 20 * buffer.size()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  close(reader);
  EXPECT_EQ(process.wait().exit_status, 0);
  EXPECT_EQ(got == read("whole.mrk"), true);
}

TEST_F(StoppedRun, LeavesAReportThatSaysThatItWasCancelled) {
  std::vector<std::string> arguments = endless_run("stream");
  arguments.insert(arguments.end(), {"--report", path("report.json")});
  Process process(arguments, {});
  wait_for_second_file();
  process.send(SIGTERM);
  EXPECT_EQ(process.wait().signal, SIGTERM);
  EXPECT_THAT(files(), ElementsAre("old.xml", "report.json"));
  EXPECT_EQ(read("old.xml"), "old");
  EXPECT_THAT(read("report.json"), testing::HasSubstr("\"code\": \"cancelled\""));
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
