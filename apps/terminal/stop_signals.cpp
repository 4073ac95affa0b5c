#include "stop_signals.hpp"

#include <unistd.h>

#include <chrono>
#include <system_error>

#include <pthread.h>

namespace {

using Clock = std::chrono::steady_clock;

/// A closing terminal and `timeout` send their signal more than once: both shell and kernel do, or it goes to the
/// process and to its group. Within this time it counts as the same signal.
constexpr std::chrono::seconds kSameSignal{1};

std::atomic<bool> ends_at_once = false;

}  // namespace

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    sigaddset(&signals_, signal);
    any_signal_ = signal;
  }
  if (any_signal_ == 0) return;
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  try {
    waiter_ = std::thread(&StopSignals::wait_for_signals, this);
  } catch (const std::system_error&) {
    // No thread can be started. Signals then end the process at once.
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
  }
}

StopSignals::~StopSignals() {
  if (!waiter_.joinable()) return;
  finished_ = true;
  pthread_kill(waiter_.native_handle(), any_signal_);
  waiter_.join();
}

void StopSignals::wait_for_signals() {
  Clock::time_point first;
  int signal = 0;
  while (sigwait(&signals_, &signal) == 0 && !finished_) {
    const Clock::time_point now = Clock::now();
    const bool is_first = received_ == 0;
    if (ends_at_once || (!is_first && now - first >= kSameSignal)) end_process(signal);
    if (!is_first) continue;
    first = now;
    received_ = signal;
    stop_.request_stop();
  }
}

void StopSignals::end_at_once_from_now_on() { ends_at_once = true; }

void StopSignals::end_process(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  raise(signal);
  _exit(128 + signal);
}
