#include "api/job.hpp"

#include <utility>
#include <vector>

#include <bulkmarc/error.hpp>

#include "api/chosen_output.hpp"
#include "api/threads.hpp"
#include "api/validation.hpp"

namespace bulkmarc {
namespace {

/// The time that drawing a sample takes of a run; only for the progress display.
constexpr double kShareOfDrawing = 0.4;

/// The progress of a phase that takes the part [from, to) of the whole run.
std::function<void(const Progress&)> part_of(const std::function<void(const Progress&)>& progress, double from,
                                             double to) {
  if (!progress) return {};
  return [=](Progress now) {
    if (now.fraction > 0) now.fraction = from + (to - from) * now.fraction;
    progress(now);
  };
}

/// Commits all, or none. The rejects go first: the worst moment for a crash leaves them beside the old output, and
/// never an output whose rejects are lost. The report goes last, as it says what became of the others.
template <class TakeTimes>
void commit_all(Output& output, Output& rejects, RunReport& report, const TakeTimes& take_times) {
  rejects.prepare();
  output.prepare();
  take_times();
  report.prepare();
  rejects.publish();
  try {
    output.commit();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kOutputSyncFolder) rejects.commit();
    throw;
  }
  rejects.commit();
  report.commit();
}

const ExportOptions& valid(const ExportOptions& options) {
  validate(options);
  return options;
}

double seconds_between(std::chrono::steady_clock::time_point begin, std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

}  // namespace

Job::Job(Source source, const ExportOptions& options, RunReport& account)
    : options_(valid(options)),
      source_(std::move(source)),
      selector_(options.selection),
      opened_(source_.impl().open(options.batch_bytes, options.stop)),
      run_report_(account),
      report_(account.report()),
      progress_(options.progress) {
  report_.threads = count_startable_threads(options.threads != 0 ? options.threads : tbb::info::default_concurrency());
  report_.inputs = opened_.reader->inputs();
  report_.inputs_passed_over = opened_.passed_over;
  if (options.selection.sample && !opened_.opens_again) {
    refuse("a sample needs inputs that can be read twice: files, not a pipe");
  }
  // With a limit, nobody knows how much has to be read.
  if (options.selection.limit) progress_ = part_of(options.progress, 0, 0);
}

void Job::begin_rejects() {
  if (options_.rejects) rejects_ = begin_file(*options_.rejects, {}, options_.stop);
}

Policy Job::policy() const {
  return {options_.strict,
          options_.rejects.has_value(),
          options_.max_findings,
          options_.to_utf8,
          options_.nfc,
          options_.statistics,
          selector_.is_needed() ? &selector_ : nullptr};
}

void Job::draw_sample(const Judge& judge) {
  if (!options_.selection.sample) return;
  const OpenedSource opened = source_.impl().open(options_.batch_bytes, options_.stop);
  Report report;
  report.threads = report_.threads;
  ReportBuilder account(report, 0, nullptr);
  Run run{*opened.reader,      account, report, part_of(options_.progress, 0, kShareOfDrawing), options_.stop,
          options_.batch_bytes};
  run.skip = options_.selection.skip;
  std::vector<RecordPosition> sample;
  on_threads([&] { sample = bulkmarc::draw_sample(run, judge, *options_.selection.sample); });
  sample_size_ = sample.size();
  selector_.draw(std::move(sample));
  progress_ = part_of(options_.progress, kShareOfDrawing, 1);
}

Run Job::run() {
  account_.emplace(report_, options_.max_findings, rejects_.get());
  Run run{*opened_.reader, *account_, report_, progress_, options_.stop, options_.batch_bytes};
  run.skip = options_.selection.skip;
  if (options_.selection.limit) run.limit = *options_.selection.limit;
  return run;
}

void Job::commit(Output& output) {
  if (sample_size_ && report_.records_exported != *sample_size_) {
    throw Error(ErrorCode::kInputChanged, {}, "the input changed while a sample of it was exported");
  }
  account_->list_missing_ids(selector_.ids());
  if (options_.statistics) report_.statistics = account_->statistics();

  const auto begin = Clock::now();
  if (options_.progress) options_.progress({Progress::Phase::kCommit, report_.records_read, report_.bytes_read, 0, 1});
  NoOutput nothing;
  const auto take_times = [&] {
    report_.seconds.commit = seconds_between(begin, Clock::now());
    report_.seconds.total = seconds_between(begin_, Clock::now());
  };
  commit_all(output, rejects_ ? static_cast<Output&>(*rejects_) : nothing, run_report_, take_times);
  take_times();
}

}  // namespace bulkmarc
