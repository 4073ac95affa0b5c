#include "fault/observed_platform.hpp"

#include <fcntl.h>

#include <functional>
#include <utility>

using bulkmarc::Platform;
using bulkmarc::WriteQueue;

namespace {

class ObservedQueue final : public WriteQueue {
 public:
  using Before = std::function<int(std::string_view name)>;
  ObservedQueue(std::unique_ptr<WriteQueue> queue, Before before)
      : queue_(std::move(queue)), before_(std::move(before)) {}

  int submit(std::size_t id, std::string_view bytes, off_t offset) override {
    const int failed = before_("submit");
    return failed != 0 ? failed : queue_->submit(id, bytes, offset);
  }
  int wait(Completion& completion) override {
    int failed = before_("wait for a write");
    if (failed == 0) failed = queue_->wait(completion);
    if (failed != 0) return failed;
    const int write_failed = before_("completion");
    if (write_failed != 0) completion.result = write_failed;
    return 0;
  }

 private:
  std::unique_ptr<WriteQueue> queue_;
  Before before_;
};

}  // namespace

int ObservedPlatform::open(const char* path, int flags, mode_t mode) {
  const int failed = before((flags & O_DIRECTORY) != 0 ? "open folder"
                            : (flags & O_CREAT) != 0   ? "create"
                            : (flags & O_DIRECT) != 0  ? "open direct"
                                                       : "open");
  return failed != 0 ? failed : Platform::open(path, flags, mode);
}
int ObservedPlatform::close(int fd) {
  const int failed = before("close");
  const int result = Platform::close(fd);  // A close that fails closes all the same.
  return failed != 0 ? failed : result;
}
int ObservedPlatform::stat(const char* path, struct ::stat& result) {
  const int failed = before("stat");
  return failed != 0 ? failed : Platform::stat(path, result);
}
int ObservedPlatform::fstat(int fd, struct ::stat& result) {
  const int failed = before("fstat");
  return failed != 0 ? failed : Platform::fstat(fd, result);
}
int ObservedPlatform::flags(int fd) {
  const int failed = before("flags");
  return failed != 0 ? failed : Platform::flags(fd);
}
int ObservedPlatform::keeps_files_in_memory(const char* folder) {
  const int failed = before("keeps files in memory");
  return failed != 0 ? failed : Platform::keeps_files_in_memory(folder);
}
int ObservedPlatform::access(const char* path, int mode) {
  const int failed = before("access");
  return failed != 0 ? failed : Platform::access(path, mode);
}
int ObservedPlatform::fchmod(int fd, mode_t mode) {
  const int failed = before("fchmod");
  return failed != 0 ? failed : Platform::fchmod(fd, mode);
}
int ObservedPlatform::fchown(int fd, uid_t owner, gid_t group) {
  const int failed = before("fchown");
  return failed != 0 ? failed : Platform::fchown(fd, owner, group);
}
ssize_t ObservedPlatform::read(int fd, void* bytes, std::size_t length) {
  const int failed = before("read");
  return failed != 0 ? failed : Platform::read(fd, bytes, length);
}
ssize_t ObservedPlatform::pread(int fd, void* bytes, std::size_t length, off_t offset) {
  const int failed = before("pread");
  return failed != 0 ? failed : Platform::pread(fd, bytes, length, offset);
}
int ObservedPlatform::wait_until_readable(int fd, int milliseconds) {
  const int failed = before("wait");
  return failed != 0 ? failed : Platform::wait_until_readable(fd, milliseconds);
}
int ObservedPlatform::wait_until_writable(int fd, int milliseconds) {
  const int failed = before("wait for room");
  return failed != 0 ? failed : Platform::wait_until_writable(fd, milliseconds);
}
ssize_t ObservedPlatform::write(int fd, const void* bytes, std::size_t length) {
  const int failed = before("write");
  return failed != 0 ? failed : Platform::write(fd, bytes, length);
}
ssize_t ObservedPlatform::write_uncached(int fd, const void* bytes, std::size_t length) {
  const int failed = before("write uncached");
  return failed != 0 ? failed : Platform::write_uncached(fd, bytes, length);
}
ssize_t ObservedPlatform::pwrite(int fd, const void* bytes, std::size_t length, off_t offset) {
  const int failed = before("pwrite");
  return failed != 0 ? failed : Platform::pwrite(fd, bytes, length, offset);
}
int ObservedPlatform::open_write_queue(int fd, unsigned most, std::unique_ptr<WriteQueue>& queue) {
  int failed = before("open write queue");
  if (failed == 0) failed = Platform::open_write_queue(fd, most, queue);
  if (failed != 0) return failed;
  queue = std::make_unique<ObservedQueue>(std::move(queue), [this](std::string_view name) { return before(name); });
  return 0;
}
int ObservedPlatform::fallocate(int fd, off_t offset, off_t length) {
  const int failed = before("fallocate");
  return failed != 0 ? failed : Platform::fallocate(fd, offset, length);
}
int ObservedPlatform::ftruncate(int fd, off_t length) {
  const int failed = before("ftruncate");
  return failed != 0 ? failed : Platform::ftruncate(fd, length);
}
int ObservedPlatform::flush(int fd) {
  const int failed = before("flush");
  return failed != 0 ? failed : Platform::flush(fd);
}
int ObservedPlatform::lock(int fd) {
  const int failed = before("lock");
  return failed != 0 ? failed : Platform::lock(fd);
}
int ObservedPlatform::fsync(int fd) {
  struct ::stat status = {};
  Platform::fstat(fd, status);
  const int failed = before(S_ISDIR(status.st_mode) ? "fsync folder" : "fsync");
  return failed != 0 ? failed : Platform::fsync(fd);
}
int ObservedPlatform::rename(const char* from, const char* to) {
  const int failed = before("rename");
  return failed != 0 ? failed : Platform::rename(from, to);
}
int ObservedPlatform::rename_to_new(const char* from, const char* to) {
  const int failed = before("rename to new");
  return failed != 0 ? failed : Platform::rename_to_new(from, to);
}
int ObservedPlatform::unlink(const char* path) {
  const int failed = before("unlink");
  return failed != 0 ? failed : Platform::unlink(path);
}
int ObservedPlatform::exchange(const char* one, const char* other) {
  const int failed = before("exchange");
  return failed != 0 ? failed : Platform::exchange(one, other);
}
int ObservedPlatform::list(const char* folder, std::string_view prefix, std::vector<std::string>& names) {
  const int failed = before("list");
  return failed != 0 ? failed : Platform::list(folder, prefix, names);
}
int ObservedPlatform::map(int fd, std::uint64_t offset, std::size_t length,
                          std::unique_ptr<bulkmarc::Mapping>& mapping) {
  const int failed = before("map");
  return failed != 0 ? failed : Platform::map(fd, offset, length, mapping);
}
