#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "platform/platform.hpp"

/// The operating system, but that the process ends at one of its calls as if it was killed. Brings nothing to the disk,
/// since a process that ends loses nothing of what was written. REQUIRES: one thread.
class CrashingPlatform : public bulkmarc::Platform {
 public:
  /// The process ends before the call at this position, from 0. A write counts twice: before it, and in its middle.
  explicit CrashingPlatform(std::size_t ends_before = std::numeric_limits<std::size_t>::max())
      : ends_before_(ends_before) {}

  int open(const char* path, int flags, mode_t mode) override;
  int close(int fd) override;
  int stat(const char* path, struct ::stat& result) override;
  int fstat(int fd, struct ::stat& result) override;
  int access(const char* path, int mode) override;
  int keeps_files_in_memory(const char* folder) override;
  int fchmod(int fd, mode_t mode) override;
  int fchown(int fd, uid_t owner, gid_t group) override;
  ssize_t read(int fd, void* bytes, std::size_t length) override;
  ssize_t pread(int fd, void* bytes, std::size_t length, off_t offset) override;
  int wait_until_readable(int fd, int milliseconds) override;
  int wait_until_writable(int fd, int milliseconds) override;
  ssize_t write(int fd, const void* bytes, std::size_t length) override;
  int fallocate(int fd, off_t length) override;
  int ftruncate(int fd, off_t length) override;
  int fsync(int fd) override;
  int flush(int fd) override;
  int lock(int fd) override;
  int rename(const char* from, const char* to) override;
  int rename_to_new(const char* from, const char* to) override;
  int unlink(const char* path) override;
  int exchange(const char* one, const char* other) override;
  int list(const char* folder, std::string_view prefix, std::vector<std::string>& names) override;
  int map(int fd, std::size_t length, std::unique_ptr<bulkmarc::Mapping>& mapping) override;

 private:
  void step();

  std::size_t ends_before_;
  std::size_t steps_ = 0;
};

/// How a process ended that ran with a CrashingPlatform.
enum class Ending { kCompleted, kCrashed, kFailed };

/// Calls `run` in a process of its own, which ends before this call to the operating system.
Ending run_and_crash(std::size_t ends_before, const std::function<void()>& run);
