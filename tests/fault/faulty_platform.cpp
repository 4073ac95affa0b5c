#include "fault/faulty_platform.hpp"

#include <algorithm>
#include <cerrno>

int FaultyPlatform::before(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  const auto earlier = std::ranges::count(calls_, name);
  calls_.emplace_back(name);
  const bool fails = calls_.size() - 1 == fail_at_ ||
                     (name == fail_name_ && earlier >= fail_first_ && earlier < fail_first_ + fail_count_);
  return fails ? -error_ : 0;
}

ssize_t FaultyPlatform::pread(int fd, void* bytes, std::size_t length, off_t offset) {
  return ObservedPlatform::pread(fd, bytes, std::min(length, most_bytes_), offset);
}
ssize_t FaultyPlatform::write(int fd, const void* bytes, std::size_t length) {
  return ObservedPlatform::write(fd, bytes, std::min(length, most_bytes_));
}
ssize_t FaultyPlatform::write_uncached(int fd, const void* bytes, std::size_t length) {
  return ObservedPlatform::write_uncached(fd, bytes, std::min(length, most_bytes_));
}
int FaultyPlatform::fsync(int fd) {
  if (syncs_) return ObservedPlatform::fsync(fd);
  struct ::stat status = {};
  Platform::fstat(fd, status);
  return before(S_ISDIR(status.st_mode) ? "fsync folder" : "fsync");
}
int FaultyPlatform::unlink(const char* path) { return keep_all_files_ ? -EACCES : Platform::unlink(path); }
