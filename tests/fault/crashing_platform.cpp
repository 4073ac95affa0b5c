#include "fault/crashing_platform.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <memory>

using bulkmarc::Platform;

namespace {

// No exit status of anything else.
constexpr int kCrashed = 77;
constexpr int kFailed = 78;

}  // namespace

void CrashingPlatform::step() {
  if (steps_++ == ends_before_) ::_exit(kCrashed);
}

int CrashingPlatform::open(const char* path, int flags, mode_t mode) {
  step();
  return Platform::open(path, flags, mode);
}
int CrashingPlatform::close(int fd) {
  step();
  return Platform::close(fd);
}
int CrashingPlatform::stat(const char* path, struct ::stat& result) {
  step();
  return Platform::stat(path, result);
}
int CrashingPlatform::fstat(int fd, struct ::stat& result) {
  step();
  return Platform::fstat(fd, result);
}
int CrashingPlatform::access(const char* path, int mode) {
  step();
  return Platform::access(path, mode);
}
int CrashingPlatform::keeps_files_in_memory(const char* folder) {
  step();
  return Platform::keeps_files_in_memory(folder);
}
int CrashingPlatform::fchmod(int fd, mode_t mode) {
  step();
  return Platform::fchmod(fd, mode);
}
int CrashingPlatform::fchown(int fd, uid_t owner, gid_t group) {
  step();
  return Platform::fchown(fd, owner, group);
}
ssize_t CrashingPlatform::read(int fd, void* bytes, std::size_t length) {
  step();
  return Platform::read(fd, bytes, length);
}
ssize_t CrashingPlatform::pread(int fd, void* bytes, std::size_t length, off_t offset) {
  step();
  return Platform::pread(fd, bytes, length, offset);
}
int CrashingPlatform::wait_until_readable(int fd, int milliseconds) {
  step();
  return Platform::wait_until_readable(fd, milliseconds);
}
int CrashingPlatform::wait_until_writable(int fd, int milliseconds) {
  step();
  return Platform::wait_until_writable(fd, milliseconds);
}
ssize_t CrashingPlatform::write(int fd, const void* bytes, std::size_t length) {
  step();
  const std::size_t half = length - length / 2;
  const ssize_t written = Platform::write(fd, bytes, half);
  step();
  if (written != static_cast<ssize_t>(half) || half == length) return written;
  const ssize_t rest = Platform::write(fd, static_cast<const char*>(bytes) + half, length - half);
  return rest < 0 ? written : written + rest;
}
int CrashingPlatform::fallocate(int fd, off_t length) {
  step();
  return Platform::fallocate(fd, length);
}
int CrashingPlatform::ftruncate(int fd, off_t length) {
  step();
  return Platform::ftruncate(fd, length);
}
int CrashingPlatform::fsync(int) {
  step();
  return 0;
}
int CrashingPlatform::flush(int fd) {
  step();
  return Platform::flush(fd);
}
int CrashingPlatform::lock(int fd) {
  step();
  return Platform::lock(fd);
}
int CrashingPlatform::rename(const char* from, const char* to) {
  step();
  return Platform::rename(from, to);
}
int CrashingPlatform::rename_to_new(const char* from, const char* to) {
  step();
  return Platform::rename_to_new(from, to);
}
int CrashingPlatform::unlink(const char* path) {
  step();
  return Platform::unlink(path);
}
int CrashingPlatform::exchange(const char* one, const char* other) {
  step();
  return Platform::exchange(one, other);
}
int CrashingPlatform::list(const char* folder, std::string_view prefix, std::vector<std::string>& names) {
  step();
  return Platform::list(folder, prefix, names);
}
int CrashingPlatform::map(int fd, std::size_t length, std::unique_ptr<bulkmarc::Mapping>& mapping) {
  step();
  return Platform::map(fd, length, mapping);
}

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
