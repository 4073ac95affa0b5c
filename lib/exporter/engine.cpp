#include "exporter/engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include "exporter/progress_meter.hpp"

namespace bulkmarc {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// What one task works with. There are as many as batches in flight, used again and again.
struct Work {
  Batch batch;
  Workspace workspace;
  Outcome outcome;
  Buffer output;
  std::uint64_t length = 0;
};

/// Hands out the work that was returned last, whose memory is still in the caches.
class WorkPool {
 public:
  Work* take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return all_.emplace_back(std::make_unique<Work>()).get();
    Work* work = idle_.back();
    idle_.pop_back();
    return work;
  }
  void give_back(Work* work) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(work);
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Work>> all_;
  std::vector<Work*> idle_;
};

void stop_if_asked(const Run& run) {
  if (run.stop.stop_requested()) throw Error(ErrorCode::kCancelled, {}, "the export was cancelled");
}

/// Deals the batches, lets `handle` treat each in parallel, and `settle` each, one at a time and in order. A
/// batch whose guess of its first record was wrong is handled again, before it is settled.
template <class Handle, class Settle>
void walk(const Run& run, ProgressMeter& meter, const Handle& handle, Settle settle) {
  WorkPool pool;
  const auto deal = [&](tbb::flow_control& control) -> Work* {
    stop_if_asked(run);
    Work* work = pool.take();
    if (run.reader.next(work->batch)) return work;
    control.stop();
    return nullptr;
  };
  const auto load_and_handle = [&](Work* work) {
    run.reader.load(work->batch);
    handle(*work);
    return work;
  };
  const auto check_and_settle = [&](Work* work) {
    switch (run.account.check(work->batch)) {
      case Account::Continuity::kContinues:
        break;
      case Account::Continuity::kSwallowed:
        handle(*work);
        break;
      case Account::Continuity::kMustReload:
        load_and_handle(work);
        run.account.check(work->batch);
        break;
    }
    run.account.settle(work->batch, work->outcome);
    if (run.reader.counts_bytes()) run.report.bytes_read += work->batch.stop - work->batch.start;
    settle(*work);
    meter.add(work->outcome.read, work->batch.stop - work->batch.start);
    pool.give_back(work);
  };
  const std::size_t in_flight = 2 * static_cast<std::size_t>(run.report.threads) + 2;
  tbb::parallel_pipeline(in_flight,
                         tbb::make_filter<void, Work*>(tbb::filter_mode::serial_in_order, deal) &
                             tbb::make_filter<Work*, Work*>(tbb::filter_mode::parallel, load_and_handle) &
                             tbb::make_filter<Work*, void>(tbb::filter_mode::serial_in_order, check_and_settle));
}

/// A batch that was measured, and its slice of the output.
struct PlannedBatch {
  std::size_t input;
  Range range;
  std::uint64_t offset;
  std::uint64_t length;
  bool first;  // No record is exported before it.
};

struct Plan {
  std::vector<PlannedBatch> batches;
  std::uint64_t size = 0;
};

/// The share of the time that measuring takes of a presized run; only for the progress display.
constexpr double kShareOfMeasuring = 0.3;

Plan measure(const Run& run, double share) {
  const auto begin = Clock::now();
  Plan plan;
  plan.size = run.formatter.prologue().size();
  ProgressMeter meter(run.progress, Progress::Phase::kMeasure, run.reader, 0, share);
  const auto handle = [&](Work& work) {
    work.length = run.formatter.measure(work.batch, work.workspace, work.outcome);
  };
  auto settle = [&, first = true](Work& work) mutable {
    if (work.outcome.exported == 0) return;
    if (first) work.length -= run.formatter.separator().size();
    const Range range = {work.batch.start, work.batch.stop, true};
    plan.batches.push_back({work.batch.input, range, plan.size, work.length, first});
    plan.size += work.length;
    first = false;
  };
  walk(run, meter, handle, settle);
  plan.size += run.formatter.epilogue().size();
  run.report.seconds.measure = seconds_since(begin);
  return plan;
}

void copy(std::string_view bytes, std::span<char> slice) { std::ranges::copy(bytes, slice.begin()); }

void serialize(const Run& run, const Plan& plan, PresizedOutput& output) {
  const auto begin = Clock::now();
  ProgressMeter meter(run.progress, Progress::Phase::kSerialize, run.reader, kShareOfMeasuring, 1 - kShareOfMeasuring);
  WorkPool pool;
  output.presize(plan.size);
  const std::string_view prologue = run.formatter.prologue();
  const std::string_view epilogue = run.formatter.epilogue();
  copy(prologue, output.slice(0, prologue.size()));
  copy(epilogue, output.slice(plan.size - epilogue.size(), epilogue.size()));
  tbb::parallel_for(std::size_t{0}, plan.batches.size(), [&](std::size_t i) {
    stop_if_asked(run);
    const PlannedBatch& planned = plan.batches[i];
    Work* work = pool.take();
    work->batch.input = planned.input;
    work->batch.range = planned.range;
    run.reader.load(work->batch);
    const auto slice = output.slice(planned.offset, planned.length);
    if (!run.formatter.write(work->batch, work->workspace, slice, planned.first)) {
      throw Error(ErrorCode::kInputChanged, run.reader.inputs()[planned.input], "changed while it was exported");
    }
    meter.add(work->batch.items().size(), planned.range.end - planned.range.begin);
    pool.give_back(work);
  });
  run.report.bytes_written = plan.size;
  run.report.seconds.serialize = seconds_since(begin);
}

}  // namespace

void export_presized(const Run& run, PresizedOutput& output) {
  const Plan plan = measure(run, kShareOfMeasuring);
  serialize(run, plan, output);
}

void export_appended(const Run& run, AppendedOutput& output) {
  const auto begin = Clock::now();
  std::uint64_t size = 0;
  const auto append = [&](std::string_view bytes) {
    output.append(bytes);
    size += bytes.size();
  };
  ProgressMeter meter(run.progress, Progress::Phase::kSerialize, run.reader, 0, 1);
  const auto handle = [&](Work& work) {
    work.output.clear();
    run.formatter.append(work.batch, work.workspace, work.output, work.outcome);
  };
  auto settle = [&, first = true](Work& work) mutable {
    if (work.outcome.exported == 0) return;
    append(work.output.view().substr(first ? run.formatter.separator().size() : 0));
    first = false;
  };
  append(run.formatter.prologue());
  walk(run, meter, handle, settle);
  append(run.formatter.epilogue());
  run.report.bytes_written = size;
  run.report.seconds.serialize = seconds_since(begin);
}

void measure_only(const Run& run) { run.report.bytes_written = measure(run, 1).size; }

}  // namespace bulkmarc
