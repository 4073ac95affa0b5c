#include "platform/write_queue.hpp"

#include <cerrno>
#include <chrono>
#include <cstdint>

#include <liburing.h>

namespace bulkmarc {
namespace {

constexpr std::uint64_t kCancellation = ~std::uint64_t{0};  // No write's id.

class Uring final : public WriteQueue {
 public:
  Uring(int fd, std::chrono::milliseconds patience)
      : fd_(fd),
        patience_{patience / std::chrono::seconds(1),
                  patience % std::chrono::seconds(1) / std::chrono::nanoseconds(1)} {}
  ~Uring() override {
    if (is_open_) ::io_uring_queue_exit(&ring_);
  }
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;

  int open(unsigned entries) {
    const int failed = ::io_uring_queue_init(entries, &ring_, 0);
    is_open_ = failed == 0;
    return failed;
  }

  int submit(std::size_t id, std::string_view bytes, off_t offset) override {
    if (entry_ == nullptr) entry_ = ::io_uring_get_sqe(&ring_);
    if (entry_ == nullptr) return -EAGAIN;
    ::io_uring_prep_write(entry_, fd_, bytes.data(), static_cast<unsigned>(bytes.size()),
                          static_cast<std::uint64_t>(offset));
    ::io_uring_sqe_set_data64(entry_, id);
    const int submitted = ::io_uring_submit(&ring_);
    if (submitted > 0) entry_ = nullptr;
    if (submitted == 0 || submitted == -EBUSY) return -EAGAIN;
    return submitted < 0 ? submitted : 0;
  }

  int wait(Completion& completion) override {
    ::io_uring_cqe* entry = nullptr;
    while (entry == nullptr) {
      const int failed = ::io_uring_wait_cqe_timeout(&ring_, &entry, &patience_);
      if (failed == -ETIME) {
        cancel_waiting();
      } else if (failed != 0) {
        return failed;
      } else if (::io_uring_cqe_get_data64(entry) == kCancellation) {
        ::io_uring_cqe_seen(&ring_, entry);
        entry = nullptr;
      }
    }
    completion = {static_cast<std::size_t>(::io_uring_cqe_get_data64(entry)), entry->res};
    ::io_uring_cqe_seen(&ring_, entry);
    return 0;
  }

 private:
  /// A write that waits for a thread of io_uring in vain is dropped; one that the disk has goes on.
  void cancel_waiting() {
    ::io_uring_sqe* entry = entry_ == nullptr ? ::io_uring_get_sqe(&ring_) : nullptr;
    if (entry == nullptr) return;
    ::io_uring_prep_cancel64(entry, 0, IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY);
    ::io_uring_sqe_set_data64(entry, kCancellation);
    ::io_uring_submit(&ring_);
  }

  int fd_;
  ::__kernel_timespec patience_;
  bool is_open_ = false;
  ::io_uring ring_ = {};
  ::io_uring_sqe* entry_ = nullptr;  // One that the system did not take, and finds again at the next submission.
};

}  // namespace

int open_uring(int fd, unsigned most, std::unique_ptr<WriteQueue>& queue, std::chrono::milliseconds patience) {
  auto uring = std::make_unique<Uring>(fd, patience);
  const int failed = uring->open(most);
  if (failed == 0) queue = std::move(uring);
  return failed;
}

}  // namespace bulkmarc
