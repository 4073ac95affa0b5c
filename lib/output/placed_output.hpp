#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "output/atomic_file.hpp"
#include "output/output.hpp"

namespace bulkmarc {

/// Placed: the temporary file is allocated and mapped some way ahead of what is in it, window by window, and cut to its
/// size at the end. A window is unmapped as soon as it is full.
class PlacedFileOutput final : public PlacedOutput {
 public:
  /// REQUIRES: the file can be allocated and mapped (MappedFileOutput::obstacle()).
  explicit PlacedFileOutput(std::unique_ptr<AtomicFile> file) : file_(std::move(file)) {}

  void grow(std::uint64_t size) override;
  void place(std::uint64_t offset, std::string_view bytes) override;
  void prepare() override;
  void commit() override;

 private:
  struct Window {
    std::unique_ptr<Mapping> mapping;
    std::uint64_t filled = 0;
  };

  void add_window();

  std::unique_ptr<AtomicFile> file_;
  std::uint64_t size_ = 0;
  std::uint64_t allocated_ = 0;
  std::mutex mutex_;                         // Of the windows.
  std::map<std::uint64_t, Window> windows_;  // By offset; those that are not full.
};

}  // namespace bulkmarc
