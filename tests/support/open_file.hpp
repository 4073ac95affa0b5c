#pragma once

#include <string>
#include <string_view>

/// A regular file that is open and has no name, for reading and writing. It stands at its beginning.
class OpenFile {
 public:
  explicit OpenFile(std::string_view bytes);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// All that it holds.
  [[nodiscard]] std::string bytes() const;

 private:
  int descriptor_;
};
