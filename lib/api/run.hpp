#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <bulkmarc/report_file.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/table.hpp>

#include "api/source_impl.hpp"
#include "api/target_impl.hpp"
#include "output/output.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/report_builder.hpp"
#include "select/selector.hpp"

namespace bulkmarc {

/// The progress of a phase that takes the part [from, to) of the whole run; empty where `progress` is.
[[nodiscard]] std::function<void(const Progress&)> part_of(const std::function<void(const Progress&)>& progress,
                                                           double from, double to);

/// One run over a source, whatever becomes of the records: its inputs, selection, rejects, threads, report and commit.
/// The only legal order is open(), execute(), finish(), the first two within attempt(). One thread at a time.
class Run {
 public:
  /// The time of the run begins.
  explicit Run(RunOptions options);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Calls `body`, and lets through what it throws. Before that it completes the report, writes its file as far as it
  /// can be written, and tells the caller.
  template <class Body>
  void attempt(const Body& body) {
    try {
      body();
    } catch (...) {
      fail(std::current_exception());
      throw;
    }
  }

  /// Opens the inputs, refuses files of the run that are in each other's way, and begins those that stand beside the
  /// target. `validate_output` throws where options of the output contradict each other; it is called before anything
  /// is opened, and after it is known whether the report's file may be written. Throws Error.
  void open(Source source, const Target::Impl& target, const std::function<void()>& validate_output = {});

  /// Draws the sample, if one was asked for, lets `process` handle the records, and commits `output` together with the
  /// files beside it: all of them, or none. `judge` finds out what would become of records, without any output. Throws
  /// Error, and what `process` throws. REQUIRES: open() has returned.
  void execute(const Judge& judge, const std::function<void(const Pass&)>& process, Output& output);

  /// Walks over the source once more, which is opened again, and keeps the account in `report`. Throws as execute()
  /// does. REQUIRES: source().opens_again.
  void walk_again(Report& report, const std::function<void(const Progress&)>& progress,
                  const std::function<void(const Pass&)>& process);

  /// The progress of a phase that takes this share of the time that is left to the run.
  [[nodiscard]] std::function<void(const Progress&)> next_part(double share);

  /// Leaves out records by their numbers, as duplicates, in all walks that follow.
  void leave_out(std::vector<std::uint64_t> numbers) { selector_->leave_out(std::move(numbers)); }

  /// Tells the caller that the run has succeeded. Throws what the caller's function throws.
  void finish();

  [[nodiscard]] Report& report() { return report_; }
  [[nodiscard]] const RunOptions& options() const { return options_; }
  /// These two hold from open() on. What is to become of the records borrows the Run.
  [[nodiscard]] const OpenedSource& source() const { return *opened_; }
  [[nodiscard]] Policy policy(bool to_utf8) const;
  /// `table` as this run has it, which knows the names of the inputs.
  [[nodiscard]] Table table(const Table& table) const;

 private:
  using Clock = std::chrono::steady_clock;

  void fail(const std::exception_ptr& exception) noexcept;
  void begin_report_file(bool sync);
  void prepare_report();
  void commit_report();
  void leave_out_duplicates(const Judge& judge);
  void draw_sample(const Judge& judge);
  void commit(Output& output, ReportBuilder& builder);
  void commit_files(Output& output, Clock::time_point begin);
  void take_times(Clock::time_point begin_of_commit);
  void on_threads(const std::function<void()>& body) const;

  const RunOptions options_;
  const Clock::time_point begin_ = Clock::now();
  Report report_;
  std::optional<Source> source_;
  std::optional<Selector> selector_;
  std::optional<OpenedSource> opened_;
  bool may_write_report_ = false;  // It is known to be none of the run's other files.
  std::optional<ReportFile> report_file_;
  std::unique_ptr<StreamedOutput> rejects_;
  std::function<void(const Progress&)> progress_;
  std::optional<std::size_t> sample_size_;
};

}  // namespace bulkmarc
