#include "process.hpp"

#include <fcntl.h>
#include <pty.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace {

constexpr std::chrono::minutes kHangs{2};

std::vector<char*> argument_vector(const std::vector<std::string>& arguments) {
  std::vector<char*> result = {const_cast<char*>(BULKMARC_COMMAND)};
  for (const std::string& argument : arguments) result.push_back(const_cast<char*>(argument.c_str()));
  result.push_back(nullptr);
  return result;
}

int checked(int result, const char* call) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), call);
  return result;
}

std::string drain(int descriptor) {
  std::string bytes(static_cast<std::size_t>(checked(static_cast<int>(lseek(descriptor, 0, SEEK_END)), "lseek")), '\0');
  checked(static_cast<int>(pread(descriptor, bytes.data(), bytes.size(), 0)), "pread");
  return bytes;
}

Outcome decode(int status) {
  Outcome outcome;
  if (WIFEXITED(status)) outcome.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  return outcome;
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, Streams streams)
    : out_(checked(memfd_create("out", MFD_CLOEXEC), "memfd_create")),
      err_(checked(memfd_create("err", MFD_CLOEXEC), "memfd_create")) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (streams.in == -1) {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  } else {
    posix_spawn_file_actions_adddup2(&actions, streams.in, STDIN_FILENO);
  }
  posix_spawn_file_actions_adddup2(&actions, streams.out == -1 ? out_ : streams.out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, streams.err == -1 ? err_ : streams.err, STDERR_FILENO);
  const int error = posix_spawn(&pid_, BULKMARC_COMMAND, &actions, nullptr, argument_vector(arguments).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), BULKMARC_COMMAND);
}

Process::~Process() {
  if (pid_ != 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(out_);
  close(err_);
}

void Process::send(int signal) const { checked(kill(pid_, signal), "kill"); }

std::chrono::nanoseconds Process::processor_time() const {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Outcome Process::wait() {
  const auto deadline = std::chrono::steady_clock::now() + kHangs;
  int status = 0;
  struct rusage usage = {};
  while (checked(wait4(pid_, &status, WNOHANG, &usage), "wait4") == 0) {
    if (std::chrono::steady_clock::now() > deadline) kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  pid_ = 0;
  Outcome outcome = decode(status);
  outcome.out = drain(out_);
  outcome.err = drain(err_);
  outcome.peak_kilobytes = static_cast<std::size_t>(usage.ru_maxrss);
  return outcome;
}

Outcome run_on_terminal(const std::vector<std::string>& arguments, unsigned short columns, const char* terminal) {
  const winsize size{.ws_row = 25, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  const std::vector<char*> argv = argument_vector(arguments);
  int master = -1;
  const pid_t pid = checked(forkpty(&master, nullptr, nullptr, &size), "forkpty");
  if (pid == 0) {
    setenv("TERM", terminal, 1);
    execv(BULKMARC_COMMAND, argv.data());
    _exit(127);
  }
  std::string shown;
  std::array<char, 4096> buffer{};
  // Reading from a terminal whose last user is gone fails with EIO.
  for (ssize_t count = 0; (count = read(master, buffer.data(), buffer.size())) > 0;) {
    shown.append(buffer.data(), static_cast<std::size_t>(count));
  }
  int status = 0;
  checked(waitpid(pid, &status, 0), "waitpid");
  close(master);
  Outcome outcome = decode(status);
  outcome.out = shown;
  return outcome;
}
