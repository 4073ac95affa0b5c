#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace bulkmarc {

/// Writes to places of a file, several of them under way at once. Used by one thread at a time.
class WriteQueue {
 public:
  struct Completion {
    std::size_t id = 0;
    ssize_t result = 0;  ///< Bytes that were written, or -errno.
  };

  virtual ~WriteQueue() = default;

  /// Begins to write `bytes`, which stay where they are until wait() has returned this id. Returns 0, or -errno where
  /// nothing was begun: -EAGAIN where it may be once another write has completed.
  virtual int submit(std::size_t id, std::string_view bytes, off_t offset) = 0;
  /// Waits for a write that was begun. Returns 0 and sets `completion`, or -errno, -EINTR among them.
  virtual int wait(Completion& completion) = 0;
};

/// Opens an io_uring for up to `most` writes at once to a file, which it does not own. Returns 0 and sets `queue`, or
/// -errno: where io_uring is forbidden -EPERM, where the system has none -ENOSYS. If nothing completes for `patience`,
/// writes that have not reached the disk complete with -ECANCELED, so that no wait is for ever.
int open_uring(int fd, unsigned most, std::unique_ptr<WriteQueue>& queue,
               std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace bulkmarc
