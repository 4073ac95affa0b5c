#include "copy_rows.hpp"

#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>

#include "binary_copy.hpp"

namespace {

/// Adds up what the threads have done, and keeps the first failure.
class Shares {
 public:
  explicit Shares(std::stop_source& stop) : stop_(stop) {}

  void add(std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    bytes_ += bytes;
  }
  /// Called in a handler.
  void fail() {
    const std::scoped_lock lock(mutex_);
    if (failure_ == nullptr) failure_ = std::current_exception();
    stop_.request_stop();
  }
  /// When all threads have ended.
  [[nodiscard]] std::uint64_t bytes() const {
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    return bytes_;
  }

 private:
  std::stop_source& stop_;
  std::mutex mutex_;
  std::uint64_t bytes_ = 0;
  std::exception_ptr failure_;
};

std::uint64_t copy_share(bulkmarc::RowStream& rows, const std::string& statement, bool has_marks,
                         Connection& connection) {
  std::uint64_t sent = 0;
  const auto send = [&connection, &sent](const std::string& bytes) {
    connection.put(bytes);
    sent += bytes.size();
  };
  connection.begin_copy(statement);
  send(binary_copy_header());
  bulkmarc::RowBatch batch;
  std::string bytes;
  while (rows.next(batch)) {
    write_binary_copy(batch, rows.table().columns(), has_marks, bytes);
    send(bytes);
  }
  send(binary_copy_trailer());
  connection.end_copy();
  return sent;
}

}  // namespace

std::uint64_t copy_rows(bulkmarc::RowStream& rows, const std::string& statement, bool has_marks,
                        std::vector<Connection>& connections, std::stop_source& stop) {
  Shares shares(stop);
  {
    std::vector<std::jthread> threads;
    threads.reserve(connections.size());
    for (Connection& connection : connections) {
      threads.emplace_back([&] {
        try {
          shares.add(copy_share(rows, statement, has_marks, connection));
        } catch (...) {
          shares.fail();
        }
      });
    }
  }
  return shares.bytes();
}
