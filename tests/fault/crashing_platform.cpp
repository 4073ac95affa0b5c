#include "fault/crashing_platform.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <memory>

namespace {

// No exit status of anything else.
constexpr int kCrashed = 77;
constexpr int kFailed = 78;

}  // namespace

int CrashingPlatform::before(std::string_view) {
  if (steps_++ == ends_before_) ::_exit(kCrashed);
  return 0;
}

ssize_t CrashingPlatform::write(int fd, const void* bytes, std::size_t length) {
  const std::size_t half = length - length / 2;
  const ssize_t written = ObservedPlatform::write(fd, bytes, half);
  before("the rest of a write");
  if (written != static_cast<ssize_t>(half) || half == length) return written;
  const ssize_t rest = Platform::write(fd, static_cast<const char*>(bytes) + half, length - half);
  return rest < 0 ? written : written + rest;
}
int CrashingPlatform::fsync(int) { return before("fsync"); }

Ending run_and_crash(std::size_t ends_before, const std::function<void()>& run) {
  const pid_t child = ::fork();
  if (child == 0) {
    CrashingPlatform platform(ends_before);
    const bulkmarc::PlatformOverride replaced(platform);
    try {
      run();
      ::_exit(0);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(kFailed);
    }
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return Ending::kFailed;
  if (WEXITSTATUS(status) == 0) return Ending::kCompleted;
  return WEXITSTATUS(status) == kCrashed ? Ending::kCrashed : Ending::kFailed;
}
