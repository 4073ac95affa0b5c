#include "support/filled_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace {

void write_all(int fd, const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t more = ::write(fd, bytes.data() + written, bytes.size() - written);
    if (more < 0) break;  // The reader has gone.
    written += static_cast<std::size_t>(more);
  }
  ::close(fd);
}

}  // namespace

FilledPipe::FilledPipe(std::string bytes) : bytes_(std::move(bytes)) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  read_end_ = ends[0];
  writer_ = std::thread([this, write_end = ends[1]] { write_all(write_end, bytes_); });
}

FilledPipe::~FilledPipe() {
  ::close(read_end_);
  writer_.join();
}

std::filesystem::path FilledPipe::path() const { return "/proc/self/fd/" + std::to_string(read_end_); }
