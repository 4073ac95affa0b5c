#pragma once

#include <semaphore.h>
#include <chrono>

/// Wakes a thread that waits for it. So does a signal, as it does not with a condition variable: those who wait need
/// not look for signals again and again, and take the GIL for that.
class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// Wakes one thread, now or when it waits the next time.
  void wake();
  /// Returns when this is woken, on a signal, or after `longest`.
  void wait(std::chrono::milliseconds longest);

 private:
  ::sem_t semaphore_;
};
