#include "platform/write_queue.hpp"

#include <cerrno>
#include <cstdint>

#include <liburing.h>

namespace bulkmarc {
namespace {

class Uring final : public WriteQueue {
 public:
  explicit Uring(int fd) : fd_(fd) {}
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
    if (submitted == 1) entry_ = nullptr;
    if (submitted == 0 || submitted == -EBUSY) return -EAGAIN;
    return submitted < 0 ? submitted : 0;
  }

  int wait(Completion& completion) override {
    ::io_uring_cqe* entry = nullptr;
    const int failed = ::io_uring_wait_cqe(&ring_, &entry);
    if (failed != 0) return failed;
    completion = {static_cast<std::size_t>(::io_uring_cqe_get_data64(entry)), entry->res};
    ::io_uring_cqe_seen(&ring_, entry);
    return 0;
  }

 private:
  int fd_;
  bool is_open_ = false;
  ::io_uring ring_ = {};
  ::io_uring_sqe* entry_ = nullptr;  // One that the system did not take, and finds again at the next submission.
};

}  // namespace

int open_uring(int fd, unsigned most, std::unique_ptr<WriteQueue>& queue) {
  auto uring = std::make_unique<Uring>(fd);
  const int failed = uring->open(most);
  if (failed == 0) queue = std::move(uring);
  return failed;
}

}  // namespace bulkmarc
