#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

/// Turns the first SIGINT, SIGTERM or SIGHUP into a stop request; one that comes a second later or more ends the
/// process at once, and those in between count as the same signal. Signals that the process was started with
/// ignored (as by nohup) stay ignored. Make one in main(), before any other thread: other threads inherit that these
/// signals are blocked, so that only its own thread waits for them.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  /// The signal that asked for the stop, or 0.
  [[nodiscard]] int received() const { return received_; }

  /// To be called when a signal can no longer leave anything unfinished: the next one ends the process.
  static void end_at_once_from_now_on();

  /// Ends this process as if `signal` had not been caught, which is how a shell learns of it.
  [[noreturn]] static void end_process(int signal);

 private:
  void wait_for_signals();

  sigset_t signals_{};
  int any_signal_ = 0;
  std::stop_source stop_;
  std::atomic<int> received_ = 0;
  std::atomic<bool> finished_ = false;
  std::thread waiter_;
};
