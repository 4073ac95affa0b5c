#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fault/observed_platform.hpp"

/// The operating system, but that one call fails, or every write is short.
class FaultyPlatform : public ObservedPlatform {
 public:
  /// Lets the call at this position of calls(), from 0, fail with this errno.
  void fail_at(std::size_t position, int error) {
    fail_at_ = position;
    error_ = error;
  }
  /// Lets this many calls of this name fail, beginning with its `first`, from 0.
  void fail_all(std::string_view name, int error, int first = 0, int count = 1'000'000) {
    fail_name_ = name;
    fail_first_ = first;
    fail_count_ = count;
    error_ = error;
  }
  /// Lets no file be removed.
  void keep_all_files() { keep_all_files_ = true; }
  /// Limits the bytes that a write takes, one of O_DIRECT to a block at least, and those that pread() gives.
  void transfer_at_most(std::size_t bytes) { most_bytes_ = bytes; }

  /// Lets fsync() do nothing, for tests that make thousands of calls.
  void sync_nothing() { syncs_ = false; }

  /// The names of all calls so far, in their order.
  [[nodiscard]] const std::vector<std::string>& calls() const { return calls_; }

  ssize_t pread(int fd, void* bytes, std::size_t length, off_t offset) override;
  ssize_t write(int fd, const void* bytes, std::size_t length) override;
  ssize_t write_uncached(int fd, const void* bytes, std::size_t length) override;
  ssize_t pwrite(int fd, const void* bytes, std::size_t length, off_t offset) override;
  int open_write_queue(int fd, unsigned most, std::unique_ptr<bulkmarc::WriteQueue>& queue) override;
  int fsync(int fd) override;
  int unlink(const char* path) override;

 protected:
  /// Notes the call. Returns 0, or -errno if it is to fail.
  int before(std::string_view name) override;

 private:
  std::mutex mutex_;
  std::vector<std::string> calls_;
  std::size_t fail_at_ = static_cast<std::size_t>(-1);
  std::string fail_name_;
  int fail_first_ = 0;
  int fail_count_ = 0;
  int error_ = 0;
  bool syncs_ = true;
  bool keep_all_files_ = false;
  [[nodiscard]] std::size_t most_direct_bytes() const;

  std::size_t most_bytes_ = static_cast<std::size_t>(-1);
};
