#include "output/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "platform/platform.hpp"

namespace bulkmarc {

std::optional<StandingFile> StandingFile::at(const std::filesystem::path& path) {
  struct ::stat status = {};
  const int missing = platform().stat(path.c_str(), status);
  if (missing == -ENOENT) return std::nullopt;
  if (missing != 0) throw Error(ErrorCode::kTargetUnusable, path, "can't be examined", -missing);
  return StandingFile(status);
}

bool StandingFile::operator==(const StandingFile& other) const {
  const auto identity = [](const struct ::stat& status) {
    return std::tuple(status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  };
  return identity(status_) == identity(other.status_);
}

namespace fs = std::filesystem;

namespace {

constexpr int kAttempts = 100;
constexpr mode_t kModeOfNewFiles = 0666;  // Less the process's umask.
constexpr mode_t kPermissions = 07777;

/// A file of up to this size stays in the cache. Where it is larger, the disk has enough to do to be kept busy.
constexpr std::uint64_t kMostCached = std::uint64_t{32} << 20;

constexpr std::size_t kRandomDigits = 16;
constexpr std::string_view kSuffix = ".part";

std::string temporary_name(const fs::path& target) {
  thread_local std::random_device random;
  return fmt::format(".{}.{:08x}{:08x}{}", target.filename().string(), random(), random(), kSuffix);
}

/// The name of the target that a temporary file belongs to; empty where `name` is not that of a temporary file.
std::string_view target_of_temporary(std::string_view name) {
  constexpr std::size_t kAdded = 2 + kRandomDigits + kSuffix.size();  // With the dots around the target's name.
  if (name.size() <= kAdded || !name.starts_with('.') || !name.ends_with(kSuffix)) return {};
  const std::string_view target = name.substr(1, name.size() - kAdded);
  const std::string_view random = name.substr(1 + target.size(), 1 + kRandomDigits);
  if (random.front() != '.' || random.find_first_not_of("0123456789abcdef", 1) != std::string_view::npos) return {};
  return target;
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

}  // namespace

void sync_folder(const fs::path& folder, const fs::path& target) {
  const Descriptor opened(platform().open(folder.c_str(), O_RDONLY | O_DIRECTORY, 0));
  const int failed = opened.is_open() ? platform().fsync(opened.get()) : opened.get();
  if (failed != 0) {
    throw Error(ErrorCode::kOutputSyncFolder, target, "is complete, but its folder can't be brought to the disk",
                -failed);
  }
}

int write_all(int fd, std::string_view bytes, decltype(&Platform::write) write) {
  while (!bytes.empty()) {
    const ssize_t written = (platform().*write)(fd, bytes.data(), bytes.size());
    if (written == -EINTR) continue;
    if (written < 0) return static_cast<int>(written);
    if (written == 0) return -EIO;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

AtomicFile::AtomicFile(const fs::path& target, FileOptions options, Leftovers leftovers)
    : target_(target), options_(options) {
  resolve();
  create(leftovers);
  try {
    adopt_attributes();
  } catch (...) {
    platform().unlink(temporary_.c_str());
    throw;
  }
}

AtomicFile::~AtomicFile() {
  if (state_ == State::kPublished) take_back();
  if (!temporary_.empty()) platform().unlink(temporary_.c_str());
}

void AtomicFile::resolve() {
  const int missing = platform().stat(target_.c_str(), replaced_);
  replaces_ = missing == 0;
  if (missing != 0 && missing != -ENOENT) throw Error(ErrorCode::kTargetUnusable, target_, "can't be used", -missing);
  std::error_code error;
  if (!replaces_ && fs::is_symlink(fs::symlink_status(target_, error))) {
    throw Error(ErrorCode::kTargetUnusable, target_, "is a symbolic link to a file that does not exist");
  }
  if (replaces_ && S_ISDIR(replaced_.st_mode)) throw Error(ErrorCode::kTargetUnusable, target_, "is a directory");
  if (replaces_ && options_.no_clobber) throw Error(ErrorCode::kTargetExists, target_, "exists already");
  if (replaces_) {
    const int denied = platform().access(target_.c_str(), W_OK);
    if (denied != 0) throw Error(ErrorCode::kTargetUnusable, target_, "may not be replaced", -denied);
  }
  error.clear();
  resolved_ = replaces_ ? fs::canonical(target_, error) : target_;
  if (error) throw Error(ErrorCode::kTargetUnusable, target_, "can't be resolved", error.value());
  if (!resolved_.has_filename()) throw Error(ErrorCode::kTargetUnusable, target_, "names no file");
}

void AtomicFile::remove_leftovers(const fs::path& resolved) {
  const std::string target = resolved.filename().string();
  remove_leftovers(folder_of(resolved), target, [&target](const std::string& name) { return name == target; });
}

/// A temporary file is locked as long as its process lives, so one that can be locked belongs to nobody. Whatever
/// fails here leaves a file that was there before.
void AtomicFile::remove_leftovers(const fs::path& folder, std::string_view prefix,
                                  const std::function<bool(const std::string& name)>& is_target) {
  std::vector<std::string> names;
  if (platform().list(folder.c_str(), fmt::format(".{}", prefix), names) != 0) return;
  for (const std::string& name : names) {
    const std::string target(target_of_temporary(name));
    if (target.empty() || !is_target(target)) continue;
    const fs::path path = folder / name;
    const Descriptor file(platform().open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0));
    struct ::stat status = {};
    if (!file.is_open() || platform().fstat(file.get(), status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (platform().lock(file.get()) == 0) platform().unlink(path.c_str());
  }
}

/// Returns a descriptor or -errno; -EEXIST calls for another name.
int AtomicFile::create_temporary(mode_t mode) {
  temporary_ = folder_of(resolved_) / temporary_name(resolved_);
  Descriptor file(platform().open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL, mode));
  if (!file.is_open()) return file.get();
  struct ::stat status = {};
  // Before it is locked, another run may take it for a leftover: it removes the file, or is about to and has the lock.
  // Where there are no locks, nothing is removed.
  int failed = platform().lock(file.get()) == -EWOULDBLOCK ? -EEXIST : platform().fstat(file.get(), status);
  if (failed == 0 && status.st_nlink == 0) failed = -EEXIST;
  if (failed != 0) platform().unlink(temporary_.c_str());
  return failed != 0 ? failed : file.release();
}

void AtomicFile::create(Leftovers leftovers) {
  if (leftovers == Leftovers::kRemove) remove_leftovers(resolved_);
  const mode_t mode = replaces_ ? S_IRUSR | S_IWUSR : kModeOfNewFiles;
  int fd = -EEXIST;
  for (int attempt = 0; attempt < kAttempts && fd == -EEXIST; ++attempt) fd = create_temporary(mode);
  if (fd < 0) {
    temporary_.clear();
    throw Error(ErrorCode::kOutputCreate, target_, "can't create a file beside it", -fd);
  }
  file_ = Descriptor(fd);
}

void AtomicFile::adopt_attributes() {
  if (!replaces_) return;
  struct ::stat own = {};
  int failed = platform().fstat(file_.get(), own);
  mode_t mode = replaced_.st_mode & kPermissions;
  if (failed == 0 && (own.st_uid != replaced_.st_uid || own.st_gid != replaced_.st_gid)) {
    // Only root may give files away, and others only among their groups. Where the owner can't be kept, the rights
    // that go with being the owner must not be either.
    const bool given = platform().fchown(file_.get(), replaced_.st_uid, replaced_.st_gid) == 0;
    if (!given && platform().fchown(file_.get(), static_cast<uid_t>(-1), replaced_.st_gid) != 0)
      mode &= ~static_cast<mode_t>(S_IRWXG);
    if (!given) mode &= ~static_cast<mode_t>(S_ISUID | S_ISGID);
  }
  if (failed == 0) failed = platform().fchmod(file_.get(), mode);
  if (failed != 0)
    throw Error(ErrorCode::kOutputCreate, target_, "can't give the new file the old one's mode", -failed);
}

void AtomicFile::write(std::string_view bytes) {
  const bool uncached = options_.sync && !options_.keep_cached && std::max(written_, expected_) >= kMostCached;
  const int failed = write_all(file_.get(), bytes, uncached ? &Platform::write_uncached : &Platform::write);
  written_ += bytes.size();
  if (failed != 0) throw Error(ErrorCode::kOutputWrite, target_, "can't write", -failed);
}

int AtomicFile::allocate(std::uint64_t offset, std::uint64_t length) {
  if (offset + length > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) return -EFBIG;
  int failed = -EINTR;
  while (failed == -EINTR) {
    failed = platform().fallocate(file_.get(), static_cast<off_t>(offset), static_cast<off_t>(length));
  }
  return failed;
}

int AtomicFile::allocate_ahead(std::uint64_t& allocated, std::uint64_t end, std::uint64_t wanted) {
  wanted = std::max(end, std::min(wanted, platform().most_file_bytes()));
  int failed = allocate(allocated, wanted - allocated);
  if (failed != 0 && wanted > end) {
    wanted = end;
    failed = allocate(allocated, wanted - allocated);
  }
  if (failed == 0) allocated = wanted;
  return failed;
}

void AtomicFile::cut_to(std::uint64_t size) {
  const int failed = platform().ftruncate(file_.get(), static_cast<off_t>(size));
  if (failed == 0) return;
  throw Error(ErrorCode::kOutputAllocate, target_, fmt::format("can't be cut to {} bytes", size), -failed);
}

void AtomicFile::prepare() {
  if (state_ != State::kOpen) return;
  int failed = platform().flush(file_.get());
  if (failed != 0) throw Error(ErrorCode::kOutputWrite, target_, "can't write", -failed);
  if (options_.sync) failed = platform().fsync(file_.get());
  if (failed != 0) throw Error(ErrorCode::kOutputSync, target_, "can't bring the data to the disk", -failed);
  state_ = State::kPrepared;
}

void AtomicFile::rename_to_new() {
  const int failed = platform().rename_to_new(temporary_.c_str(), resolved_.c_str());
  if (failed == -EEXIST) throw Error(ErrorCode::kTargetExists, target_, "appeared during the run, and is not replaced");
  if (failed != 0) throw Error(ErrorCode::kOutputRename, target_, "can't give the finished file its name", -failed);
}

void AtomicFile::fail_to_rename(int failed) const {
  throw Error(ErrorCode::kOutputRename, target_, "can't rename the finished file over it", -failed);
}

/// A file that is renamed over another one is written to the disk at once by ext4; one that is exchanged for it is not.
/// Returns false where that can't be done, or there is no old file any more.
bool AtomicFile::exchange_for_old() {
  const int failed = platform().exchange(temporary_.c_str(), resolved_.c_str());
  if (failed == -EINVAL || failed == -ENOENT) return false;
  if (failed != 0) fail_to_rename(failed);
  // The next run may have taken the old file for a leftover, and removed it; and it will, where this fails otherwise.
  if (platform().unlink(temporary_.c_str()) != -EISDIR) return true;
  platform().exchange(temporary_.c_str(), resolved_.c_str());  // Renaming fails, too, and says why.
  return false;
}

void AtomicFile::rename() {
  if (options_.no_clobber) {
    rename_to_new();
    return;
  }
  if (replaces_ && !options_.sync && exchange_for_old()) return;
  const int failed = platform().rename(temporary_.c_str(), resolved_.c_str());
  if (failed != 0) fail_to_rename(failed);
}

void AtomicFile::publish() {
  prepare();
  if (replaces_) {
    replaced_file_ = Descriptor(platform().open(resolved_.c_str(), O_RDONLY | O_NONBLOCK, 0));
    if (replaced_file_.is_open()) platform().lock(replaced_file_.get());
  }
  const int failed = replaces_ ? platform().exchange(temporary_.c_str(), resolved_.c_str()) : -EINVAL;
  if (failed != 0 && failed != -EINVAL) fail_to_rename(failed);
  if (failed == -EINVAL) {
    rename();
    temporary_.clear();
  }
  state_ = State::kPublished;
  try {
    if (options_.sync) sync_folder(folder_of(resolved_), target_);
  } catch (const Error& error) {
    // It is taken back, so that no error is reported while the new file stands.
    throw Error(ErrorCode::kOutputSync, target_, "can't bring its folder to the disk", error.os_error());
  }
}

void AtomicFile::commit() {
  prepare();
  const bool was_published = state_ == State::kPublished;
  if (!was_published) {
    rename();
    temporary_.clear();
  }
  state_ = State::kCommitted;
  if (options_.sync && !was_published) sync_folder(folder_of(resolved_), target_);
}

void AtomicFile::commit_over(const std::optional<StandingFile>& before) {
  prepare();
  if (!before) {
    options_.no_clobber = true;
  } else if (StandingFile::at(target_) != before) {
    throw Error(ErrorCode::kTargetExists, target_, "appeared during the run, and is not replaced");
  }
  commit();
}

bool AtomicFile::stands_at_target() const {
  struct ::stat own = {};
  struct ::stat there = {};
  return platform().fstat(file_.get(), own) == 0 && platform().stat(resolved_.c_str(), there) == 0 &&
         own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

/// After publish(). Leaves what another run has put there since then.
void AtomicFile::take_back() {
  if (!stands_at_target()) return;
  if (!replaces_) {
    platform().unlink(resolved_.c_str());
  } else if (!temporary_.empty() && platform().exchange(temporary_.c_str(), resolved_.c_str()) != 0) {
    temporary_.clear();  // It is the old file.
  }
}

}  // namespace bulkmarc
