#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

/// How a process ended, and what it said.
struct Outcome {
  int exit_status = -1;  ///< -1 if a signal ended it.
  int signal = 0;        ///< 0 if it exited.
  std::string out;
  std::string err;
  std::size_t peak_kilobytes = 0;  ///< The most memory that it had at once.
};

/// Where a process's standard streams come from and go to; -1 means the default. Borrowed until the process
/// has been started.
struct Streams {
  int in = -1;   ///< Default: empty.
  int out = -1;  ///< Default: captured.
  int err = -1;  ///< Default: captured.
};

/// The command, running. What it writes is captured in files, so that it never waits for its reader.
class Process {
 public:
  Process(const std::vector<std::string>& arguments, Streams streams);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void send(int signal) const;
  /// The time for which it has run on a processor.
  [[nodiscard]] std::chrono::nanoseconds processor_time() const;
  /// Waits for the end. A process that hangs is killed after two minutes, so that its outcome is SIGKILL.
  Outcome wait();

 private:
  pid_t pid_ = 0;
  int out_ = -1;
  int err_ = -1;
};

/// Runs the command with a pseudo-terminal of this width as its standard streams, but for standard input.
/// Both streams of the outcome are in `out`, as the terminal got them.
Outcome run_on_terminal(const std::vector<std::string>& arguments, unsigned short columns, const char* terminal);
