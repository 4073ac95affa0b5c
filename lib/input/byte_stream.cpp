#include "input/byte_stream.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include <bulkmarc/error.hpp>

#include "platform/stop.hpp"

namespace bulkmarc {

std::string_view PeekedStream::peek(std::size_t length) {
  try {
    while (!failure_ && peeked_.size() - read_ < length) {
      const std::size_t size = peeked_.size();
      const std::size_t got = stream_->read(peeked_.room(length - (size - read_)));
      if (got == 0) break;
      peeked_.set_size(size + got);
    }
  } catch (const Error&) {
    if (read_ == peeked_.size()) throw;
    failure_ = std::current_exception();
  }
  return peeked_.view().substr(read_, length);
}

std::size_t PeekedStream::read(std::span<char> bytes) {
  if (read_ == peeked_.size()) {
    if (failure_) std::rethrow_exception(failure_);
    return stream_->read(bytes);
  }
  const std::string_view next = peeked_.view().substr(read_, bytes.size());
  std::ranges::copy(next, bytes.begin());
  read_ += next.size();
  return next.size();
}

namespace {

// Whoever opens a pipe that nobody writes to would wait in the system's call, deaf to any request to stop.
Descriptor open_to_read(const std::filesystem::path& path) {
  Descriptor opened(platform().open(path.c_str(), O_RDONLY | O_NONBLOCK, 0));
  if (!opened.is_open()) throw Error(ErrorCode::kInputOpen, path, "can't be opened", -opened.get());
  return opened;
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path, std::stop_token stop)
    : InputFile(open_to_read(path), path, std::move(stop)) {}

InputFile::InputFile(Descriptor owned, std::filesystem::path name, std::stop_token stop)
    : path_(std::move(name)), stop_(std::move(stop)), owned_(std::move(owned)), descriptor_(owned_.get()) {
  examine();
}

InputFile::InputFile(int descriptor, std::filesystem::path name, std::stop_token stop)
    : path_(std::move(name)), stop_(std::move(stop)), descriptor_(descriptor) {
  examine();
}

void InputFile::examine() {
  const int failed = platform().fstat(descriptor_, status_);
  if (failed != 0) throw Error(ErrorCode::kInputOpen, path_, "can't be examined", -failed);
  if (S_ISDIR(status_.st_mode)) throw Error(ErrorCode::kInputOpen, path_, "is a directory");
}

std::size_t InputFile::read(std::span<char> bytes) {
  ssize_t got = -EINTR;
  while (got == -EINTR || got == -EAGAIN) {
    if (!is_regular()) wait_until_readable();
    got = platform().read(descriptor_, bytes.data(), bytes.size());
  }
  if (got < 0) throw Error(ErrorCode::kInputRead, path_, "can't read", static_cast<int>(-got));
  if (tally_) tally_->read += static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

void InputFile::wait_until_readable() const {
  constexpr int kMillisecondsBetweenLooks = 50;
  int ready = 0;
  while (ready == 0 || ready == -EINTR) {
    throw_if_stopped(stop_);
    ready = platform().wait_until_readable(descriptor_, kMillisecondsBetweenLooks);
  }
}

void InputFile::read_at(std::uint64_t offset, std::span<char> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = platform().pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got == -EINTR) continue;
    if (got < 0) throw Error(ErrorCode::kInputRead, path_, "can't read", static_cast<int>(-got));
    if (got == 0) throw Error(ErrorCode::kInputChanged, path_, "became shorter while it was read");
    if (tally_) tally_->read += static_cast<std::uint64_t>(got);
    offset += static_cast<std::uint64_t>(got);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace bulkmarc
