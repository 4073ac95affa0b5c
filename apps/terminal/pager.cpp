#include "pager.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "program.hpp"

namespace {

constexpr const char* kDefaultPager = "if command -v less >/dev/null; then exec less; else exec cat; fi";
/// What a shell exits with where it does not find a command, or can't run it.
constexpr int kNotFound = 127;
constexpr int kNotRunnable = 126;

/// Starts the pager, with `input` as its standard input. It takes signals, though this program does not. Returns 0
/// where it can't be started.
pid_t start(const char* pager, const int (&input)[2]) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_addclose(&actions, input[0]);
  posix_spawn_file_actions_addclose(&actions, input[1]);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t usual = none;
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh";
  std::string option = "-c";
  std::string command = pager;
  char* const arguments[] = {shell.data(), option.data(), command.data(), nullptr};
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? pid : 0;
}

/// Writes the text as far as somebody reads it.
void feed(std::string_view text, int pipe) {
  while (!text.empty()) {
    const ssize_t written = write(pipe, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Returns false where there was no pager.
bool page(const char* pager, const std::string& text) {
  int input[2];
  if (pipe(input) != 0) return false;
  const pid_t pid = start(pager, input);
  close(input[0]);
  if (pid != 0) feed(text, input[1]);
  close(input[1]);
  if (pid == 0) return false;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return !WIFEXITED(status) || (WEXITSTATUS(status) != kNotFound && WEXITSTATUS(status) != kNotRunnable);
}

}  // namespace

void print_paged(const std::string& text) {
  const char* pager = std::getenv("PAGER");
  if (pager == nullptr) pager = kDefaultPager;
  if (isatty(STDOUT_FILENO) != 0 && *pager != '\0') {
    setenv("LESS", "FRX", 0);  // Ends at once where all fits on the screen.
    if (page(pager, text)) return;
  }
  print_text(text);
}
