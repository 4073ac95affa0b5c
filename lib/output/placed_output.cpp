#include "output/placed_output.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

// A window is as large as all before it together, within these bounds, which are multiples of a huge page.
constexpr std::uint64_t kFirstWindow = std::uint64_t{2} << 20;
constexpr std::uint64_t kLargestWindow = std::uint64_t{64} << 20;

}  // namespace

void PlacedFileOutput::grow(std::uint64_t size) {
  size_ = size;
  while (allocated_ < size_) add_window();
}

void PlacedFileOutput::add_window() {
  const auto fail = [&](ErrorCode code, const char* what, int failed) {
    throw Error(code, file_->target(), fmt::format("can't {} {} bytes", what, size_), -failed);
  };
  const std::uint64_t begin = allocated_;
  int failed = file_->allocate_ahead(allocated_, size_, begin + std::clamp(begin, kFirstWindow, kLargestWindow));
  if (failed != 0) fail(ErrorCode::kOutputAllocate, "allocate", failed);
  Window window;
  failed = platform().map(file_->descriptor(), begin, allocated_ - begin, window.mapping);
  if (failed != 0) fail(ErrorCode::kOutputMap, "map", failed);
  const std::scoped_lock lock(mutex_);
  windows_.emplace(begin, std::move(window));
}

void PlacedFileOutput::place(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    std::unique_lock lock(mutex_);
    const auto found = std::prev(windows_.upper_bound(offset));
    const auto room = found->second.mapping->bytes().subspan(offset - found->first);
    lock.unlock();
    const std::size_t length = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), length);
    offset += length;
    bytes.remove_prefix(length);
    lock.lock();
    found->second.filled += length;
    if (found->second.filled < found->second.mapping->bytes().size()) continue;
    const auto full = windows_.extract(found);
    lock.unlock();  // Unmapping it takes a while.
  }
}

void PlacedFileOutput::prepare() {
  windows_.clear();
  if (allocated_ > size_) {
    file_->cut_to(size_);
    allocated_ = size_;
  }
  file_->prepare();
}

void PlacedFileOutput::commit() {
  prepare();
  file_->commit();
}

}  // namespace bulkmarc
