#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "pgload/pgload_test.hpp"

using testing::HasSubstr;
using testing::Not;

namespace {

using Clock = std::chrono::steady_clock;

/// A socket that looks like a server's, and whose other end never says anything.
class SilentServer {
 public:
  explicit SilentServer(const std::string& folder) : socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/.s.PGSQL.5432";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(socket_, 8) != 0) {
      throw std::runtime_error("no socket at " + path);
    }
  }
  ~SilentServer() { close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  /// Until somebody has connected.
  void await() const {
    const int client = accept(socket_, nullptr, nullptr);
    // What it says first stays unanswered; the connection stays open until the test ends.
    clients_.push_back(client);
  }

 private:
  int socket_;
  mutable std::vector<int> clients_;
};

/// Sets a variable of the environment while it lives; nullptr unsets it.
class Variable {
 public:
  Variable(std::string name, const char* value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    set(value);
  }
  ~Variable() { set(before_.empty() ? nullptr : before_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const char* value) const {
    if (value == nullptr) {
      unsetenv(name_.c_str());
    } else {
      setenv(name_.c_str(), value, 1);
    }
  }
  std::string name_;
  std::string before_;
};

class Connecting : public PgloadTest {
 protected:
  static Clock::duration time_to_end(Process& process, int signal) {
    const auto begin = Clock::now();
    process.send(signal);
    const Outcome outcome = process.wait();
    EXPECT_EQ(outcome.signal, signal) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("stopped by a signal"));
    return Clock::now() - begin;
  }
  /// A machine that does much else at once may be late now and then.
  static void expect_at_once(std::vector<Clock::duration> times) {
    EXPECT_LT(*std::ranges::min_element(times), std::chrono::milliseconds(100));
    EXPECT_LT(*std::ranges::max_element(times), std::chrono::seconds(2));
  }
};

TEST_F(Connecting, ToAServerThatDoesNotAnswerEndsWithTheFirstSignal) {
  const std::string input = generate("in.mrc", 1);
  const SilentServer server(path(""));
  const Variable host("PGHOST", path("").c_str());
  std::vector<Clock::duration> times;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGTERM, SIGTERM}) {
    Process process({input}, {});
    server.await();
    times.push_back(time_to_end(process, signal));
  }
  expect_at_once(times);
}

TEST_F(Connecting, WaitsNoLongerThanItsTimeout) {
  const SilentServer server(path(""));
  const std::string input = generate("in.mrc", 1);
  const Variable host("PGHOST", path("").c_str());
  const auto begin = Clock::now();
  expect_failure(load({input, "--dbname", "connect_timeout=2"}), 1, {"timeout expired"});
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(20));
}

TEST_F(Connecting, WaitingForALockEndsWithTheFirstSignal) {
  const std::string input = generate("in.mrc", 1);
  load_all({input});
  Session other;
  for (const char* statement :
       {"SELECT pg_advisory_lock(hashtextextended('bulkmarc-pgload \"public\".\"records\"', 0))",
        "SELECT pg_advisory_unlock_all(); BEGIN; LOCK TABLE records IN ACCESS SHARE MODE"}) {
    other.query(statement);
    std::vector<Clock::duration> times;
    for (int i = 0; i < 3; ++i) {
      Process process({input}, {});
      for (int tries = 0; tries < 2000 && query("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                                                "'bulkmarc-pgload' AND wait_event_type = 'Lock'") == "0\n";
           ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      times.push_back(time_to_end(process, SIGTERM));
    }
    EXPECT_LT(*std::ranges::min_element(times), std::chrono::milliseconds(500)) << statement;
    EXPECT_EQ(tables(), "records\n");
  }
}

TEST_F(Connecting, NeverShowsAPassword) {
  const std::string input = generate("in.mrc", 1);
  const Variable password("PGPASSWORD", "s3cret");
  for (const std::string conninfo : {"dbname=library password=s3cret",
                                     "postgresql://me:s3cret@localhost/library",
                                     "password = 's3cret'",
                                     "postgres:///library?password=s3cret",
                                     "postgres:///library?%70assword=s3cret",
                                     "sslpassword=s3cret",
                                     "password = my s3cret",
                                     "password='my s3cret",
                                     "pasword=my s3cret",
                                     "dbname=x password=a s3cret=b",
                                     "postgres://me:%s3cret@localhost/library",
                                     "postgres://me@x:s3cret@localhost/library",
                                     "postgres://me:a/s3cret@localhost:port/library",
                                     "postgres://me:a@s3cret@localhost/library",
                                     "postgres://me:a:s3cret@[::1/library",
                                     "postgress://me:s3cret@localhost/library",
                                     "me:s3cret@localhost/library",
                                     "dbname=postgres://me:s3cret@localhost/library",
                                     "dbname='me:s3cret@localhost'",
                                     "host=me:s3cret@localhost",
                                     "postgres://me:s3cret@localhost/library?nonsense=%",
                                     "postgres://localhost:s3cret@/library",
                                     "dbname=nowhere options='-c password=s3cret'"}) {
    const Outcome outcome = load({input, "--dbname", conninfo});
    EXPECT_NE(outcome.exit_status, 0) << conninfo;
    EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("s3cret"))) << conninfo;
    expect_failure(outcome, outcome.exit_status, {});
  }
  const Outcome outcome = load({input, "postgres://me:s3cret@localhost/library"});
  expect_failure(outcome, 2, {"--dbname"});
  EXPECT_THAT(outcome.err, Not(HasSubstr("s3cret")));
}

TEST_F(Connecting, NeverShowsAPasswordOfItsEnvironment) {
  const std::string input = generate("in.mrc", 1);
  folder_.write("services",
                "[odd]\ndbname=postgres://me:s3cret@localhost/library\n[wrong]\ndbname=x\npassword s3cret\n");
  folder_.write("passwords", "*:*:*:*:s3cret\n");
  chmod(path("passwords").c_str(), 0600);
  const Variable services("PGSERVICEFILE", path("services").c_str());
  const Variable passwords("PGPASSFILE", path("passwords").c_str());
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"PGDATABASE", "postgres://me:s3cret@localhost/library"},
      {"PGDATABASE", "me:s3cret@localhost"},
      {"PGHOST", "me:s3cret@localhost"},
      {"PGPORT", "1:s3cret@"},
      {"PGUSER", "postgres://me:s3cret@localhost/library"},
      {"PGSERVICE", "odd"},
      {"PGSERVICE", "wrong"},
      {"PGOPTIONS", "-c password=s3cret"},
      {"PGDATABASE", "password=s3cret"}};
  for (const auto& [name, value] : settings) {
    const Variable variable(name, value.c_str());
    // A service is asked only for what the environment does not say.
    const Variable database(name == "PGSERVICE" ? "PGDATABASE" : "UNUSED", nullptr);
    const Outcome outcome = load({input});
    expect_failure(outcome, 1, {});
    EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("s3cret"))) << name << " " << value;
  }
}

TEST_F(Connecting, StillSaysWhatIsWrongWithAConnectionString) {
  const std::string input = generate("in.mrc", 1);
  expect_failure(load({input, "--dbname", "nonsense=1"}), 2, {"nonsense"});
  expect_failure(load({input, "--dbname", "dbname=nowhere"}), 1, {"nowhere"});
  expect_failure(load({input, "--dbname", "user=nobody@example"}), 1, {"nobody@example"});
}

}  // namespace
