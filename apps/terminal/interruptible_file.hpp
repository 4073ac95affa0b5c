#pragma once

#include <array>
#include <filesystem>
#include <stop_token>
#include <streambuf>

/// What std::istream reads of a file, or of standard input (`-`), while it can be asked to stop: neither a pipe that
/// nobody writes to nor one that is silent makes it deaf. An istream passes on what this throws where its exceptions()
/// hold std::ios::badbit.
class InterruptibleFile : public std::streambuf {
 public:
  /// Throws std::runtime_error that names the path and the reason.
  InterruptibleFile(std::filesystem::path path, std::stop_token stop);
  ~InterruptibleFile() override;
  InterruptibleFile(const InterruptibleFile&) = delete;
  InterruptibleFile& operator=(const InterruptibleFile&) = delete;

 protected:
  /// Throws as the constructor does, and bulkmarc::Error (kCancelled).
  int_type underflow() override;

 private:
  void wait_until_readable() const;
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  std::stop_token stop_;
  int descriptor_;
  std::array<char, 64 * 1024> bytes_{};
};
