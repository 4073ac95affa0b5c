#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "platform/platform.hpp"
#include "tasks/ordered_tasks.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// Bytes of which any can be read at any time.
class RandomAccess {
 public:
  virtual ~RandomAccess() = default;

  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Reads all of [offset, offset + bytes.size()), which ends at size() at the latest. Thread-safe. Throws Error,
  /// kInputChanged if there are fewer bytes by now.
  virtual void read_at(std::uint64_t offset, std::span<char> bytes) const = 0;
};

/// Bytes that come one after the other and only once: a file, a pipe, or what becomes of another stream. Not
/// thread-safe.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// The name of the input, for reports and errors.
  [[nodiscard]] virtual const std::filesystem::path& path() const = 0;
  /// Reads what comes next, at most bytes.size(), which is not 0. Returns 0 only at the end. Throws Error.
  virtual std::size_t read(std::span<char> bytes) = 0;
  /// All of its bytes, if they can be read in any order, too; else nullptr. Lives as long as the stream.
  [[nodiscard]] virtual const RandomAccess* random_access() const { return nullptr; }
  /// Once read() told the end: what is damaged and where, for people, if the data does not really end there; else
  /// empty.
  [[nodiscard]] virtual std::string damage() const { return {}; }
  /// From now on, leaves to `runner`, which it borrows, what can be done beside reading; to nobody if it is nullptr.
  /// The data is the same.
  virtual void run_on(TaskRunner* /*runner*/) {}
};

/// A stream whose next bytes can be looked at before they are read.
class PeekedStream final : public ByteStream {
 public:
  explicit PeekedStream(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  /// The next `length` bytes, or fewer at the end. Valid until the next call. Throws as read() does, where nothing
  /// could be read; otherwise what fails will fail again when these bytes have been read.
  std::string_view peek(std::size_t length);
  /// Throws what let a peek() end early, if something did.
  void throw_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  [[nodiscard]] const std::filesystem::path& path() const override { return stream_->path(); }
  std::size_t read(std::span<char> bytes) override;
  [[nodiscard]] std::string damage() const override { return stream_->damage(); }
  void run_on(TaskRunner* runner) override { stream_->run_on(runner); }

 private:
  std::unique_ptr<ByteStream> stream_;
  Buffer peeked_;
  std::size_t read_ = 0;  // How much of `peeked_` was handed out.
  std::exception_ptr failure_;
};

/// How much of the files of a run was read. Thread-safe, but for `total`.
struct ReadTally {
  std::uint64_t total = 0;  ///< The sizes of all files; 0 where some of them have none.
  std::atomic<std::uint64_t> read = 0;

  /// From 0 to 1; 0 where it can't be known.
  [[nodiscard]] double fraction() const {
    return total == 0 ? 0 : std::min(1.0, static_cast<double>(read) / static_cast<double>(total));
  }
};

/// A file opened for reading, or a descriptor that somebody else has opened.
class InputFile final : public ByteStream, public RandomAccess {
 public:
  /// Throws Error (kInputOpen) for what does not exist, may not be read, or is a directory. Returns at once for a pipe
  /// that nobody writes to; whoever waits for data stops waiting with kCancelled when `stop` is requested.
  explicit InputFile(const std::filesystem::path& path, std::stop_token stop = {});
  /// Reads a descriptor, which stays open, from where it stands. Throws Error (kInputOpen).
  InputFile(int descriptor, std::filesystem::path name, std::stop_token stop = {});

  [[nodiscard]] const std::filesystem::path& path() const override { return path_; }
  /// True for regular files, which have a size and can be read anywhere.
  [[nodiscard]] bool is_regular() const { return S_ISREG(status_.st_mode); }
  [[nodiscard]] std::uint64_t size() const override { return static_cast<std::uint64_t>(status_.st_size); }
  [[nodiscard]] const struct ::stat& status() const { return status_; }

  /// Adds what is read from now on.
  void count_in(std::shared_ptr<ReadTally> tally) { tally_ = std::move(tally); }

  std::size_t read(std::span<char> bytes) override;
  void read_at(std::uint64_t offset, std::span<char> bytes) const override;
  /// For a regular file that was opened for this run alone: where another descriptor stands is not this one's business.
  [[nodiscard]] const RandomAccess* random_access() const override {
    return is_regular() && owned_.is_open() ? this : nullptr;
  }

 private:
  InputFile(Descriptor owned, std::filesystem::path name, std::stop_token stop);
  void examine();
  void wait_until_readable() const;

  std::filesystem::path path_;
  std::stop_token stop_;
  Descriptor owned_;
  int descriptor_;
  struct ::stat status_ = {};
  std::shared_ptr<ReadTally> tally_;
};

}  // namespace bulkmarc
