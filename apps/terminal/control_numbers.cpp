#include "control_numbers.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <istream>
#include <stdexcept>
#include <streambuf>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "program.hpp"

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r";

/// What std::istream reads of a file while it can be asked to stop: neither a pipe that nobody writes to nor one that
/// is silent makes it deaf. An istream passes on what this throws where its exceptions() hold std::ios::badbit.
class InterruptibleFile : public std::streambuf {
 public:
  InterruptibleFile(std::filesystem::path path, std::stop_token stop);
  ~InterruptibleFile() override;
  InterruptibleFile(const InterruptibleFile&) = delete;
  InterruptibleFile& operator=(const InterruptibleFile&) = delete;

 protected:
  int_type underflow() override;

 private:
  void wait_until_readable() const;
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  std::stop_token stop_;
  int descriptor_;
  std::array<char, 64 * 1024> bytes_{};
};

InterruptibleFile::InterruptibleFile(std::filesystem::path path, std::stop_token stop)
    : path_(std::move(path)),
      stop_(std::move(stop)),
      descriptor_(path_ == kStandardStream ? STDIN_FILENO : open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  if (descriptor_ < 0) fail();
}

InterruptibleFile::~InterruptibleFile() {
  if (descriptor_ != STDIN_FILENO) close(descriptor_);
}

InterruptibleFile::int_type InterruptibleFile::underflow() {
  ssize_t got = -1;
  do {
    wait_until_readable();
    got = read(descriptor_, bytes_.data(), bytes_.size());
  } while (got < 0 && (errno == EINTR || errno == EAGAIN));
  if (got < 0) fail();
  if (got == 0) return traits_type::eof();
  setg(bytes_.data(), bytes_.data(), bytes_.data() + got);
  return traits_type::to_int_type(bytes_.front());
}

void InterruptibleFile::wait_until_readable() const {
  constexpr int kMillisecondsBetweenLooks = 50;
  int ready = 0;
  while (ready == 0 || (ready < 0 && errno == EINTR)) {
    if (stop_.stop_requested()) throw bulkmarc::Error(bulkmarc::ErrorCode::kCancelled, {}, "the run was cancelled");
    pollfd waiting = {descriptor_, POLLIN, 0};
    ready = poll(&waiting, 1, kMillisecondsBetweenLooks);
  }
}

void InterruptibleFile::fail() const {
  throw std::runtime_error(
      fmt::format("{}: can't be read: {}", path_.string(), std::generic_category().message(errno)));
}

}  // namespace

std::vector<std::string> read_control_numbers(const std::filesystem::path& path, std::stop_token stop) {
  InterruptibleFile file(path, std::move(stop));
  std::istream lines(&file);
  lines.exceptions(std::ios::badbit);
  std::vector<std::string> numbers;
  bool is_first = true;
  for (std::string line; std::getline(lines, line); is_first = false) {
    if (is_first && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
    line.erase(line.find_last_not_of(kBlanks) + 1);
    if (!line.empty()) numbers.push_back(std::move(line));
  }
  return numbers;
}
