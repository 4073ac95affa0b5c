#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <bulkmarc/target.hpp>

#include "platform/platform.hpp"

namespace bulkmarc {

/// What stands under a name at a moment, links followed: enough to see later whether it is still that.
class StandingFile {
 public:
  /// Nothing where no file has the name. Throws Error (kTargetUnusable) where that can't be found out.
  static std::optional<StandingFile> at(const std::filesystem::path& path);

  /// False when it is another file by now, or was written to.
  bool operator==(const StandingFile& other) const;

 private:
  explicit StandingFile(const struct ::stat& status) : status_(status) {}
  struct ::stat status_;
};

/// A file that appears under its name as a whole or not at all: `.<name>.<random>.part` beside the target until
/// commit() renames it. Destroyed without commit, it is removed; if its process is killed, the next AtomicFile of the
/// same target removes it. docs/durability.md is its contract.
class AtomicFile {
 public:
  /// Creates the temporary file, with the mode and, where that is permitted, the owner of the file that it will
  /// replace. Follows symbolic links. Throws Error (kTargetUnusable, kTargetExists, kOutputCreate).
  /// What killed runs to this target have left is removed first, unless the caller has done that.
  enum class Leftovers { kRemove, kAreRemoved };
  AtomicFile(const std::filesystem::path& target, FileOptions options, Leftovers leftovers = Leftovers::kRemove);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Removes what killed runs to this target, whose links have been followed, have left.
  static void remove_leftovers(const std::filesystem::path& resolved);
  /// The same for all targets in `folder` whose names begin with `prefix` and that `is_target` knows. Lists the folder
  /// once.
  static void remove_leftovers(const std::filesystem::path& folder, std::string_view prefix,
                               const std::function<bool(const std::string& name)>& is_target);

  [[nodiscard]] int descriptor() const { return file_.get(); }
  /// Opens the temporary file once more. Returns a descriptor of the caller's, which does not hold the lock, or -errno.
  [[nodiscard]] int open_again(int flags) const { return platform().open(temporary_.c_str(), flags, 0); }
  /// The target as the caller named it, for messages.
  [[nodiscard]] const std::filesystem::path& target() const { return target_; }

  /// About this many bytes will be written. Only a guess, and may be far off.
  void expect(std::uint64_t bytes) { expected_ = bytes; }
  /// Writes all of `bytes` at the file's position. What is to be synced, and is large or expected to be, goes to the
  /// disk from here on and not only in prepare(), and does not stay in the cache unless FileOptions says so.
  void write(std::string_view bytes);

  /// Allocates space for the bytes [offset, offset + length), and makes the file longer where it ends before. Returns 0
  /// or -errno; -EOPNOTSUPP or -ENOSYS where the file system has no such thing.
  int allocate(std::uint64_t offset, std::uint64_t length);
  /// Allocates from `allocated` on, which it moves: up to `wanted`, or, where there is no room for so much, up to
  /// `end`. REQUIRES: `allocated` < `end`. Returns as allocate() does.
  int allocate_ahead(std::uint64_t& allocated, std::uint64_t end, std::uint64_t wanted);
  /// Gives back what was allocated beyond the first `size` bytes. Throws Error (kOutputAllocate).
  void cut_to(std::uint64_t size);

  /// Syncs the file, renames it over the target, syncs the folder. Throws Error; until the rename has happened the
  /// target is the old one, and after it (kOutputSyncFolder) the new one.
  void commit();
  /// The same, but where another file stands at the target than `before`, which it throws for (kTargetExists).
  void commit_over(const std::optional<StandingFile>& before);

  /// The steps of commit() by themselves (Output). prepare() syncs the file. publish() does the rest, but keeps the
  /// old file under the temporary name, and the destructor puts it back unless commit() was called. Where the file
  /// system can't exchange two files the old one is lost.
  void prepare();
  void publish();

 private:
  enum class State { kOpen, kPrepared, kPublished, kCommitted };

  void resolve();
  int create_temporary(mode_t mode);
  void create(Leftovers leftovers);
  void adopt_attributes();
  void rename();
  void rename_to_new();
  bool exchange_for_old();
  [[noreturn]] void fail_to_rename(int failed) const;
  [[nodiscard]] bool stands_at_target() const;
  void take_back();

  std::filesystem::path target_;
  FileOptions options_;
  std::filesystem::path resolved_;   // The target with its links followed.
  std::filesystem::path temporary_;  // Empty when there is nothing to remove.
  struct ::stat replaced_ = {};
  bool replaces_ = false;
  State state_ = State::kOpen;
  Descriptor file_;
  std::uint64_t expected_ = 0;
  std::uint64_t written_ = 0;  // By write().
  Descriptor replaced_file_;   // Locked while it has the temporary name, so that no other run takes it for a leftover.
};

/// Brings a folder's entries to the disk. Throws Error (kOutputSyncFolder) that names `target`.
void sync_folder(const std::filesystem::path& folder, const std::filesystem::path& target);

/// Writes all of `bytes` to `fd`, however often the system writes less. Returns 0 or -errno.
int write_all(int fd, std::string_view bytes, decltype(&Platform::write) write = &Platform::write);

}  // namespace bulkmarc
