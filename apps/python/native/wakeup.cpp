#include "wakeup.hpp"

#include <ctime>

Wakeup::Wakeup() { ::sem_init(&semaphore_, 0, 0); }

Wakeup::~Wakeup() { ::sem_destroy(&semaphore_); }

void Wakeup::wake() { ::sem_post(&semaphore_); }

void Wakeup::wait(std::chrono::milliseconds longest) {
  // The clock of std::chrono::steady_clock.
  const auto end = std::chrono::steady_clock::now().time_since_epoch() + longest;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(end);
  const ::timespec until{static_cast<std::time_t>(seconds.count()),
                         static_cast<long>(std::chrono::nanoseconds(end - seconds).count())};
  ::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &until);
}
