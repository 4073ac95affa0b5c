#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "connection.hpp"

/// Cancels what the connections' sessions do, from the moment when a stop is requested until this is destroyed: again
/// and again, because a request that meets no statement has no effect on the next one.
class Canceller {
 public:
  Canceller(std::stop_token stop, std::vector<Connection>& connections);
  ~Canceller();
  Canceller(const Canceller&) = delete;
  Canceller& operator=(const Canceller&) = delete;

 private:
  void wait_and_cancel(const std::stop_token& stop);

  std::vector<Connection::Cancel> sessions_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool finished_ = false;
  std::thread thread_;
};
