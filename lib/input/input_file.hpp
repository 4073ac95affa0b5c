#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>

#include "input/byte_stream.hpp"
#include "platform/platform.hpp"

namespace bulkmarc {

/// The path that stands for standard input.
inline constexpr const char* kStandardInput = "-";

/// The status of a file that is to be read later. Throws Error (kInputOpen) where there is none.
struct ::stat require_file(const std::filesystem::path& path);

/// A file opened for reading, or standard input.
class InputFile final : public ByteStream {
 public:
  /// Throws Error (kInputOpen) for what does not exist, may not be read, or is a directory. Returns at once for a pipe
  /// that nobody writes to; whoever waits for data stops waiting with kCancelled when `stop` is requested.
  explicit InputFile(std::filesystem::path path, std::stop_token stop = {});

  [[nodiscard]] const std::filesystem::path& path() const override { return path_; }
  /// True for regular files, which have a size and can be read anywhere.
  [[nodiscard]] bool is_regular() const { return S_ISREG(status_.st_mode); }
  /// True for a regular file that was opened for this run alone, so that all of it can be read in any order.
  [[nodiscard]] bool is_seekable() const { return is_regular() && owned_.is_open(); }
  [[nodiscard]] std::uint64_t size() const { return static_cast<std::uint64_t>(status_.st_size); }
  [[nodiscard]] const struct ::stat& status() const { return status_; }

  /// Reads what comes next, at most bytes.size(). Returns 0 only at the end. Throws Error (kInputRead).
  std::size_t read(std::span<char> bytes) override;
  /// Reads all of [offset, offset + bytes.size()). Thread-safe. Throws Error, kInputChanged if the file has
  /// become shorter.
  void read_at(std::uint64_t offset, std::span<char> bytes) const;

 private:
  void wait_until_readable() const;

  std::filesystem::path path_;
  std::stop_token stop_;
  Descriptor owned_;
  int descriptor_;
  struct ::stat status_ = {};
};

}  // namespace bulkmarc
