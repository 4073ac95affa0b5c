#include "pgload/cluster.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace fs = std::filesystem;

namespace {

constexpr const char* kSuperuser = "postgres";
constexpr int kMostTries = 600;
constexpr std::chrono::milliseconds kBetweenTries{50};

/// PostgreSQL refuses to be run by root: then the user of Debian's package runs it. The server gets a signal when the
/// thread that started it ends.
std::vector<std::string> as_server(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"setpriv", "--pdeathsig", "QUIT"};
  if (geteuid() == 0) {
    const std::string user = kSuperuser;
    words.insert(words.end(), {"--reuid", user, "--regid", user, "--init-groups"});
  }
  words.push_back(std::string(BULKMARC_POSTGRESQL) + "/" + program);
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

pid_t spawn(const std::vector<std::string>& words, const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv.front(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), words.front());
  return pid;
}

int await_end(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

void give_to_server(const fs::path& folder) {
  if (geteuid() != 0) return;
  const passwd* user = getpwnam(kSuperuser);
  if (user == nullptr || chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("the user postgres can't get a folder");
  }
}

}  // namespace

Cluster::Cluster(std::vector<std::string> settings) : settings_(std::move(settings)) {
  fs::create_directory(folder_.path("server"));
  give_to_server(folder_.path("server"));
  give_to_server(folder_.path(""));
  const std::string data = folder_.path("server/data");
  const std::vector<std::string> arguments = {
      "-D", data, "-U", kSuperuser, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"};
  if (await_end(spawn(as_server("initdb", arguments), folder_.path("log"))) != 0) {
    throw std::runtime_error("initdb failed: " + end_of_log());
  }
  start();
}

Cluster::~Cluster() {
  if (server_ == 0) return;
  kill(server_, SIGQUIT);
  await_end(server_);
}

Cluster& Cluster::shared() {
  static Cluster cluster({"fsync=off", "synchronous_commit=off"});
  return cluster;
}

void Cluster::select(const std::string& database) const {
  setenv("PGHOST", folder_.path("server").c_str(), 1);
  setenv("PGUSER", kSuperuser, 1);
  setenv("PGDATABASE", database.c_str(), 1);
  for (const char* name : {"PGPORT", "PGSERVICE", "PGOPTIONS", "PGPASSWORD", "PGSSLMODE"}) unsetenv(name);
}

void Cluster::crash_and_recover(int signal) {
  kill(server_, signal);
  await_end(std::exchange(server_, 0));
  start();
}

void Cluster::start() {
  std::vector<std::string> arguments = {"-D", folder_.path("server/data"), "-c", "listen_addresses="};
  for (const std::string& setting : {"unix_socket_directories=" + folder_.path("server").string(),
                                     std::string("max_connections=40"), std::string("shared_buffers=32MB")}) {
    arguments.insert(arguments.end(), {"-c", setting});
  }
  for (const std::string& setting : settings_) arguments.insert(arguments.end(), {"-c", setting});
  // A server whose predecessor was killed does not start before the last of that one's processes is gone.
  const std::string conninfo = "dbname=postgres user=postgres host=" + folder_.path("server").string();
  for (int tries = 0; tries < kMostTries; ++tries) {
    if (server_ == 0) server_ = spawn(as_server("postgres", arguments), folder_.path("log"));
    std::this_thread::sleep_for(kBetweenTries);
    if (waitpid(server_, nullptr, WNOHANG) == server_) server_ = 0;
    if (server_ != 0 && PQping(conninfo.c_str()) == PQPING_OK) return;
  }
  throw std::runtime_error("the server does not start: " + end_of_log());
}

std::string Cluster::end_of_log() const {
  const std::string log = folder_.read("log");
  return log.substr(log.size() - std::min<std::size_t>(log.size(), 1000));
}
