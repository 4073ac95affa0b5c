#include "canceller.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <utility>

namespace {

constexpr std::chrono::milliseconds kInterval{50};
constexpr std::chrono::seconds kPatience{3};

}  // namespace

/// Shared with the threads that send requests, because a server that does not answer holds them up.
struct Canceller::Sessions {
  explicit Sessions(std::vector<Connection>& connections) {
    for (const Connection& connection : connections) {
      cancels.push_back(connection.cancel());
      // Its own descriptor: libpq may close the connection's at any moment.
      sockets.push_back(fcntl(connection.socket(), F_DUPFD_CLOEXEC, 0));
    }
  }
  ~Sessions() {
    for (const int socket : sockets) close(socket);
  }
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  void send_requests() {
    std::array<char, 256> ignored{};
    for (const Connection::Cancel& cancel : cancels) {
      PQcancel(cancel.get(), ignored.data(), static_cast<int>(ignored.size()));
    }
    const std::scoped_lock lock(mutex);
    sending = false;
    changed.notify_all();
  }
  void shut_down() const {
    for (const int socket : sockets) shutdown(socket, SHUT_RDWR);
  }

  std::vector<Connection::Cancel> cancels;
  std::vector<int> sockets;
  std::mutex mutex;
  std::condition_variable_any changed;
  bool sending = false;
  bool cleaning_up = false;
  bool finished = false;
};

void Canceller::wait_and_cancel(const std::shared_ptr<Sessions>& sessions, const std::stop_token& stop) {
  std::unique_lock lock(sessions->mutex);
  sessions->changed.wait(lock, stop, [&] { return sessions->finished || sessions->cleaning_up; });
  const auto begin = std::chrono::steady_clock::now();
  while (!sessions->finished) {
    if (!sessions->sending && !sessions->cleaning_up) start_to_send(sessions);
    sessions->changed.wait_for(lock, kInterval, [&] { return sessions->finished; });
    if (std::chrono::steady_clock::now() - begin > kPatience) sessions->shut_down();
  }
}

/// Where no thread can be started, the next attempt may succeed.
void Canceller::start_to_send(const std::shared_ptr<Sessions>& sessions) try {
  std::thread([sessions] { sessions->send_requests(); }).detach();
  sessions->sending = true;
} catch (const std::system_error&) {
}

Canceller::Canceller(std::stop_token stop, std::vector<Connection>& connections)
    : sessions_(std::make_shared<Sessions>(connections)) {
  thread_ = std::thread([sessions = sessions_, stop = std::move(stop)] { wait_and_cancel(sessions, stop); });
}

Canceller::~Canceller() {
  {
    const std::scoped_lock lock(sessions_->mutex);
    sessions_->finished = true;
    sessions_->changed.notify_all();
  }
  thread_.join();
}

/// A request that is late would cancel the next statement.
void Canceller::let_clean_up() {
  std::unique_lock lock(sessions_->mutex);
  sessions_->cleaning_up = true;
  sessions_->changed.notify_all();
  sessions_->changed.wait_for(lock, kPatience, [this] { return !sessions_->sending; });
}
