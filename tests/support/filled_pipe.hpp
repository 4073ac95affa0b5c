#pragma once

#include <filesystem>
#include <string>
#include <thread>

/// A pipe into which a thread writes bytes, and closes it.
class FilledPipe {
 public:
  explicit FilledPipe(std::string bytes);
  ~FilledPipe();
  FilledPipe(const FilledPipe&) = delete;
  FilledPipe& operator=(const FilledPipe&) = delete;

  /// Opens the pipe's reading end.
  [[nodiscard]] std::filesystem::path path() const;
  /// The pipe's reading end.
  [[nodiscard]] int descriptor() const { return read_end_; }

 private:
  std::string bytes_;
  int read_end_ = -1;
  std::thread writer_;
};
