#include "exporter/engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include "exporter/divider.hpp"
#include "exporter/packer.hpp"
#include "exporter/pool.hpp"
#include "exporter/progress_meter.hpp"
#include "exporter/reservoir.hpp"
#include "exporter/sequence.hpp"
#include "exporter/window.hpp"

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
  RowBatches rows;
  std::uint64_t length = 0;
  std::uint64_t start = 0;      ///< Of the batch, with the records that are passed over.
  std::size_t passed_over = 0;  ///< Its first records, which were skipped.

  /// True when a huge record has left more memory here than should be kept.
  [[nodiscard]] bool is_large() {
    constexpr std::size_t kMostKept = std::size_t{32} << 20;
    return std::max({batch.bytes.capacity(), outcome.rejected_bytes.capacity(), output.capacity()}) > kMostKept ||
           rows.are_large();
  }
};

void give_back(Work* work, Pool<Work>& pool) {
  if (work->is_large()) {
    pool.discard(work);
  } else {
    pool.give_back(work);
  }
}

void stop_if_asked(const Run& run) {
  if (run.stop.stop_requested()) throw Error(ErrorCode::kCancelled, {}, "the export was cancelled");
}

/// How many batches may be in flight at once.
std::size_t in_flight(const Run& run) { return 2 * static_cast<std::size_t>(run.report.threads) + 2; }

/// A walk over all records.
class Walk {
 public:
  Walk(const Run& run, ProgressMeter& meter) : run_(run), meter_(meter), window_(run.skip, run.limit) {}

  /// The stages that deal the batches, load each in parallel, put them into their sequence, let `handle` treat each in
  /// parallel, and `settle` each, one at a time and in order. What `settle` returns goes on to the next stage. The walk
  /// and both functions must outlive the run of the pipeline.
  template <class Handle, class Settle>
  auto stages(const Handle& handle, Settle& settle) {
    using Settled = std::invoke_result_t<Settle&, Work&>;
    const auto deal = [this](tbb::flow_control& control) { return next(control); };
    const auto load = [this](Work* work) {
      if (!window_.closed()) run_.reader.load(work->batch);
      return work;
    };
    const auto place = [this](Work* work) {
      if (!window_.closed()) this->place(*work);
      return work;
    };
    const auto treat = [this, &handle](Work* work) {
      if (!window_.closed()) handle(*work);
      return work;
    };
    const auto enter = [this, &handle, &settle](Work* work) -> Settled {
      const std::unique_ptr<Work, GiveBack> returned(work, GiveBack{&pool_});
      if (window_.closed()) return Settled();
      window_.limit(work->batch, work->outcome, [&] { handle(*work); });
      run_.account.pass_over(work->passed_over);
      run_.account.settle(work->batch, work->outcome);
      const std::uint64_t walked = work->batch.stop - work->start;
      if (run_.reader.counts_bytes()) run_.report.bytes_read += walked;
      meter_.add(work->passed_over + work->outcome.read, walked);
      return settle(*work);
    };
    constexpr auto kInOrder = tbb::filter_mode::serial_in_order;
    constexpr auto kParallel = tbb::filter_mode::parallel;
    return tbb::make_filter<void, Work*>(kInOrder, deal) & tbb::make_filter<Work*, Work*>(kParallel, load) &
           tbb::make_filter<Work*, Work*>(kInOrder, place) & tbb::make_filter<Work*, Work*>(kParallel, treat) &
           tbb::make_filter<Work*, Settled>(kInOrder, enter);
  }

 private:
  struct GiveBack {
    Pool<Work>* pool;
    void operator()(Work* work) const { give_back(work, *pool); }
  };

  Work* next(tbb::flow_control& control) {
    stop_if_asked(run_);
    Work* work = pool_.take();
    if (!window_.closed() && run_.reader.next(work->batch)) return work;
    control.stop();
    return nullptr;
  }

  void place(Work& work) {
    if (sequence_.place(work.batch) == Sequence::Continuity::kMustReload) {
      run_.reader.load(work.batch);
      sequence_.place(work.batch);
    }
    work.start = work.batch.start;
    work.passed_over = window_.skip(work.batch);
  }

  const Run& run_;
  ProgressMeter& meter_;
  Sequence sequence_;
  Window window_;
  Pool<Work> pool_;
};

/// A batch that was measured, and its slice of the output.
struct PlannedBatch {
  std::size_t input;
  Range range;
  std::uint64_t first_number;
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

Plan measure(const Run& run, const Formatter& formatter, double share) {
  const auto begin = Clock::now();
  Plan plan;
  plan.size = formatter.prologue().size();
  ProgressMeter meter(run.progress, Progress::Phase::kMeasure, run.reader, 0, share);
  const auto handle = [&](Work& work) { work.length = formatter.measure(work.batch, work.workspace, work.outcome); };
  auto settle = [&, first = true](Work& work) mutable {
    if (work.outcome.exported == 0) return;
    if (first) work.length -= formatter.separator().size();
    const Range range = {work.batch.start, work.batch.stop, true};
    plan.batches.push_back({work.batch.input, range, work.batch.first_number, plan.size, work.length, first});
    plan.size += work.length;
    first = false;
  };
  Walk walk(run, meter);
  tbb::parallel_pipeline(in_flight(run), walk.stages(handle, settle));
  plan.size += formatter.epilogue().size();
  run.report.seconds.measure = seconds_since(begin);
  return plan;
}

void copy(std::string_view bytes, std::span<char> slice) { std::ranges::copy(bytes, slice.begin()); }

void serialize(const Run& run, const Formatter& formatter, const Plan& plan, PresizedOutput& output) {
  const auto begin = Clock::now();
  ProgressMeter meter(run.progress, Progress::Phase::kSerialize, run.reader, kShareOfMeasuring, 1 - kShareOfMeasuring);
  Pool<Work> pool;
  output.presize(plan.size);
  const std::string_view prologue = formatter.prologue();
  const std::string_view epilogue = formatter.epilogue();
  copy(prologue, output.slice(0, prologue.size()));
  copy(epilogue, output.slice(plan.size - epilogue.size(), epilogue.size()));
  tbb::parallel_for(std::size_t{0}, plan.batches.size(), [&](std::size_t i) {
    stop_if_asked(run);
    const PlannedBatch& planned = plan.batches[i];
    Work* work = pool.take();
    work->batch.input = planned.input;
    work->batch.range = planned.range;
    run.reader.load(work->batch);
    work->batch.first_number = planned.first_number;
    const auto slice = output.slice(planned.offset, planned.length);
    if (!formatter.write(work->batch, work->workspace, slice, planned.first)) {
      throw Error(ErrorCode::kInputChanged, run.reader.inputs()[planned.input], "changed while it was exported");
    }
    meter.add(work->batch.items().size(), planned.range.end - planned.range.begin);
    give_back(work, pool);
  });
  run.report.bytes_written = run.report.bytes_uncompressed = plan.size;
  run.report.seconds.serialize = seconds_since(begin);
}

/// Serializes all records, in order, into files that go to `sink`, but for the first ones, if they are kept. `settled`
/// returns what the further `stages` of the pipeline are to get from a batch.
template <class Settled, class... Stages>
void serialize_in_order(const Run& run, const Formatter& formatter, std::vector<FileContent> kept, FileSink& sink,
                        std::size_t most_in_flight, const Settled& settled, const Stages&... stages) {
  ProgressMeter meter(run.progress, Progress::Phase::kSerialize, run.reader, 0, 1);
  Walk walk(run, meter);
  Divider divider(formatter, run.limits, std::move(kept), sink);
  const auto handle = [&](Work& work) {
    work.output.clear();
    formatter.append(work.batch, work.workspace, work.output, work.outcome);
  };
  auto settle = [&](Work& work) {
    divider.add(work.output.view(), work.outcome.records, work.batch.first_number);
    return settled();
  };
  tbb::parallel_pipeline(most_in_flight, (walk.stages(handle, settle) & ... & stages));
  divider.finish();
  run.report.bytes_uncompressed = divider.bytes();
  if (run.limits.are_set()) run.report.parts = divider.files();
}

void append(const Run& run, const Formatter& formatter, AppendedOutput& output) {
  serialize_in_order(run, formatter, output.kept().contents, output, in_flight(run), [] {});
  run.report.bytes_written = run.report.bytes_uncompressed;
}

/// There have to be enough batches in flight to fill two blocks for each thread.
void append_compressed(const Run& run, const Formatter& formatter, AppendedOutput& output) {
  Packer packer(run.make_compressor, output);
  const std::size_t for_blocks = 2 * static_cast<std::size_t>(run.report.threads) * (kBlockBytes / run.batch_bytes);
  const auto blocks = [&packer] { return packer.take_complete(); };
  serialize_in_order(run, formatter, output.kept().contents, packer.cutter(), in_flight(run) + for_blocks, blocks,
                     packer.stages());
  packer.finish();
  run.report.bytes_written = output.kept().bytes + packer.size();
}

}  // namespace

void export_presized(const Run& run, const Formatter& formatter, PresizedOutput& output) {
  const Plan plan = measure(run, formatter, kShareOfMeasuring);
  serialize(run, formatter, plan, output);
}

void export_appended(const Run& run, const Formatter& formatter, AppendedOutput& output) {
  const auto begin = Clock::now();
  if (run.make_compressor) {
    append_compressed(run, formatter, output);
  } else {
    append(run, formatter, output);
  }
  run.report.seconds.serialize = seconds_since(begin);
}

void export_rows(const Run& run, const RowMaker& maker, const std::function<void(RowBatch&)>& take) {
  const auto begin = Clock::now();
  ProgressMeter meter(run.progress, Progress::Phase::kSerialize, run.reader, 0, 1);
  const auto handle = [&](Work& work) { maker.make(work.batch, work.workspace, work.rows, work.outcome); };
  auto settle = [&](Work& work) {
    for (RowBatch& batch : work.rows.filled()) take(batch);
  };
  Walk walk(run, meter);
  tbb::parallel_pipeline(in_flight(run), walk.stages(handle, settle));
  run.report.seconds.serialize = seconds_since(begin);
}

std::vector<Place> draw_sample(const Run& run, const Judge& judge, const Sample& sample) {
  Reservoir<Place> reservoir(sample.records, sample.seed);
  ProgressMeter meter(run.progress, Progress::Phase::kMeasure, run.reader, 0, 1);
  const auto handle = [&](Work& work) { judge(work.batch, work.workspace, work.outcome); };
  auto settle = [&](const Work& work) {
    for (const ExportedRecord& record : work.outcome.records) {
      reservoir.offer({work.batch.input, work.batch.items()[record.index].offset});
    }
  };
  Walk walk(run, meter);
  tbb::parallel_pipeline(in_flight(run), walk.stages(handle, settle));
  return reservoir.take();
}

void measure_only(const Run& run, const Formatter& formatter) {
  run.report.bytes_written = run.report.bytes_uncompressed = measure(run, formatter, 1).size;
}

}  // namespace bulkmarc
