#pragma once

#include <chrono>
#include <string_view>

#include <bulkmarc/export.hpp>

/// One line on standard error that shows how far a run is, and is gone when the bar is destroyed. For one thread at
/// a time.
class ProgressBar {
 public:
  /// The words for what happens in the phases kSerialize and kCommit.
  explicit ProgressBar(std::string_view serializing = "Exporting", std::string_view committing = "Syncing")
      : serializing_(serializing), committing_(committing) {}
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Whether standard error is a terminal that can redraw a line.
  static bool can_be_shown();

  /// Redraws the line for every new phase, and otherwise at most ten times a second.
  void update(const bulkmarc::Progress& progress);

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string_view phase_name() const;

  std::string_view serializing_;
  std::string_view committing_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point phase_started_ = started_;
  Clock::time_point drawn_{};
  bulkmarc::Progress::Phase phase_ = bulkmarc::Progress::Phase::kMeasure;
  bool visible_ = false;
};
