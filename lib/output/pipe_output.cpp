#include "output/pipe_output.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <limits>
#include <string>
#include <thread>
#include <utility>

#include <bulkmarc/error.hpp>

#include "platform/stop.hpp"

namespace bulkmarc {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{20};
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

mode_t type_of(int descriptor) {
  struct ::stat status = {};
  return platform().fstat(descriptor, status) == 0 ? status.st_mode & S_IFMT : 0;
}

bool is_named_pipe(const std::filesystem::path& path) {
  struct ::stat status = {};
  return platform().stat(path.c_str(), status) == 0 && S_ISFIFO(status.st_mode);
}

}  // namespace

PipeOutput::PipeOutput(std::filesystem::path target, std::stop_token stop)
    : name_(std::move(target)), stop_(std::move(stop)), descriptor_(-1), most_at_once_(kNoLimit) {
  if (is_named_pipe(name_)) {
    open_when_somebody_reads();
  } else {
    owned_ = Descriptor(platform().open(name_.c_str(), O_WRONLY | O_NOCTTY, 0));
  }
  if (!owned_.is_open()) throw Error(ErrorCode::kTargetUnusable, name_, "can't be opened", -owned_.get());
  descriptor_ = owned_.get();
  if (may_block_) avoid_blocking();
}

PipeOutput::PipeOutput(int descriptor, std::filesystem::path name, std::stop_token stop)
    : name_(std::move(name)), stop_(std::move(stop)), descriptor_(descriptor), most_at_once_(kNoLimit) {
  avoid_blocking();
}

/// Opening a pipe waits for a reader, and nothing but a signal handler would end that. So the reader is asked for.
void PipeOutput::open_when_somebody_reads() {
  may_block_ = false;
  while (true) {
    owned_ = Descriptor(platform().open(name_.c_str(), O_WRONLY | O_NONBLOCK, 0));
    if (owned_.get() != -ENXIO) return;
    throw_if_stopped(stop_);
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

/// The descriptor may be others' too, for whom its flags must not change. A pipe or a terminal can be opened once more,
/// with flags of its own. Where that fails, small pieces don't block.
void PipeOutput::avoid_blocking() {
  const mode_t type = type_of(descriptor_);
  const bool is_terminal = type == S_IFCHR && platform().is_terminal(descriptor_);
  if (type != S_IFIFO && type != S_IFSOCK && !is_terminal) {
    may_block_ = false;  // A file or a device, which nobody else has to make room in.
    return;
  }
  const std::string itself = "/proc/self/fd/" + std::to_string(descriptor_);
  Descriptor again(platform().open(itself.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY, 0));
  if (again.is_open()) {
    owned_ = std::move(again);
    descriptor_ = owned_.get();
    may_block_ = false;
  } else {
    most_at_once_ = PIPE_BUF;
  }
}

void PipeOutput::append(std::string_view bytes) {
  while (!bytes.empty()) {
    throw_if_stopped(stop_);
    if (may_block_) wait_for_room();
    const ssize_t written = platform().write(descriptor_, bytes.data(), std::min(bytes.size(), most_at_once_));
    if (written == -EAGAIN) wait_for_room();
    if (written == -EAGAIN || written == -EINTR) continue;
    if (written <= 0) {
      throw Error(ErrorCode::kOutputWrite, name_, "can't write", written == 0 ? EIO : static_cast<int>(-written));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Also returns when the reader has gone, which the next write notices.
void PipeOutput::wait_for_room() const {
  int ready = 0;
  while (ready == 0 || ready == -EINTR) {
    ready = platform().wait_until_writable(descriptor_, static_cast<int>(kBetweenLooks.count()));
    if (ready <= 0) throw_if_stopped(stop_);
  }
}

}  // namespace bulkmarc
