#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <iterator>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "pgload/pgload_test.hpp"

using testing::AnyOf;
using testing::HasSubstr;

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kStagingTables =
    "SELECT count(*) FROM pg_class WHERE relname LIKE 'records_load_%' AND relkind = 'r' AND NOT relispartition";

/// A run that has read half a catalogue from a pipe, has sent it, and waits for more.
class HalfARun {
 public:
  HalfARun(const std::string& catalogue, std::vector<std::string> arguments) {
    int ends[2] = {};
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    input_ = ends[1];
    arguments.insert(arguments.begin(), "-");
    process_ = std::make_unique<Process>(arguments, Streams{.in = ends[0]});
    close(ends[0]);
    rest_ = catalogue.substr(catalogue.size() / 2);
    send(catalogue.substr(0, catalogue.size() / 2));
    await_rows();
  }
  ~HalfARun() {
    if (input_ != -1) close(input_);
  }
  HalfARun(const HalfARun&) = delete;
  HalfARun& operator=(const HalfARun&) = delete;

  Process& process() { return *process_; }
  /// Sends the other half, as far as it is read, and waits for the end.
  Outcome finish() {
    send(rest_);
    close(input_);
    input_ = -1;
    return process_->wait();
  }

 private:
  void send(std::string_view bytes) const {
    const auto ignored = std::signal(SIGPIPE, SIG_IGN);
    while (!bytes.empty()) {
      const ssize_t count = write(input_, bytes.data(), bytes.size());
      if (count <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    std::signal(SIGPIPE, ignored);
  }
  /// Until the server has got some.
  static void await_rows() {
    Session session;
    for (int tries = 0; tries < 1000; ++tries) {
      if (session.query("SELECT count(*) FROM pg_stat_progress_copy WHERE bytes_processed > 0") != "0\n") return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("no rows arrive");
  }

  int input_ = -1;
  std::string rest_;
  std::unique_ptr<Process> process_;
};

/// Until the server has noticed that all runs are gone.
void await_end_of_sessions() {
  Session session;
  for (int tries = 0; tries < 3000; ++tries) {
    if (session.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bulkmarc-pgload'") == "0\n")
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("a session does not end");
}

class Survival : public PgloadTest {
 protected:
  explicit Survival(Cluster& cluster = Cluster::shared()) : PgloadTest(cluster) {
    load_all({generate("old.mrc", 300, 1)});
    old_ = fingerprint("records");
    generate("new.mrc", 4000, 2);
  }

  void expect_old_and_loadable() const {
    EXPECT_EQ(fingerprint("records"), old_);
    load_all({path("new.mrc")});
    EXPECT_EQ(query("SELECT count(*) FROM records"), "4000\n");
    EXPECT_EQ(tables(), "records\n");
  }

  std::string old_;
};

TEST_F(Survival, OfAKilledRunIsTheOldTableOrTheNewAndTheNextRunCleansUp) {
  constexpr int kKills = 30;
  const std::vector<std::string> arguments = {path("new.mrc"), "-q"};
  const auto begin = Clock::now();
  load_all({path("new.mrc")});
  const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count() * 5 / 4;
  const std::string whole = fingerprint("records");
  load_all({path("old.mrc")});
  std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the moments are to be the same in every run, as far as they can be
  int killed = 0;
  int left = 0;
  for (int i = 0; i < kKills; ++i) {
    Process process(arguments, {});
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, longest)(random)));
    process.send(SIGKILL);
    const Outcome outcome = process.wait();
    if (outcome.signal == SIGKILL) ++killed;
    await_end_of_sessions();
    const std::string found = fingerprint("records");
    EXPECT_THAT(found, AnyOf(old_, whole)) << "kill " << i;
    EXPECT_TRUE(outcome.exit_status != 0 || found == whole) << "kill " << i << " came after the end";
    if (query(kStagingTables) != "0\n") ++left;
    if (found == whole) load_all({path("old.mrc")});
    EXPECT_EQ(fingerprint("records"), old_);
  }
  RecordProperty("killed", killed);
  RecordProperty("staging tables left", left);
  EXPECT_GT(killed, 0);
  EXPECT_GT(left, 0);
  expect_old_and_loadable();
}

TEST_F(Survival, OfARunWhoseConnectionsAreLostIsTheOldTable) {
  for (const char* which : {"SELECT pid", "SELECT min(pid)", "SELECT max(pid)"}) {
    HalfARun run(folder_.read("new.mrc"), {"--connections", "3"});
    query(std::string("SELECT pg_terminate_backend(lost.pid) FROM (") + which +
          " AS pid FROM pg_stat_activity WHERE application_name = 'bulkmarc-pgload') lost");
    const Outcome outcome = run.finish();
    EXPECT_EQ(outcome.exit_status, 1);
    EXPECT_THAT(outcome.err, testing::MatchesRegex("bulkmarc-pgload: [^\n]*connection[^\n]*\n"));
    EXPECT_EQ(fingerprint("records"), old_);
  }
  expect_old_and_loadable();
}

TEST_F(Survival, OfAStoppedRunIsTheOldTableAndNothingElse) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    HalfARun run(folder_.read("new.mrc"), {"--connections", "2"});
    run.process().send(signal);
    const Outcome outcome = run.process().wait();
    EXPECT_EQ(outcome.signal, signal) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("bulkmarc-pgload: stopped by a signal: "));
    EXPECT_EQ(query(kStagingTables), "0\n");
  }
  expect_old_and_loadable();
}

TEST_F(Survival, OfARunThatGetsASecondSignalAtOnceIsTheOldTableAndNothingElse) {
  for (const int second : {SIGTERM, SIGHUP, SIGINT}) {
    HalfARun run(folder_.read("new.mrc"), {"--connections", "2"});
    run.process().send(SIGTERM);
    run.process().send(second);
    const Outcome outcome = run.process().wait();
    EXPECT_THAT(outcome.signal, AnyOf(SIGTERM, second)) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("bulkmarc-pgload: stopped by a signal: "));
    EXPECT_EQ(query(kStagingTables), "0\n");
  }
  expect_old_and_loadable();
}

TEST_F(Survival, OfARunWhoseServerDoesNotObeyIsTheOldTable) {
  HalfARun run(folder_.read("new.mrc"), {"--connections", "2"});
  std::istringstream pids(query("SELECT pid FROM pg_stat_activity WHERE application_name = 'bulkmarc-pgload'"));
  const std::vector<pid_t> frozen(std::istream_iterator<pid_t>(pids), {});
  ASSERT_EQ(frozen.size(), 2U);
  for (const pid_t pid : frozen) kill(pid, SIGSTOP);
  const auto begin = Clock::now();
  run.process().send(SIGTERM);
  const Outcome outcome = run.process().wait();
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(20));
  EXPECT_EQ(outcome.signal, SIGTERM) << outcome.err;
  for (const pid_t pid : frozen) kill(pid, SIGCONT);
  await_end_of_sessions();
  expect_old_and_loadable();
}

/// Two indexes take long to be built, each over a connection.
class IndexSurvival : public Survival {
 protected:
  IndexSurvival() {
    query("CREATE FUNCTION slow(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT pg_sleep(100)::text'");
    query(
        "TRUNCATE records; CREATE INDEX slow_title ON records (slow(title)); CREATE INDEX slow_author ON records "
        "(slow(author))");
  }

  static std::unique_ptr<Process> start_and_await_builds(const std::string& input) {
    auto process = std::make_unique<Process>(std::vector<std::string>{input, "--connections", "2"}, Streams{});
    Session session;
    for (int tries = 0; tries < 3000; ++tries) {
      if (session.query(std::string("SELECT count(*) FROM (") + kBuilders + ") builders") == "2\n") return process;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the indexes are not built at once");
  }
  void expect_empty_and_loadable() const {
    EXPECT_EQ(query("SELECT count(*) FROM records"), "0\n");
    query("DROP INDEX slow_title, slow_author");
    load_all({path("new.mrc")});
    EXPECT_EQ(query("SELECT count(*) FROM records"), "4000\n");
    EXPECT_EQ(tables(), "records\n");
  }

  static constexpr const char* kBuilders =
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'bulkmarc-pgload' AND "
      "query LIKE 'CREATE INDEX %slow(%'";
};

TEST_F(IndexSurvival, OfARunThatLosesConnectionsIsTheOldTable) {
  for (const char* which : {"min(pid)", "max(pid)", "pid"}) {
    const auto process = start_and_await_builds(path("new.mrc"));
    query(std::string("SELECT pg_terminate_backend(lost.pid) FROM (SELECT ") + which + " AS pid FROM (" + kBuilders +
          ") builders) lost");
    expect_failure(process->wait(), 1, {"connection"});
    await_end_of_sessions();
  }
  expect_empty_and_loadable();
}

TEST_F(IndexSurvival, OfARunThatIsStoppedIsTheOldTableAndNothingElse) {
  const auto process = start_and_await_builds(path("new.mrc"));
  process->send(SIGTERM);
  EXPECT_EQ(process->wait().signal, SIGTERM);
  EXPECT_EQ(query(kStagingTables), "0\n");
  expect_empty_and_loadable();
}

TEST_F(IndexSurvival, OfARunWhoseOtherIndexCannotBeBuiltIsTheOldTableAndNothingElse) {
  query("DROP INDEX slow_author; CREATE INDEX slow_author ON records ((1 / (year - year)))");
  expect_failure(load({path("new.mrc"), "--connections", "2"}), 1, {"division by zero"});
  EXPECT_EQ(query(kStagingTables), "0\n");
  expect_empty_and_loadable();
}

TEST_F(IndexSurvival, OfAKilledRunIsTheOldTableAndTheNextRunDoesNotWaitForItsIndexes) {
  const auto process = start_and_await_builds(path("new.mrc"));
  process->send(SIGKILL);
  EXPECT_EQ(process->wait().signal, SIGKILL);
  await_end_of_sessions();
  expect_empty_and_loadable();
}

TEST_F(Survival, OfARunThatIsStoppedWhileItWaitsForIdsIsTheOldTable) {
  ASSERT_EQ(mkfifo(path("ids").c_str(), 0600), 0);
  Process process({path("new.mrc"), "--upsert", "--delete-ids", path("ids")}, {});
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  process.send(SIGTERM);
  EXPECT_EQ(process.wait().signal, SIGTERM);
  expect_old_and_loadable();
}

TEST_F(Survival, OfARunWhoseInputIsDamagedIsTheOldTable) {
  folder_.write("noise", std::string(100'000, 'x'));
  expect_failure(load({path("noise")}), 1, {path("noise")});
  expect_failure(load({path("missing.mrc")}), 1, {path("missing.mrc"), "No such file"});
  expect_old_and_loadable();
}

class CrashedServer : public testing::WithParamInterface<int>, public Survival {
 protected:
  CrashedServer() : Survival(synced()) {}

  /// One that waits for the disk, as it does in earnest.
  static Cluster& synced() {
    static Cluster cluster;
    return cluster;
  }
};

TEST_P(CrashedServer, HasTheOldTableAfterItsRecovery) {
  HalfARun run(folder_.read("new.mrc"), {"--connections", "2"});
  synced().crash_and_recover(GetParam());
  expect_failure(run.finish(), 1, {});
  expect_old_and_loadable();
}

TEST_P(CrashedServer, HasTheNewTableOnceTheRunHasEnded) {
  load_all({path("new.mrc")});
  const std::string whole = fingerprint("records");
  synced().crash_and_recover(GetParam());
  EXPECT_EQ(fingerprint("records"), whole);
}

TEST_P(CrashedServer, HasTheOldTableOrTheNewWheneverItCrashes) {
  constexpr int kCrashes = 4;
  const auto begin = Clock::now();
  load_all({path("new.mrc")});
  const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count() * 5 / 4;
  const std::string whole = fingerprint("records");
  for (int i = 0; i < kCrashes; ++i) {
    load_all({path("old.mrc")});
    Process process({path("new.mrc"), "-q"}, {});
    std::this_thread::sleep_for(std::chrono::microseconds(longest * i / kCrashes));
    synced().crash_and_recover(GetParam());
    const Outcome outcome = process.wait();
    const std::string found = fingerprint("records");
    EXPECT_THAT(found, AnyOf(old_, whole)) << "crash " << i;
    EXPECT_TRUE(outcome.exit_status != 0 || found == whole) << "crash " << i;
  }
  load_all({path("new.mrc")});
  EXPECT_EQ(fingerprint("records"), whole);
  EXPECT_EQ(tables(), "records\n");
}

INSTANTIATE_TEST_SUITE_P(Signals, CrashedServer, testing::Values(SIGQUIT, SIGKILL),
                         [](const auto& test) { return test.param == SIGQUIT ? "Quit" : "Kill"; });

}  // namespace
