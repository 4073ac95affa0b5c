#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "fault/observed_platform.hpp"

/// The operating system, but that the process ends at one of its calls as if it was killed. Brings nothing to the disk,
/// since a process that ends loses nothing of what was written. REQUIRES: one thread.
class CrashingPlatform : public ObservedPlatform {
 public:
  /// The process ends before the call at this position, from 0. A write counts twice: before it, and in its middle.
  explicit CrashingPlatform(std::size_t ends_before = std::numeric_limits<std::size_t>::max())
      : ends_before_(ends_before) {}

  ssize_t write(int fd, const void* bytes, std::size_t length) override;
  int fsync(int fd) override;

 protected:
  int before(std::string_view name) override;

 private:
  std::size_t ends_before_;
  std::size_t steps_ = 0;
};

/// How a process ended that ran with a CrashingPlatform.
enum class Ending { kCompleted, kCrashed, kFailed };

/// Calls `run` in a process of its own, which ends before this call to the operating system.
Ending run_and_crash(std::size_t ends_before, const std::function<void()>& run);
