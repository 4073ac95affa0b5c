#include "output/direct_file_output.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "platform/platform.hpp"

namespace bulkmarc {
namespace {

/// A multiple of what any usual disk and file system writes at once, and aligns memory to.
constexpr std::size_t kBlock = 4096;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
constexpr std::uint64_t kLeastAhead = std::uint64_t{16} << 20;
constexpr std::uint64_t kMostAhead = std::uint64_t{1} << 30;

/// For where there is no io_uring.
class OneWriteAtATime final : public WriteQueue {
 public:
  explicit OneWriteAtATime(int fd) : fd_(fd) {}

  int submit(std::size_t id, std::string_view bytes, off_t offset) override {
    done_.push_back({id, platform().pwrite(fd_, bytes.data(), bytes.size(), offset)});
    return 0;
  }
  int wait(Completion& completion) override {
    completion = done_.back();
    done_.pop_back();
    return 0;
  }

 private:
  int fd_;
  std::vector<Completion> done_;
};

/// -errno of waiting itself.
int wait(WriteQueue& queue, WriteQueue::Completion& completion) {
  int failed = -EINTR;
  while (failed == -EINTR) failed = queue.wait(completion);
  return failed;
}

/// Returns 0 or -errno.
int write_first_block(WriteQueue& queue) {
  alignas(kBlock) static constexpr char kZeroes[kBlock] = {};
  WriteQueue::Completion completion;
  completion.result = -EINTR;
  while (completion.result == -EINTR) {
    int failed = -EINTR;
    while (failed == -EINTR) failed = queue.submit(0, {kZeroes, kBlock}, 0);
    if (failed == 0) failed = wait(queue, completion);
    if (failed != 0) return failed;
  }
  return static_cast<int>(std::min<ssize_t>(completion.result, 0));
}

bool is_refusal(int failed) {
  return failed == -EINVAL || failed == -EOPNOTSUPP || failed == -ENOSYS || failed == -EPERM || failed == -EACCES ||
         failed == -ECANCELED;
}

std::string reason(const char* what, int failed) {
  return fmt::format("{}: {}", what, std::generic_category().message(-failed));
}

}  // namespace

DirectWriting DirectFileOutput::try_file(const AtomicFile& file) {
  DirectWriting writing;
  writing.file = Descriptor(file.open_again(O_WRONLY | O_DIRECT));
  const int fd = writing.file.get();
  if (!writing.file.is_open()) {
    writing.reason = reason("the file can't be opened with O_DIRECT", fd);
    return writing;
  }
  const int no_queue = platform().open_write_queue(fd, kBuffers, writing.queue);
  int failed = no_queue != 0 ? no_queue : write_first_block(*writing.queue);
  if (no_queue != 0 || is_refusal(failed)) {
    writing.reason = reason("one write at a time, as io_uring is refused", failed);
    writing.queue = std::make_unique<OneWriteAtATime>(fd);
    failed = write_first_block(*writing.queue);
  }
  if (is_refusal(failed)) {
    writing.reason = reason("the file can't be written with O_DIRECT", failed);
    writing.queue.reset();
  } else if (failed != 0) {
    throw Error(ErrorCode::kOutputWrite, file.target(), "can't write", -failed);
  }
  return writing;
}

void DirectFileOutput::Buffer::Free::operator()(char* memory) const {
  ::operator delete(memory, std::align_val_t(kBlock));
}

DirectFileOutput::DirectFileOutput(std::unique_ptr<AtomicFile> file, DirectWriting writing)
    : file_(std::move(file)), writing_(std::move(writing)) {
  for (std::size_t id = kBuffers; id > 0; --id) free_.push_back(id - 1);
}

/// The system reads the buffers of writes that are under way.
DirectFileOutput::~DirectFileOutput() {
  WriteQueue::Completion completion;
  while (under_way_ > 0 && wait(*writing_.queue, completion) == 0) --under_way_;
}

void DirectFileOutput::append(std::string_view bytes) {
  while (!bytes.empty()) {
    Buffer& buffer = current();
    const std::size_t length = std::min(bytes.size(), kBufferBytes - buffer.size);
    std::memcpy(buffer.bytes.get() + buffer.size, bytes.data(), length);
    buffer.size += length;
    size_ += length;
    bytes.remove_prefix(length);
    if (buffer.size == kBufferBytes) write_current();
  }
}

DirectFileOutput::Buffer& DirectFileOutput::current() {
  if (current_ == kBuffers) {
    while (free_.empty()) await_one();
    Buffer& buffer = buffers_[free_.back()];
    if (!buffer.bytes) {
      buffer.bytes.reset(static_cast<char*>(::operator new(kBufferBytes, std::align_val_t(kBlock))));
    }
    buffer.size = buffer.written = 0;
    buffer.offset = size_;
    current_ = free_.back();
    free_.pop_back();
  }
  return buffers_[current_];
}

void DirectFileOutput::write_current() {
  const std::size_t id = std::exchange(current_, kBuffers);
  allocate_ahead(buffers_[id].offset + buffers_[id].size);
  submit(id);
}

void DirectFileOutput::submit(std::size_t id) {
  const Buffer& buffer = buffers_[id];
  int failed = -EINTR;
  while (failed != 0) {
    failed = writing_.queue->submit(id, buffer.rest(), buffer.position());
    if (failed == -EAGAIN && under_way_ > 0) {
      await_one();
    } else if (failed != 0 && failed != -EINTR) {
      fail(failed);
    }
  }
  ++under_way_;
}

void DirectFileOutput::await_one() {
  WriteQueue::Completion completion;
  const int failed = wait(*writing_.queue, completion);
  if (failed != 0) fail(failed);
  --under_way_;
  Buffer& buffer = buffers_[completion.id];
  if (completion.result == -ECANCELED) completion.result = write_at_once(buffer);
  if (completion.result == 0) fail(-EIO);
  if (completion.result < 0 && completion.result != -EINTR) fail(static_cast<int>(completion.result));
  if (completion.result > 0) buffer.written += static_cast<std::size_t>(completion.result);
  if (buffer.written < buffer.size) {
    submit(completion.id);
  } else {
    free_.push_back(completion.id);
  }
}

/// io_uring drops a write that it has no thread for, and signals alone can keep it from starting one.
ssize_t DirectFileOutput::write_at_once(const Buffer& buffer) const {
  const std::string_view rest = buffer.rest();
  return platform().pwrite(writing_.file.get(), rest.data(), rest.size(), buffer.position());
}

/// The steps grow with the file, so that they are few, and a small file takes no more than it needs for long.
void DirectFileOutput::allocate_ahead(std::uint64_t end) {
  if (end <= allocated_ || !can_allocate_) return;
  const std::uint64_t ahead = std::clamp(allocated_, kLeastAhead, kMostAhead);
  const int failed = file_->allocate_ahead(allocated_, end, allocated_ + ahead);
  can_allocate_ = failed != -EOPNOTSUPP && failed != -ENOSYS;
  if (failed != 0 && can_allocate_) {
    throw Error(ErrorCode::kOutputAllocate, file_->target(), fmt::format("can't allocate {} bytes", end), -failed);
  }
}

/// The last block is filled up with zeroes, which are cut off.
void DirectFileOutput::finish() {
  if (current_ != kBuffers) {
    Buffer& buffer = buffers_[current_];
    const std::size_t whole = (buffer.size + kBlock - 1) / kBlock * kBlock;
    std::memset(buffer.bytes.get() + buffer.size, 0, whole - buffer.size);
    buffer.size = whole;
    write_current();
  }
  while (under_way_ > 0) await_one();
  file_->cut_to(size_);
  is_finished_ = true;
}

void DirectFileOutput::fail(int error) const {
  throw Error(ErrorCode::kOutputWrite, file_->target(), "can't write", -error);
}

void DirectFileOutput::prepare() {
  if (!is_finished_) finish();
  file_->prepare();
}

void DirectFileOutput::publish() {
  prepare();
  file_->publish();
}

void DirectFileOutput::commit() {
  prepare();
  file_->commit();
}

}  // namespace bulkmarc
