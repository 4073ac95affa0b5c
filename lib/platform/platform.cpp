#include "platform/platform.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <boost/interprocess/exceptions.hpp>
#include <boost/interprocess/mapped_region.hpp>

namespace bulkmarc {
namespace {

namespace bi = boost::interprocess;

template <class Result>
Result or_errno(Result result) {
  return result < 0 ? static_cast<Result>(-errno) : result;
}

/// What Boost.Interprocess maps: a descriptor that somebody else owns.
class Mappable {
 public:
  explicit Mappable(int fd) : fd_(fd) {}
  [[nodiscard]] bi::mapping_handle_t get_mapping_handle() const { return {fd_, false}; }

 private:
  int fd_;
};

class MappedRegion final : public Mapping {
 public:
  MappedRegion(int fd, std::size_t length) : region_(Mappable(fd), bi::read_write, 0, length) {}
  [[nodiscard]] std::span<char> bytes() override {
    return {static_cast<char*>(region_.get_address()), region_.get_size()};
  }

 private:
  bi::mapped_region region_;
};

std::atomic<Platform*> override_platform = nullptr;

}  // namespace

int Platform::open(const char* path, int flags, mode_t mode) { return or_errno(::open(path, flags | O_CLOEXEC, mode)); }
int Platform::close(int fd) { return or_errno(::close(fd)); }
int Platform::stat(const char* path, struct ::stat& result) { return or_errno(::stat(path, &result)); }
int Platform::fstat(int fd, struct ::stat& result) { return or_errno(::fstat(fd, &result)); }
int Platform::access(const char* path, int mode) { return or_errno(::faccessat(AT_FDCWD, path, mode, AT_EACCESS)); }
int Platform::keeps_files_in_memory(const char* folder) {
  struct ::statfs status = {};
  if (::statfs(folder, &status) != 0) return -errno;
  return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC ? 1 : 0;
}

std::uint64_t Platform::memory() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}
int Platform::fchmod(int fd, mode_t mode) { return or_errno(::fchmod(fd, mode)); }
int Platform::fchown(int fd, uid_t owner, gid_t group) { return or_errno(::fchown(fd, owner, group)); }
ssize_t Platform::read(int fd, void* bytes, std::size_t length) { return or_errno(::read(fd, bytes, length)); }
ssize_t Platform::pread(int fd, void* bytes, std::size_t length, off_t offset) {
  return or_errno(::pread(fd, bytes, length, offset));
}
int Platform::wait_until_readable(int fd, int milliseconds) {
  pollfd waiting = {fd, POLLIN, 0};
  return or_errno(::poll(&waiting, 1, milliseconds));
}
ssize_t Platform::write(int fd, const void* bytes, std::size_t length) { return or_errno(::write(fd, bytes, length)); }
int Platform::fallocate(int fd, off_t length) { return or_errno(::fallocate(fd, 0, 0, length)); }
int Platform::ftruncate(int fd, off_t length) { return or_errno(::ftruncate(fd, length)); }
int Platform::flush(int fd) {
  const int copy = or_errno(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  return copy < 0 ? copy : or_errno(::close(copy));
}
int Platform::lock(int fd) { return or_errno(::flock(fd, LOCK_EX | LOCK_NB)); }
int Platform::fsync(int fd) { return or_errno(::fsync(fd)); }
int Platform::rename(const char* from, const char* to) { return or_errno(::rename(from, to)); }
int Platform::rename_to_new(const char* from, const char* to) {
  const int failed = or_errno(::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
  return failed == -EINVAL || failed == -ENOSYS ? rename(from, to) : failed;
}
int Platform::exchange(const char* one, const char* other) {
  const int failed = or_errno(::renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE));
  return failed == -ENOSYS ? -EINVAL : failed;
}
int Platform::unlink(const char* path) { return or_errno(::unlink(path)); }

int Platform::list(const char* folder, std::string_view prefix, std::vector<std::string>& names) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error); !error && entry != end(entry);
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name.starts_with(prefix)) names.push_back(std::move(name));
  }
  return -error.value();
}

int Platform::map(int fd, std::size_t length, std::unique_ptr<Mapping>& mapping) {
  try {
    mapping = std::make_unique<MappedRegion>(fd, length);
    return 0;
  } catch (const bi::interprocess_exception& error) {
    return error.get_native_error() > 0 ? -error.get_native_error() : -EINVAL;
  }
}

Platform& platform() {
  static Platform operating_system;
  Platform* replaced = override_platform.load(std::memory_order_acquire);
  return replaced != nullptr ? *replaced : operating_system;
}

PlatformOverride::PlatformOverride(Platform& replacement) : previous_(override_platform.exchange(&replacement)) {}
PlatformOverride::~PlatformOverride() { override_platform.store(previous_); }

void Descriptor::reset() {
  if (fd_ >= 0) platform().close(fd_);
  fd_ = -1;
}

}  // namespace bulkmarc
