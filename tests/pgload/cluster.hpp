#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

/// A PostgreSQL server of the tests' own, with its data in a temporary folder. It is reached by a Unix socket in there,
/// and by nothing else. Its superuser is postgres, who needs no password. Ends with this object, and with the thread
/// that made it.
class Cluster {
 public:
  /// `settings` are added to the server's command line: `fsync=off`.
  explicit Cluster(std::vector<std::string> settings = {});
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// One for the whole test program, which does not wait for the disk. Started when it is first asked for.
  static Cluster& shared();

  /// Sets the environment so that libpq connects to `database`.
  void select(const std::string& database) const;

  /// Sends the server a signal (SIGQUIT is an immediate shutdown), waits for its end, and starts it again, when it has
  /// recovered what was committed.
  void crash_and_recover(int signal);

 private:
  void start();
  [[nodiscard]] std::string end_of_log() const;

  TemporaryFolder folder_;
  std::vector<std::string> settings_;
  pid_t server_ = 0;
};
