#include "stop_signals.hpp"

#include <unistd.h>

#include <pthread.h>

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
  waiter_ = std::thread(&StopSignals::wait_for_signals, this);
}

StopSignals::~StopSignals() {
  if (!waiter_.joinable()) return;
  finished_ = true;
  pthread_kill(waiter_.native_handle(), any_signal_);
  waiter_.join();
}

void StopSignals::wait_for_signals() {
  int signal = 0;
  while (sigwait(&signals_, &signal) == 0 && !finished_) {
    if (received_.exchange(signal) != 0) end_process(signal);
    stop_.request_stop();
  }
}

void StopSignals::end_process(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  raise(signal);
  _exit(128 + signal);
}
