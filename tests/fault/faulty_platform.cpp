#include "fault/faulty_platform.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

using bulkmarc::WriteQueue;

namespace {

class ShortWrites final : public WriteQueue {
 public:
  ShortWrites(std::unique_ptr<WriteQueue> queue, std::size_t most_bytes)
      : queue_(std::move(queue)), most_bytes_(most_bytes) {}

  int submit(std::size_t id, std::string_view bytes, off_t offset) override {
    return queue_->submit(id, bytes.substr(0, most_bytes_), offset);
  }
  int wait(Completion& completion) override { return queue_->wait(completion); }

 private:
  std::unique_ptr<WriteQueue> queue_;
  std::size_t most_bytes_;
};

}  // namespace

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
std::size_t FaultyPlatform::most_direct_bytes() const {
  constexpr std::size_t kBlock = 4096;
  return std::max(kBlock, most_bytes_ / kBlock * kBlock);
}
ssize_t FaultyPlatform::pwrite(int fd, const void* bytes, std::size_t length, off_t offset) {
  return ObservedPlatform::pwrite(fd, bytes, std::min(length, most_direct_bytes()), offset);
}
int FaultyPlatform::open_write_queue(int fd, unsigned most, std::unique_ptr<WriteQueue>& queue) {
  const int failed = ObservedPlatform::open_write_queue(fd, most, queue);
  if (failed == 0) queue = std::make_unique<ShortWrites>(std::move(queue), most_direct_bytes());
  return failed;
}
int FaultyPlatform::fsync(int fd) {
  if (syncs_) return ObservedPlatform::fsync(fd);
  struct ::stat status = {};
  Platform::fstat(fd, status);
  return before(S_ISDIR(status.st_mode) ? "fsync folder" : "fsync");
}
int FaultyPlatform::unlink(const char* path) { return keep_all_files_ ? -EACCES : Platform::unlink(path); }
