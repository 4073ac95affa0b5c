#include "canceller.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace {

constexpr std::chrono::milliseconds kInterval{50};

}  // namespace

Canceller::Canceller(std::stop_token stop, std::vector<Connection>& connections) {
  for (const Connection& connection : connections) sessions_.push_back(connection.cancel());
  thread_ = std::thread([this, stop = std::move(stop)] { wait_and_cancel(stop); });
}

Canceller::~Canceller() {
  {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Canceller::wait_and_cancel(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [this] { return finished_; });
  while (!finished_) {
    std::array<char, 256> ignored{};
    for (const Connection::Cancel& session : sessions_) {
      PQcancel(session.get(), ignored.data(), static_cast<int>(ignored.size()));
    }
    changed_.wait_for(lock, kInterval);
  }
}
