#include "interruptible_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "program.hpp"

InterruptibleFile::InterruptibleFile(std::filesystem::path path, std::stop_token stop)
    : path_(std::move(path)),
      stop_(std::move(stop)),
      descriptor_(path_ == kStandardStream ? STDIN_FILENO : open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  if (descriptor_ < 0) fail();
}

InterruptibleFile::~InterruptibleFile() {
  if (descriptor_ != STDIN_FILENO) close(descriptor_);
}

InterruptibleFile::int_type InterruptibleFile::underflow() {
  ssize_t got = -1;
  do {
    wait_until_readable();
    got = read(descriptor_, bytes_.data(), bytes_.size());
  } while (got < 0 && (errno == EINTR || errno == EAGAIN));
  if (got < 0) fail();
  if (got == 0) return traits_type::eof();
  setg(bytes_.data(), bytes_.data(), bytes_.data() + got);
  return traits_type::to_int_type(bytes_.front());
}

void InterruptibleFile::wait_until_readable() const {
  constexpr int kMillisecondsBetweenLooks = 50;
  int ready = 0;
  while (ready == 0 || (ready < 0 && errno == EINTR)) {
    if (stop_.stop_requested()) throw bulkmarc::Error(bulkmarc::ErrorCode::kCancelled, {}, "the run was cancelled");
    pollfd waiting = {descriptor_, POLLIN, 0};
    ready = poll(&waiting, 1, kMillisecondsBetweenLooks);
  }
}

void InterruptibleFile::fail() const {
  throw std::runtime_error(
      fmt::format("{}: can't be read: {}", path_.string(), std::generic_category().message(errno)));
}
