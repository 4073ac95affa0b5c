#include "progress_bar.hpp"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <locale>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "program.hpp"

namespace {

using bulkmarc::Progress;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr std::size_t kMinBarWidth = 10;
constexpr std::string_view kClearLine = "\r\x1b[K";

struct GroupedDigits : std::numpunct<char> {
  char do_thousands_sep() const override { return ','; }
  std::string do_grouping() const override { return "\3"; }
};

/// Shows nothing if the run would have to wait.
void show(std::string_view text) {
  if (!standard_error_has_room()) return;
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

/// True where standard error is a file: of a job that runs at night, and is looked at while it does.
bool is_file() {
  struct ::stat status = {};
  return fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode);
}

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string remaining_time(double fraction, Seconds run) {
  const std::chrono::seconds left{std::llround(run.count() * (1 - fraction) / fraction)};
  return fmt::format("{}:{:%M:%S} left", std::chrono::duration_cast<std::chrono::hours>(left).count(), left);
}

std::string counts(const Progress& progress, Seconds phase, Seconds run) {
  static const std::locale kGrouped(std::locale::classic(), new GroupedDigits);
  const double seconds = std::max(phase.count(), 1e-3);
  std::string text = fmt::format(kGrouped, "{:L} records", progress.records);
  if (progress.phase != Progress::Phase::kCommit) {
    text += fmt::format(kGrouped, "  {:L}/s", std::llround(static_cast<double>(progress.records) / seconds));
    if (progress.bytes != 0) text += fmt::format("  {:.0f} MB/s", static_cast<double>(progress.bytes) / seconds / 1e6);
  }
  if (progress.fraction > 0) text += "  " + remaining_time(std::min(progress.fraction, 1.0), run);
  return text;
}

std::string bar(double fraction, std::size_t width) {
  const auto filled = static_cast<std::size_t>(std::min(fraction, 1.0) * static_cast<double>(width));
  return fmt::format("[{:<{}}] ", std::string(filled, '='), width);
}

/// On a terminal the bar takes the columns that the numbers leave. Without a known end there is no bar.
std::string line(std::string_view name, const Progress& progress, Seconds phase, Seconds run,
                 std::optional<std::size_t> columns) {
  std::string head = fmt::format("{:<10}", name);
  const std::string tail = counts(progress, phase, run);
  if (progress.fraction > 0) {
    head += fmt::format("{:3.0f}% ", std::floor(std::min(progress.fraction, 1.0) * 100));
    const std::size_t taken = head.size() + tail.size() + 4;
    if (columns && taken + kMinBarWidth <= *columns) head += bar(progress.fraction, *columns - taken);
  }
  return columns ? (head + tail).substr(0, *columns - 1) : head + tail;
}

}  // namespace

ProgressBar::~ProgressBar() {
  if (visible_) show(kClearLine);
}

bool ProgressBar::can_be_shown() {
  const char* terminal = std::getenv("TERM");
  return is_file() || (isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb");
}

void ProgressBar::update(const Progress& progress) {
  const Clock::time_point now = Clock::now();
  const bool new_phase = progress.phase != phase_;
  if (new_phase) {
    phase_ = progress.phase;
    phase_started_ = now;
  }
  if (is_file()) {
    if (now - drawn_ < between_lines_) return;
    drawn_ = now;
    return show(line(phase_name(), progress, now - phase_started_, now - started_, std::nullopt) + '\n');
  }
  if (!new_phase && visible_ && now - drawn_ < kRedrawInterval) return;
  drawn_ = now;
  visible_ = true;
  show(std::string(kClearLine) +
       line(phase_name(), progress, now - phase_started_, now - started_, terminal_columns()));
}

std::string_view ProgressBar::phase_name() const {
  switch (phase_) {
    case Progress::Phase::kMeasure:
      return "Measuring";
    case Progress::Phase::kSerialize:
      return serializing_;
    case Progress::Phase::kCommit:
      return committing_;
  }
  return "";
}
