#pragma once

#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "connection.hpp"

/// Cancels what the connections' sessions do, from the moment when a stop is requested until this is destroyed: again
/// and again, because a request that meets no statement has no effect on the next one. The connections to a
/// server that does not obey, or does not let clean up, for three seconds are shut down.
class Canceller {
 public:
  Canceller(std::stop_token stop, std::vector<Connection>& connections);
  ~Canceller();
  Canceller(const Canceller&) = delete;
  Canceller& operator=(const Canceller&) = delete;

  /// Cancels nothing from now on, and returns when no request is on its way any more.
  void let_clean_up();

 private:
  struct Sessions;

  static void wait_and_cancel(const std::shared_ptr<Sessions>& sessions, const std::stop_token& stop);
  static void start_to_send(const std::shared_ptr<Sessions>& sessions);

  std::shared_ptr<Sessions> sessions_;
  std::thread thread_;
};
