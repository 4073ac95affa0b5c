#include "terminal/stop_signals.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

namespace {

using std::chrono::milliseconds;

/// A process with StopSignals that takes no notice of a stop, and never ends by itself.
class Stubborn {
 public:
  /// `prepare` is called in it before the signals are waited for.
  explicit Stubborn(const std::function<void()>& prepare = [] {}) {
    if (::pipe(said_) != 0) return;
    child_ = ::fork();
    if (child_ != 0) return;
    prepare();
    const StopSignals signals;
    say('b');
    while (!signals.token().stop_requested()) std::this_thread::sleep_for(milliseconds(1));
    say(static_cast<char>(signals.received()));
    while (true) ::pause();
  }
  ~Stubborn() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    ::close(said_[0]);
    ::close(said_[1]);
  }
  Stubborn(const Stubborn&) = delete;
  Stubborn& operator=(const Stubborn&) = delete;

  void wait_for_begin() { EXPECT_EQ(hear(), 'b'); }
  /// Waits until the process has noticed a signal, and returns it.
  int noticed() { return hear(); }
  void send(int signal) const { EXPECT_EQ(::kill(child_, signal), 0); }
  /// The signal that ended the process within this time, or 0.
  [[nodiscard]] int ended_within(milliseconds time) const {
    const auto deadline = std::chrono::steady_clock::now() + time;
    do {
      siginfo_t information = {};
      if (::waitid(P_PID, static_cast<id_t>(child_), &information, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          information.si_pid == child_) {
        return information.si_status;
      }
      std::this_thread::sleep_for(milliseconds(1));
    } while (std::chrono::steady_clock::now() < deadline);
    return 0;
  }

 private:
  void say(char what) const { EXPECT_EQ(::write(said_[1], &what, 1), 1); }
  char hear() {
    char heard = 0;
    EXPECT_EQ(::read(said_[0], &heard, 1), 1);
    return heard;
  }

  int said_[2] = {-1, -1};
  pid_t child_ = -1;
};

constexpr milliseconds kSoon{5000};

TEST(StopSignalsTest, TheFirstSignalAsksForAStop) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Stubborn process;
    process.wait_for_begin();
    process.send(signal);
    EXPECT_EQ(process.noticed(), signal);
    EXPECT_EQ(process.ended_within(milliseconds(50)), 0);
  }
}

TEST(StopSignalsTest, SignalsWithinASecondAreTheSameAndALaterOneEndsTheProcess) {
  Stubborn process;
  process.wait_for_begin();
  const auto first = std::chrono::steady_clock::now();
  process.send(SIGTERM);
  ASSERT_EQ(process.noticed(), SIGTERM);
  for (int i = 0; i < 5 && std::chrono::steady_clock::now() - first < milliseconds(700); ++i) {
    process.send(i % 2 == 0 ? SIGTERM : SIGHUP);
    EXPECT_EQ(process.ended_within(milliseconds(100)), 0) << i;
  }
  std::this_thread::sleep_until(first + milliseconds(1100));
  process.send(SIGINT);
  EXPECT_EQ(process.ended_within(kSoon), SIGINT);
}

TEST(StopSignalsTest, OneEndsTheProcessAtOnceWhereNothingIsLeftToBeDone) {
  Stubborn process([] { StopSignals::end_at_once_from_now_on(); });
  process.wait_for_begin();
  process.send(SIGTERM);
  EXPECT_EQ(process.ended_within(kSoon), SIGTERM);
}

TEST(StopSignalsTest, SignalsThatWereIgnoredAreIgnored) {
  Stubborn process([] { std::signal(SIGHUP, SIG_IGN); });
  process.wait_for_begin();
  process.send(SIGHUP);
  EXPECT_EQ(process.ended_within(milliseconds(100)), 0);
  process.send(SIGTERM);
  EXPECT_EQ(process.noticed(), SIGTERM);
}

}  // namespace
