#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <bulkmarc/export.hpp>

#include "api/run_report.hpp"
#include "api/source_impl.hpp"
#include "output/output.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/report_builder.hpp"
#include "select/selector.hpp"

namespace bulkmarc {

/// A run over a source as the engine doesn't know it, whatever becomes of the records: its inputs, selection, rejects,
/// threads and report.
class Job {
 public:
  /// Opens the source. Borrows `options` and `account`. Throws Error where the options or the inputs can't be used.
  Job(Source source, const ExportOptions& options, RunReport& account);

  [[nodiscard]] const OpenedSource& source() const { return opened_; }
  [[nodiscard]] Report& report() { return report_; }
  [[nodiscard]] const Report& report() const { return report_; }

  /// Begins the file for the rejects, if there is to be one.
  void begin_rejects();

  /// What is to become of the records. Borrows the Job.
  [[nodiscard]] Policy policy() const;

  /// Walks the source an additional time, before the run, if the options ask for a sample.
  void draw_sample(const Judge& judge);

  /// What the engine needs to know. Borrows the Job.
  [[nodiscard]] Run run();

  /// Completes the report, and commits the output, the rejects and the file of the report, or none of them.
  void commit(Output& output);

  /// Calls `body` on as many threads as the options say, the caller's among them.
  template <class Body>
  void on_threads(const Body& body) const {
    std::optional<tbb::global_control> more_than_cores;
    if (report_.threads > tbb::info::default_concurrency()) {
      more_than_cores.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(report_.threads));
    }
    tbb::task_arena arena(report_.threads);
    arena.execute(body);
  }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point begin_ = Clock::now();
  const ExportOptions& options_;
  Source source_;
  Selector selector_;
  OpenedSource opened_;
  RunReport& run_report_;
  Report& report_;
  std::unique_ptr<AppendedOutput> rejects_;
  std::optional<ReportBuilder> account_;
  std::function<void(const Progress&)> progress_;
  std::optional<std::size_t> sample_size_;
};

}  // namespace bulkmarc
