#include "api/run.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <latch>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/version.hpp>

#include "api/chosen_output.hpp"
#include "api/validation.hpp"
#include "platform/platform.hpp"
#include "record/internals.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {
namespace {

/// The time that a walk takes of a run which only finds out what would become of the records; only for the progress
/// display.
constexpr double kShareOfJudging = 0.4;

/// TBB is left to start this many fewer than could be started: others may start some meanwhile, too.
constexpr int kSpareThreads = 2;

/// A thread takes its stack, and a heap of its own that the C library reserves in large pieces.
constexpr std::uint64_t kAddressSpaceOfThread = std::uint64_t{192} << 20;

/// Starts up to `most` threads that do nothing, and ends them. Returns how many could be started.
int try_threads(int most) {
  std::latch end(1);
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(most));
  try {
    for (int i = 0; i < most; ++i) threads.emplace_back([&end] { end.wait(); });
  } catch (const std::system_error&) {
    // That many can be started, and no more.
  }
  end.count_down();
  for (std::thread& thread : threads) thread.join();
  return static_cast<int>(threads.size());
}

/// How many of the threads a limit on the address space has room for.
int most_within_address_space(int wanted) {
  const auto left = address_space_left();
  if (!left) return wanted;
  return static_cast<int>(
      std::clamp(*left / kAddressSpaceOfThread, std::uint64_t{1}, static_cast<std::uint64_t>(wanted)));
}

/// How many threads can work at once, the caller's among them: `wanted`, or less where the system refuses to start that
/// many. TBB ends the process when a thread can't be started, so starting them is tried beforehand, once for each
/// number that is larger than all before. REQUIRES: `wanted` is at least 1.
int count_startable_threads(int wanted) {
  wanted = most_within_address_space(wanted);
  static std::mutex mutex;
  static std::atomic<int> most_started = 1;
  if (wanted <= most_started) return wanted;
  const std::scoped_lock lock(mutex);
  if (wanted <= most_started) return wanted;
  const int tried = wanted - 1 + kSpareThreads;
  const int started = try_threads(tried);
  if (started < tried) return std::max(1, started - kSpareThreads + 1);
  most_started = wanted;
  return wanted;
}

/// The progress of a run whose reader does not know how much there is, by what was read of the files.
std::function<void(const Progress&)> by_files(const std::function<void(const Progress&)>& progress,
                                              const OpenedSource& opened) {
  if (!progress || opened.reader->total() != 0) return progress;
  return [progress, tally = opened.tally](Progress now) {
    now.fraction = tally->fraction();
    progress(now);
  };
}

bool is_synced(const Target::Impl& target) {
  if (const auto* file = std::get_if<Target::Impl::File>(&target.kind)) return file->options.sync;
  if (const auto* piece = std::get_if<Target::Impl::Piece>(&target.kind)) return piece->options.sync;
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind);
  return parts == nullptr || parts->file_options.sync;
}

/// The number of the last record that is wanted.
std::uint64_t last_number(const Selection& selection) {
  if (!selection.numbers || selection.ids) return std::numeric_limits<std::uint64_t>::max();
  return selection.numbers->empty() ? 0 : std::ranges::max(*selection.numbers);
}

/// True where it says something of a whole catalogue.
bool is_of_all(const Selection& selection) {
  return selection.limit || selection.sample || selection.numbers || selection.unique;
}

/// The range that it is; else that of all records.
OpenedRange range_of(const OpenedSource& opened) { return opened.range.value_or(OpenedRange()); }

/// A walk over what `opened` has.
Pass pass_over(const OpenedSource& opened, ReportBuilder& builder, Report& report,
               const std::function<void(const Progress&)>& progress, const RunOptions& options) {
  const OpenedRange range = range_of(opened);
  Pass pass{*opened.reader, builder, report, by_files(progress, opened), options.stop, options.batch_bytes};
  pass.skip = options.selection.skip - std::min(options.selection.skip, range.records_before);
  pass.last = last_number(options.selection);
  pass.begin = {range.input, range.offset};
  pass.records_before = range.records_before;
  return pass;
}

double seconds_between(std::chrono::steady_clock::time_point begin, std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

}  // namespace

std::function<void(const Progress&)> part_of(const std::function<void(const Progress&)>& progress, double from,
                                             double to) {
  if (!progress) return {};
  return [=](Progress now) {
    if (now.fraction > 0) now.fraction = from + (to - from) * now.fraction;
    progress(now);
  };
}

Run::Run(RunOptions options) : options_(std::move(options)), progress_(options_.progress) {
  report_.version = version();
  report_.command_line = options_.command_line;
  report_.started = std::chrono::system_clock::now();
}

void Run::open(Source source, const Target::Impl& target, const std::function<void()>& validate_output) {
  Source::Impl& files = impl_of(source);
  may_write_report_ = validate_report(options_, target, files);
  validate(options_);
  if (validate_output) validate_output();
  selector_.emplace(options_.selection);
  opened_ = files.open(options_.batch_bytes, options_.stop);
  source_ = std::move(source);
  report_.threads =
      count_startable_threads(options_.threads != 0 ? options_.threads : tbb::info::default_concurrency());
  report_.inputs = opened_->reader->inputs();
  report_.inputs_passed_over = opened_->passed_over;
  if (!opened_->opens_again && options_.selection.sample) {
    refuse("a sample needs inputs that can be read twice: files, not a pipe");
  }
  if (!opened_->opens_again && options_.selection.unique) {
    refuse("unique records need inputs that can be read twice: files, not a pipe");
  }
  if (opened_->range && is_of_all(options_.selection)) {
    refuse("a limit, a sample, numbers and unique records are of a whole catalogue, and can't be taken of a range");
  }
  // Where the run ends early, nobody knows how much has to be read.
  if (options_.selection.limit || options_.selection.numbers) progress_ = part_of(options_.progress, 0, 0);

  if (options_.report) refuse_input_as_target(*opened_, *options_.report);
  may_write_report_ = true;
  validate_files(target, options_, *opened_);
  begin_report_file(is_synced(target));
  if (options_.rejects) rejects_ = begin_file(*options_.rejects, {}, options_.stop);
}

Policy Run::policy(bool to_utf8) const {
  return {options_.strict,
          options_.rejects.has_value(),
          options_.max_findings,
          to_utf8,
          options_.nfc,
          options_.statistics,
          false,
          selector_->is_needed() ? &*selector_ : nullptr,
          options_.predicate ? &options_.predicate : nullptr,
          options_.change ? &options_.change : nullptr,
          options_.rules ? Internals::of(*options_.rules) : nullptr,
          options_.on_finding ? &options_.on_finding : nullptr};
}

Table Run::table(const Table& table) const { return Table::Impl::with_inputs(table, report_.inputs); }

void Run::on_threads(const std::function<void()>& body) const {
  std::optional<tbb::global_control> more_than_cores;
  if (report_.threads > tbb::info::default_concurrency()) {
    more_than_cores.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(report_.threads));
  }
  tbb::task_arena arena(report_.threads);
  arena.execute(body);
}

void Run::walk_again(Report& report, const std::function<void(const Progress&)>& progress,
                     const std::function<void(const Pass&)>& process) {
  const OpenedSource opened = Internals::of(*source_)->open(options_.batch_bytes, options_.stop);
  report.threads = report_.threads;
  ReportBuilder builder(report, options_.max_findings, nullptr, range_of(opened).records_before);
  const Pass pass = pass_over(opened, builder, report, progress, options_);
  on_threads([&] { process(pass); });
}

std::function<void(const Progress&)> Run::next_part(double share) {
  auto part = part_of(progress_, 0, share);
  progress_ = part_of(progress_, share, 1);
  return part;
}

void Run::leave_out_duplicates(const Judge& judge) {
  Report report;
  walk_again(report, next_part(kShareOfJudging),
             [&](const Pass& pass) { selector_->leave_out(find_duplicates(pass, judge, *options_.selection.unique)); });
}

void Run::draw_sample(const Judge& judge) {
  Report report;
  walk_again(report, next_part(kShareOfJudging), [&](const Pass& pass) {
    std::vector<RecordPosition> sample = bulkmarc::draw_sample(pass, judge, *options_.selection.sample);
    sample_size_ = sample.size();
    selector_->draw(std::move(sample));
  });
}

void Run::execute(const Judge& judge, const std::function<void(const Pass&)>& process, Output& output) {
  if (options_.selection.unique) leave_out_duplicates(judge);
  if (options_.selection.sample) draw_sample(judge);
  ReportBuilder builder(report_, options_.max_findings, rejects_.get(), range_of(*opened_).records_before);
  Pass pass = pass_over(*opened_, builder, report_, progress_, options_);
  if (options_.selection.limit) pass.limit = *options_.selection.limit;
  on_threads([&] { process(pass); });
  commit(output, builder);
}

void Run::commit(Output& output, ReportBuilder& builder) {
  if (sample_size_ && report_.records_exported != *sample_size_) {
    throw Error(ErrorCode::kInputChanged, {}, "the input changed while a sample of it was exported");
  }
  if (opened_->range && report_.records_read != opened_->range->records) {
    throw Error(ErrorCode::kPlanMismatch, {},
                fmt::format("the range has {} records, and {} in its plan: an input has changed", report_.records_read,
                            opened_->range->records));
  }
  builder.list_missing_ids(selector_->ids());
  if (options_.statistics) report_.statistics = builder.statistics();
  const auto begin = Clock::now();
  if (options_.progress) options_.progress({Progress::Phase::kCommit, report_.records_read, report_.bytes_read, 0, 1});
  commit_files(output, begin);
  take_times(begin);
}

void Run::take_times(Clock::time_point begin_of_commit) {
  const auto now = Clock::now();
  report_.seconds.commit = seconds_between(begin_of_commit, now);
  report_.seconds.total = seconds_between(begin_, now);
}

/// Commits all, or none. The rejects go first: the worst moment for a crash leaves them beside the old output, and
/// never an output whose rejects are lost. The report goes last, as it says what became of the others.
void Run::commit_files(Output& output, Clock::time_point begin) {
  NoOutput nothing;
  Output& rejects = rejects_ ? static_cast<Output&>(*rejects_) : nothing;
  rejects.prepare();
  output.prepare();
  take_times(begin);
  prepare_report();
  rejects.publish();
  try {
    output.commit();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kOutputSyncFolder) rejects.commit();
    throw;
  }
  rejects.commit();
  commit_report();
}

void Run::begin_report_file(bool sync) {
  if (options_.report) report_file_.emplace(*options_.report, FileOptions{.sync = sync}, options_.stop);
}

void Run::prepare_report() {
  report_.ended = std::chrono::system_clock::now();
  if (report_file_) report_file_->prepare(report_);
}

void Run::commit_report() try {
  if (report_file_) report_file_->commit();
} catch (const Error& error) {
  throw Error(error.code(), error.path(), "the output is complete, but the report can't be written", error.os_error());
}

void Run::finish() {
  if (options_.on_report) options_.on_report(report_);
}

void Run::fail(const std::exception_ptr& exception) noexcept {
  // The exception counts, whatever becomes of the report.
  try {
    report_.error = failure_of(exception);
    if (options_.report && may_write_report_) {
      if (!report_file_) begin_report_file(true);
      prepare_report();
      report_file_->commit();
    }
  } catch (...) {
  }
  try {
    report_.ended = std::chrono::system_clock::now();
    finish();
  } catch (...) {
  }
}

}  // namespace bulkmarc
