#include "platform/platform.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>
#include <utility>

#include <linux/magic.h>
#include <boost/interprocess/exceptions.hpp>
#include <boost/interprocess/mapped_region.hpp>

namespace bulkmarc {

namespace {

namespace bi = boost::interprocess;

template <class Result>
Result or_errno(Result result) {
  return result < 0 ? static_cast<Result>(-errno) : result;
}

/// The result of a call that only a signal handler can have interrupted.
template <class Call>
auto completed(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return or_errno(result);
}

int wait_for(int fd, short event, int milliseconds) {
  pollfd waiting = {fd, event, 0};
  return or_errno(::poll(&waiting, 1, milliseconds));
}

/// The same as renameat2() with RENAME_NOREPLACE, by a second name for the file, which can't be given where one exists.
int link_to_new(const char* from, const char* to) {
  const int failed = or_errno(::link(from, to));
  if (failed == 0) ::unlink(from);  // Where that fails the name is a leftover, and the file is in place.
  return failed;
}

void advise_huge_pages(std::span<char> memory) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* begin = memory.data();
  std::size_t length = memory.size();
  if (std::align(page, page, begin, length) == nullptr) return;
  ::madvise(begin, length / page * page, MADV_HUGEPAGE);
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
  MappedRegion(int fd, std::uint64_t offset, std::size_t length)
      : region_(Mappable(fd), bi::read_write, static_cast<bi::offset_t>(offset), length) {
    advise_huge_pages(bytes());
  }
  [[nodiscard]] std::span<char> bytes() override {
    return {static_cast<char*>(region_.get_address()), region_.get_size()};
  }

 private:
  bi::mapped_region region_;
};

std::atomic<Platform*> override_platform = nullptr;

}  // namespace

int Platform::open(const char* path, int flags, mode_t mode) {
  return completed([&] { return ::open(path, flags | O_CLOEXEC, mode); });
}
int Platform::close(int fd) { return or_errno(::close(fd)); }
int Platform::stat(const char* path, struct ::stat& result) {
  return completed([&] { return ::stat(path, &result); });
}
int Platform::fstat(int fd, struct ::stat& result) {
  return completed([&] { return ::fstat(fd, &result); });
}
int Platform::flags(int fd) { return or_errno(::fcntl(fd, F_GETFL)); }
int Platform::access(const char* path, int mode) { return or_errno(::faccessat(AT_FDCWD, path, mode, AT_EACCESS)); }
int Platform::keeps_files_in_memory(const char* folder) {
  struct ::statfs status = {};
  if (::statfs(folder, &status) != 0) return -errno;
  return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC ? 1 : 0;
}

std::uint64_t Platform::most_file_bytes() {
  struct ::rlimit limit = {};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::numeric_limits<off_t>::max();
  }
  return limit.rlim_cur;
}
int Platform::fchmod(int fd, mode_t mode) {
  return completed([&] { return ::fchmod(fd, mode); });
}
int Platform::fchown(int fd, uid_t owner, gid_t group) {
  return completed([&] { return ::fchown(fd, owner, group); });
}
ssize_t Platform::read(int fd, void* bytes, std::size_t length) { return or_errno(::read(fd, bytes, length)); }
ssize_t Platform::pread(int fd, void* bytes, std::size_t length, off_t offset) {
  return or_errno(::pread(fd, bytes, length, offset));
}
int Platform::wait_until_readable(int fd, int milliseconds) { return wait_for(fd, POLLIN, milliseconds); }
int Platform::wait_until_writable(int fd, int milliseconds) { return wait_for(fd, POLLOUT, milliseconds); }
bool Platform::is_terminal(int fd) { return ::isatty(fd) == 1; }
ssize_t Platform::write(int fd, const void* bytes, std::size_t length) { return or_errno(::write(fd, bytes, length)); }
ssize_t Platform::write_uncached(int fd, const void* bytes, std::size_t length) {
  constexpr int kUncached = 0x80;  // RWF_DONTCACHE of Linux 6.14, which the C library may not know yet.
  constexpr off_t kPosition = -1;  // The file's own.
  const ::iovec piece = {const_cast<void*>(bytes), length};
  const ssize_t written = or_errno(::pwritev2(fd, &piece, 1, kPosition, kUncached));
  return written == -EOPNOTSUPP || written == -ENOSYS ? write(fd, bytes, length) : written;
}
ssize_t Platform::pwrite(int fd, const void* bytes, std::size_t length, off_t offset) {
  return or_errno(::pwrite(fd, bytes, length, offset));
}
int Platform::open_write_queue(int fd, unsigned most, std::unique_ptr<WriteQueue>& queue) {
  return open_uring(fd, most, queue);
}
int Platform::fallocate(int fd, off_t offset, off_t length) { return or_errno(::fallocate(fd, 0, offset, length)); }
int Platform::ftruncate(int fd, off_t length) {
  return completed([&] { return ::ftruncate(fd, length); });
}
int Platform::flush(int fd) {
  // A close that was interrupted has closed, but may not have written all.
  return completed([&] {
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? copy : ::close(copy);
  });
}
int Platform::lock(int fd) {
  return completed([&] { return ::flock(fd, LOCK_EX | LOCK_NB); });
}
int Platform::fsync(int fd) {
  return completed([&] { return ::fsync(fd); });
}
int Platform::rename(const char* from, const char* to) { return or_errno(::rename(from, to)); }
int Platform::rename_to_new(const char* from, const char* to) {
  const int failed = or_errno(::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
  if (failed != -EINVAL && failed != -ENOSYS) return failed;
  const int failed_to_link = link_to_new(from, to);
  return failed_to_link == -EPERM || failed_to_link == -EOPNOTSUPP ? rename(from, to) : failed_to_link;
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

int Platform::map(int fd, std::uint64_t offset, std::size_t length, std::unique_ptr<Mapping>& mapping) {
  try {
    mapping = std::make_unique<MappedRegion>(fd, offset, length);
    return 0;
  } catch (const bi::interprocess_exception& error) {
    return error.get_native_error() > 0 ? -error.get_native_error() : -EINVAL;
  }
}

void Platform::prefer_huge_pages(std::span<char> memory) { advise_huge_pages(memory); }

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

std::optional<std::uint64_t> address_space_left() {
  struct ::rlimit limit = {};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const std::uint64_t taken = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return limit.rlim_cur > taken ? limit.rlim_cur - taken : 0;
}

}  // namespace bulkmarc
