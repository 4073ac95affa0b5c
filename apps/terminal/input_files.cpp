#include "input_files.hpp"

#include <fcntl.h>
#include <glob.h>
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

namespace fs = std::filesystem;

namespace {

bool is_same_file(const fs::path& one, const fs::path& other) {
  std::error_code error;
  if (fs::equivalent(one, other, error)) return true;
  return fs::weakly_canonical(fs::absolute(one), error) == fs::weakly_canonical(fs::absolute(other), error);
}

bool is_pattern(const fs::path& path) {
  std::error_code error;
  return path.string().find_first_of("*?[") != std::string::npos &&
         fs::symlink_status(path, error).type() == fs::file_type::not_found;
}

/// The paths that glob(3) finds.
class Matches {
 public:
  explicit Matches(const fs::path& pattern) : status_(glob(pattern.c_str(), 0, nullptr, &found_)) {}
  ~Matches() { globfree(&found_); }
  Matches(const Matches&) = delete;
  Matches& operator=(const Matches&) = delete;

  [[nodiscard]] std::vector<fs::path> paths() const {
    if (status_ != 0) return {};
    return {found_.gl_pathv, found_.gl_pathv + found_.gl_pathc};
  }

 private:
  glob_t found_ = {};
  int status_;
};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r";

/// A file that std::istream reads until a stop is requested, even if it waits for the writer of a pipe. An istream
/// passes on what this throws if its exceptions() include std::ios::badbit.
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

void require_other_file(const fs::path& written, const std::vector<fs::path>& files) {
  if (written == kStandardStream) return;
  for (const fs::path& file : files) {
    if (is_same_file(written, file)) {
      throw UsageError(fmt::format("{} would replace {}", written.string(), file.string()));
    }
  }
}

std::vector<fs::path> expand_patterns(const std::vector<fs::path>& paths, bool keep_unmatched) {
  std::vector<fs::path> expanded;
  for (const fs::path& path : paths) {
    if (!is_pattern(path)) {
      expanded.push_back(path);
      continue;
    }
    auto matches = Matches(path).paths();
    if (matches.empty() && keep_unmatched) matches.push_back(path);
    if (matches.empty()) {
      throw bulkmarc::Error(bulkmarc::ErrorCode::kInputOpen, path, "no file matches the pattern");
    }
    expanded.insert(expanded.end(), matches.begin(), matches.end());
  }
  return expanded;
}

std::vector<bulkmarc::Input> to_inputs(const std::vector<std::filesystem::path>& paths) {
  std::vector<bulkmarc::Input> inputs;
  for (const auto& path : paths) {
    if (path == kStandardStream) {
      inputs.push_back(bulkmarc::Input::standard_input());
    } else {
      inputs.emplace_back(path);
    }
  }
  return inputs;
}

std::string read_text(const fs::path& path, std::stop_token stop) {
  constexpr std::size_t kMost = std::size_t{64} << 20;
  InterruptibleFile file(path, std::move(stop));
  std::string text;
  std::array<char, 64 * 1024> bytes{};
  for (std::streamsize got = 0; (got = file.sgetn(bytes.data(), bytes.size())) != 0;) {
    text.append(bytes.data(), static_cast<std::size_t>(got));
    if (text.size() > kMost) throw std::runtime_error(fmt::format("{}: has more than 64 MiB", path.string()));
  }
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  return text;
}

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
