#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/write_queue.hpp"

namespace bulkmarc {

/// As many bytes are asked for where a file is read from its beginning to its end.
inline constexpr std::size_t kReadAtOnce = std::size_t{256} << 10;

/// A writable mapping of a part of a file, or of all of it; unmapped when it is destroyed.
class Mapping {
 public:
  virtual ~Mapping() = default;
  [[nodiscard]] virtual std::span<char> bytes() = 0;
};

/// Every call to the operating system that the library makes goes through here, so that a test can make any of them
/// fail. Each returns what the call of the same name returns, with -errno for a failure instead of -1. A signal handler
/// interrupts only those that may wait for somebody else: read, pread, write, pwrite, fallocate and the waits return
/// -EINTR, the others are repeated. Thread-safe.
class Platform {
 public:
  virtual ~Platform() = default;

  virtual int open(const char* path, int flags, mode_t mode);
  virtual int close(int fd);
  virtual int stat(const char* path, struct ::stat& result);
  virtual int fstat(int fd, struct ::stat& result);
  /// The flags that `fd` has (fcntl's F_GETFL): the mode in which it was opened among them.
  virtual int flags(int fd);
  virtual int access(const char* path, int mode);
  /// 1 when the folder's file system keeps its files in memory (tmpfs), 0 when it does not.
  virtual int keeps_files_in_memory(const char* folder);
  /// Bytes that a file of this process may have (`ulimit -f`).
  virtual std::uint64_t most_file_bytes();
  virtual int fchmod(int fd, mode_t mode);
  virtual int fchown(int fd, uid_t owner, gid_t group);
  virtual ssize_t read(int fd, void* bytes, std::size_t length);
  virtual ssize_t pread(int fd, void* bytes, std::size_t length, off_t offset);
  /// Waits until read() will not block, at most so long. Returns 1 when it will not, or 0.
  virtual int wait_until_readable(int fd, int milliseconds);
  /// Waits until write() will not block, or not for its first bytes, at most so long. Returns 1 when it will not, or 0.
  virtual int wait_until_writable(int fd, int milliseconds);
  virtual bool is_terminal(int fd);
  virtual ssize_t write(int fd, const void* bytes, std::size_t length);
  /// The same, but the bytes are on their way to the disk from then on, and leave the cache when they are there
  /// (RWF_DONTCACHE). Like write() where the system or the file system can't do that.
  virtual ssize_t write_uncached(int fd, const void* bytes, std::size_t length);
  virtual ssize_t pwrite(int fd, const void* bytes, std::size_t length, off_t offset);
  /// open_uring().
  virtual int open_write_queue(int fd, unsigned most, std::unique_ptr<WriteQueue>& queue);
  /// The space itself, not the emulation that writes zeroes: a file system without it says EOPNOTSUPP.
  virtual int fallocate(int fd, off_t offset, off_t length);
  virtual int ftruncate(int fd, off_t length);
  virtual int fsync(int fd);
  /// Reports what a close would report (network file systems write only then), and leaves `fd` open.
  virtual int flush(int fd);
  /// Locks the file against other descriptors of it until `fd` is closed. -EWOULDBLOCK when one of them has locked it.
  virtual int lock(int fd);
  virtual int rename(const char* from, const char* to);
  /// The same, but -EEXIST when `to` exists, as far as the file system can promise that.
  virtual int rename_to_new(const char* from, const char* to);
  /// Each name gets the other's file, at once. -EINVAL where the file system can't do that.
  virtual int exchange(const char* one, const char* other);
  virtual int unlink(const char* path);
  /// Sets `names` to those of a folder's entries that begin with `prefix`. Returns 0 or -errno.
  virtual int list(const char* folder, std::string_view prefix, std::vector<std::string>& names);
  /// Maps `length` bytes of a file from `offset` on, in huge pages where the system has them for files. Returns 0 and
  /// sets `mapping`, or -errno.
  virtual int map(int fd, std::uint64_t offset, std::size_t length, std::unique_ptr<Mapping>& mapping);
  /// Asks for huge pages for memory that is not in use yet. Advice: what can't be done is left.
  virtual void prefer_huge_pages(std::span<char> memory);
};

/// The platform in use: the operating system's, unless a test has replaced it.
[[nodiscard]] Platform& platform();

/// Replaces the platform as long as it lives; for tests. REQUIRES: no export is under way when it begins or ends.
class PlatformOverride {
 public:
  explicit PlatformOverride(Platform& replacement);
  ~PlatformOverride();
  PlatformOverride(const PlatformOverride&) = delete;
  PlatformOverride& operator=(const PlatformOverride&) = delete;

 private:
  Platform* previous_;
};

/// A file descriptor that is closed when it is destroyed.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = other.fd_;
      other.fd_ = -1;
    }
    return *this;
  }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  void reset();
  /// Gives the descriptor to the caller, who closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

/// Bytes of address space that this process may still take before it meets the limit on it (`ulimit -v`), or nothing
/// where there is no such limit.
[[nodiscard]] std::optional<std::uint64_t> address_space_left();

}  // namespace bulkmarc
