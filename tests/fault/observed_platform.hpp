#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/platform.hpp"

/// The operating system, but that before() sees each call that fails or changes something, and may fail it.
class ObservedPlatform : public bulkmarc::Platform {
 public:
  int open(const char* path, int flags, mode_t mode) override;
  int close(int fd) override;
  int stat(const char* path, struct ::stat& result) override;
  int fstat(int fd, struct ::stat& result) override;
  int flags(int fd) override;
  int keeps_files_in_memory(const char* folder) override;
  int access(const char* path, int mode) override;
  int fchmod(int fd, mode_t mode) override;
  int fchown(int fd, uid_t owner, gid_t group) override;
  ssize_t read(int fd, void* bytes, std::size_t length) override;
  ssize_t pread(int fd, void* bytes, std::size_t length, off_t offset) override;
  int wait_until_readable(int fd, int milliseconds) override;
  int wait_until_writable(int fd, int milliseconds) override;
  ssize_t write(int fd, const void* bytes, std::size_t length) override;
  ssize_t write_uncached(int fd, const void* bytes, std::size_t length) override;
  int fallocate(int fd, off_t offset, off_t length) override;
  ssize_t pwrite(int fd, const void* bytes, std::size_t length, off_t offset) override;
  int open_write_queue(int fd, unsigned most, std::unique_ptr<bulkmarc::WriteQueue>& queue) override;
  int ftruncate(int fd, off_t length) override;
  int fsync(int fd) override;
  int flush(int fd) override;
  int lock(int fd) override;
  int rename(const char* from, const char* to) override;
  int rename_to_new(const char* from, const char* to) override;
  int unlink(const char* path) override;
  int exchange(const char* one, const char* other) override;
  int list(const char* folder, std::string_view prefix, std::vector<std::string>& names) override;
  int map(int fd, std::uint64_t offset, std::size_t length, std::unique_ptr<bulkmarc::Mapping>& mapping) override;

 protected:
  /// Called before the call of this name. Returns 0, or -errno where the call is to fail instead.
  virtual int before(std::string_view name) = 0;
};
