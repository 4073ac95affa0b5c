#include "fault/faulty_platform.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

using bulkmarc::Platform;

int FaultyPlatform::note(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  const auto earlier = std::ranges::count(calls_, name);
  calls_.emplace_back(name);
  const bool fails = calls_.size() - 1 == fail_at_ ||
                     (name == fail_name_ && earlier >= fail_first_ && earlier < fail_first_ + fail_count_);
  return fails ? -error_ : 0;
}

int FaultyPlatform::open(const char* path, int flags, mode_t mode) {
  const int failed = note((flags & O_DIRECTORY) != 0 ? "open folder" : (flags & O_CREAT) != 0 ? "create" : "open");
  return failed != 0 ? failed : Platform::open(path, flags, mode);
}
int FaultyPlatform::close(int fd) {
  const int failed = note("close");
  const int result = Platform::close(fd);  // A close that fails closes all the same.
  return failed != 0 ? failed : result;
}
int FaultyPlatform::stat(const char* path, struct ::stat& result) {
  const int failed = note("stat");
  return failed != 0 ? failed : Platform::stat(path, result);
}
int FaultyPlatform::fstat(int fd, struct ::stat& result) {
  const int failed = note("fstat");
  return failed != 0 ? failed : Platform::fstat(fd, result);
}
int FaultyPlatform::keeps_files_in_memory(const char* folder) {
  const int failed = note("keeps files in memory");
  return failed != 0 ? failed : Platform::keeps_files_in_memory(folder);
}
int FaultyPlatform::access(const char* path, int mode) {
  const int failed = note("access");
  return failed != 0 ? failed : Platform::access(path, mode);
}
int FaultyPlatform::fchmod(int fd, mode_t mode) {
  const int failed = note("fchmod");
  return failed != 0 ? failed : Platform::fchmod(fd, mode);
}
int FaultyPlatform::fchown(int fd, uid_t owner, gid_t group) {
  const int failed = note("fchown");
  return failed != 0 ? failed : Platform::fchown(fd, owner, group);
}
ssize_t FaultyPlatform::read(int fd, void* bytes, std::size_t length) {
  const int failed = note("read");
  return failed != 0 ? failed : Platform::read(fd, bytes, length);
}
ssize_t FaultyPlatform::pread(int fd, void* bytes, std::size_t length, off_t offset) {
  const int failed = note("pread");
  return failed != 0 ? failed : Platform::pread(fd, bytes, std::min(length, most_bytes_), offset);
}
int FaultyPlatform::wait_until_readable(int fd, int milliseconds) {
  const int failed = note("wait");
  return failed != 0 ? failed : Platform::wait_until_readable(fd, milliseconds);
}
int FaultyPlatform::wait_until_writable(int fd, int milliseconds) {
  const int failed = note("wait for room");
  return failed != 0 ? failed : Platform::wait_until_writable(fd, milliseconds);
}
ssize_t FaultyPlatform::write(int fd, const void* bytes, std::size_t length) {
  const int failed = note("write");
  if (failed != 0) return failed;
  return Platform::write(fd, bytes, std::min(length, most_bytes_));
}
int FaultyPlatform::fallocate(int fd, off_t length) {
  const int failed = note("fallocate");
  return failed != 0 ? failed : Platform::fallocate(fd, length);
}
int FaultyPlatform::ftruncate(int fd, off_t length) {
  const int failed = note("ftruncate");
  return failed != 0 ? failed : Platform::ftruncate(fd, length);
}
int FaultyPlatform::flush(int fd) {
  const int failed = note("flush");
  return failed != 0 ? failed : Platform::flush(fd);
}
int FaultyPlatform::lock(int fd) {
  const int failed = note("lock");
  return failed != 0 ? failed : Platform::lock(fd);
}
int FaultyPlatform::fsync(int fd) {
  struct ::stat status = {};
  Platform::fstat(fd, status);
  const int failed = note(S_ISDIR(status.st_mode) ? "fsync folder" : "fsync");
  return failed != 0 || !syncs_ ? failed : Platform::fsync(fd);
}
int FaultyPlatform::rename(const char* from, const char* to) {
  const int failed = note("rename");
  return failed != 0 ? failed : Platform::rename(from, to);
}
int FaultyPlatform::rename_to_new(const char* from, const char* to) {
  const int failed = note("rename to new");
  return failed != 0 ? failed : Platform::rename_to_new(from, to);
}
int FaultyPlatform::unlink(const char* path) { return keep_all_files_ ? -EACCES : Platform::unlink(path); }
int FaultyPlatform::exchange(const char* one, const char* other) {
  const int failed = note("exchange");
  return failed != 0 ? failed : Platform::exchange(one, other);
}
int FaultyPlatform::list(const char* folder, std::string_view prefix, std::vector<std::string>& names) {
  const int failed = note("list");
  return failed != 0 ? failed : Platform::list(folder, prefix, names);
}
int FaultyPlatform::map(int fd, std::size_t length, std::unique_ptr<bulkmarc::Mapping>& mapping) {
  const int failed = note("map");
  return failed != 0 ? failed : Platform::map(fd, length, mapping);
}
