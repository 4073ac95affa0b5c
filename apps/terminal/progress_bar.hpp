#pragma once

#include <chrono>
#include <string_view>

#include <bulkmarc/export.hpp>

/// Shows on standard error how far a run is: on a terminal by one line, which is gone when the bar is destroyed; in a
/// file by a line a minute. For one thread at a time.
class ProgressBar {
 public:
  /// The words for what happens in the phases kSerialize and kCommit, and the time between two lines in a file.
  explicit ProgressBar(std::string_view serializing = "Exporting", std::string_view committing = "Syncing",
                       std::chrono::milliseconds between_lines = std::chrono::minutes(1))
      : serializing_(serializing), committing_(committing), between_lines_(between_lines) {}
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Whether standard error is a file, or a terminal that can redraw a line.
  static bool can_be_shown();

  /// On a terminal, redraws the line for every new phase, and otherwise at most ten times a second.
  void update(const bulkmarc::Progress& progress);

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string_view phase_name() const;

  std::string_view serializing_;
  std::string_view committing_;
  std::chrono::milliseconds between_lines_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point phase_started_ = started_;
  Clock::time_point drawn_ = started_;
  bulkmarc::Progress::Phase phase_ = bulkmarc::Progress::Phase::kMeasure;
  bool visible_ = false;
};
