#include "output/placed_output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
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
  std::uint64_t length = std::clamp(allocated_, kFirstWindow, kLargestWindow);
  int failed = file_->allocate(allocated_, length);
  if ((failed == -ENOSPC || failed == -EDQUOT || failed == -EFBIG) && size_ - allocated_ < length) {
    length = size_ - allocated_;  // There may be room for what is needed.
    failed = file_->allocate(allocated_, length);
  }
  const auto fail = [&](ErrorCode code, const char* what) {
    throw Error(code, file_->target(), fmt::format("can't {} {} bytes", what, allocated_ + length), -failed);
  };
  if (failed != 0) fail(ErrorCode::kOutputAllocate, "allocate");
  Window window;
  failed = platform().map(file_->descriptor(), allocated_, length, window.mapping);
  if (failed != 0) fail(ErrorCode::kOutputMap, "map");
  const std::scoped_lock lock(mutex_);
  windows_.emplace(allocated_, std::move(window));
  allocated_ += length;
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
    const int failed = platform().ftruncate(file_->descriptor(), static_cast<off_t>(size_));
    if (failed != 0) throw Error(ErrorCode::kOutputAllocate, file_->target(), "can't be cut to its size", -failed);
    allocated_ = size_;
  }
  file_->prepare();
}

void PlacedFileOutput::commit() {
  prepare();
  file_->commit();
}

}  // namespace bulkmarc
