#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include <nanobind/nanobind.h>
#include <bulkmarc/run_options.hpp>

#include "wakeup.hpp"

namespace nb = nanobind;

/// Thrown in a run's threads after Python has raised an exception, which the thread that came from Python keeps.
class PythonRaised : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Kind and text of what Python raised, in one line. REQUIRES: the GIL.
std::string message_of(const nb::python_error& error);

/// A run of the library, on a thread of its own. Python is called by one thread alone: the one that came from Python,
/// which waits here without the GIL, and takes it to call what the run's threads ask for, and when a signal has come.
/// So a file object, a cursor or a progress function sees the thread that its owner uses, and the run's threads touch
/// no object of Python, but for those of pyarrow (PyarrowEncoder).
///
/// All functions but in_python(), wake() and token() are for that thread, which holds the GIL.
class Run {
 public:
  /// How soon threads of a run that wait for Python see that the run is stopped.
  static constexpr std::chrono::milliseconds kStopInterval{20};

  /// `stop` is None, a std::stop_source, or has is_set(), as a threading.Event has; that is asked about twenty times a
  /// second. `progress` is None or a function.
  Run(nb::object stop, nb::object progress);
  /// Cancels what is left, and waits for that.
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Lets the run that has these options be stopped, and tell how far it is. They must not outlive this.
  template <class LibraryOptions>
  void watch(LibraryOptions& options) {
    options.stop = token();
    if (progress_.is_none()) return;
    options.progress = [this](const bulkmarc::Progress& told) { in_python([&] { progress_(told); }); };
  }

  /// Starts `work`; what it throws is thrown by those who wait. REQUIRES: has not been started.
  void start(std::function<void()> work);

  /// Waits until `ready()` holds, or the run has ended without that; returns whether it holds. `ready` is asked without
  /// the GIL. Throws what ended the run; where that was an exception of Python's, this one, after the run has ended.
  bool wait_until(const std::function<bool()>& ready);
  void wait_for_end();
  [[nodiscard]] bool has_ended();
  /// Stops the run and waits for its end.
  void cancel();
  /// The same for all that there are, as the process ends.
  static void cancel_all();
  /// In a child that was forked: those of the parent are not its own.
  static void forget_all();

  /// For the run's threads: `function` is called by the thread that waits, with the GIL. Waits for that; throws
  /// PythonRaised where it raised an exception, and where another one has.
  void in_python(const std::function<void()>& function);
  /// in_python() of this run.
  [[nodiscard]] auto calls() {
    return [this](const std::function<void()>& function) { in_python(function); };
  }
  /// For the run's threads: what `ready()` depends on has changed.
  void wake();
  [[nodiscard]] std::stop_token token() const { return stop_source_.get_token(); }

 private:
  struct Call;

  void answer(Call& call);
  void look_for_signals();
  /// No call is answered any more.
  void abandon(const std::string& why);
  void join();
  /// REQUIRES: `mutex_` is locked.
  void wake_all();

  nb::object stop_;  // None where nobody has to ask it.
  nb::object progress_;
  std::chrono::milliseconds longest_;  // How long one may wait without looking for signals and asking `stop_`.
  std::stop_source stop_source_;
  std::thread thread_;
  std::mutex join_mutex_;
  std::exception_ptr raised_;  // What Python raised.

  std::mutex mutex_;  // For all that follows.
  Wakeup wakeup_;
  std::size_t waiting_ = 0;  // Threads that wait for it.
  std::deque<Call*> calls_;
  bool ended_ = false;
  std::exception_ptr failure_;  // What ended the run.
  bool abandoned_ = false;
  std::string why_abandoned_;
};
