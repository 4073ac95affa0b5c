#include "exporter/engine.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
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
#include "rows/row_batch.hpp"

namespace bulkmarc {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// A batch of `batch_bytes` is usual up to so many bytes. What is larger has a record that is longer than a batch.
constexpr std::size_t usual_bytes(std::size_t batch_bytes) { return 2 * batch_bytes + (std::size_t{1} << 20); }

/// So many bytes, or values of a column, are made of a batch while others are, too. A batch that is expected to become
/// more is finished alone.
constexpr std::size_t most_output_bytes(std::size_t batch_bytes) {
  return std::max(16 * batch_bytes, std::size_t{2} << 20);
}

/// What one task works with. There are as many as batches in flight, used again and again.
struct Work {
  Batch batch;
  Workspace workspace;
  Outcome outcome;
  Buffer output;
  RowBatch rows;
  std::uint64_t length = 0;
  std::uint64_t start = 0;         ///< Of the batch, with the records that are passed over.
  std::uint64_t first_number = 0;  ///< Of these.
  std::size_t passed_over = 0;     ///< Its first records, which were skipped.
  std::size_t from = 0;            ///< Of the batch's items, `outcome` tells of [from, end).
  std::size_t end = 0;
  std::uint64_t charged = 0;  ///< The bytes in flight that it counts for.
  bool is_dealt = false;      ///< Its bytes came with it, and can be had only once.
  bool is_loaded = false;
  bool is_large = false;     ///< It is handled alone, when it is its turn to be settled.
  std::exception_ptr error;  ///< What ends the run, when it is its turn, unless the run has ended before.

  /// Forgets the batch before; keeps the memory.
  void begin() {
    batch.bytes.clear();
    outcome.clear();
    output.clear();
    from = end = 0;
    charged = 0;
    is_dealt = is_loaded = is_large = false;
    error = nullptr;
  }

  /// True when a huge record has left more memory here than should be kept.
  [[nodiscard]] bool keeps_much() {
    constexpr std::size_t kMostKept = std::size_t{32} << 20;
    std::size_t made = 0;
    for (const Record& record : batch.records) made += record.view().bytes().size();
    return is_large || made > kMostKept || rows.impl() == nullptr || rows.impl()->is_large() ||
           std::max({batch.bytes.capacity(), outcome.rejected_bytes.capacity(), output.capacity()}) > kMostKept;
  }
};

void give_back(Work* work, Pool<Work>& pool) {
  if (work->keeps_much()) {
    pool.discard(work);
  } else {
    pool.give_back(work);
  }
}

void stop_if_asked(const Run& run) {
  if (run.stop.stop_requested()) throw Error(ErrorCode::kCancelled, {}, "the export was cancelled");
}

/// How many batches may be in flight at once.
std::size_t most_in_flight(const Run& run) { return 2 * static_cast<std::size_t>(run.report.threads) + 2; }

/// A walk over all records, with a bound on the memory that it takes. As long as batches are of the usual size, as many
/// are in flight as all threads need. Large ones are another matter: when what is in flight has more bytes than so many
/// usual batches, no more is dealt until all of it is settled; and each is parsed and emitted alone, when it is its
/// turn to be settled, and no more of its output is held at a time than a usual batch has, or one record.
/// docs/architecture.md has the formula.
///
/// What is thrown while a batch is read or handled ends the run when the batch is to be settled, so that it depends on
/// the input alone which error that is, and none is seen that lies behind a limit.
class Walk {
 public:
  Walk(const Run& run, ProgressMeter& meter)
      : run_(run),
        meter_(meter),
        window_(run.skip, run.limit),
        usual_bytes_(usual_bytes(run.batch_bytes)),
        most_bytes_in_flight_(most_in_flight(run) * usual_bytes_) {}

  /// Deals the batches, loads each in parallel, puts them into their sequence, lets `handle` treat each in parallel,
  /// and `settle` each, one at a time and in order. `handle(work, room)` treats the records from work.from on, as far
  /// as there is room, and returns the index after the last of them; what it has left is handled and settled next.
  template <class Handle, class Settle>
  void run(const Handle& handle, Settle& settle) {
    constexpr auto kInOrder = tbb::filter_mode::serial_in_order;
    constexpr auto kParallel = tbb::filter_mode::parallel;
    do {
      is_paused_ = false;
      tbb::parallel_pipeline(
          most_in_flight(run_),
          tbb::make_filter<void, Work*>(kInOrder, [this](tbb::flow_control& control) { return next(control); }) &
              step(kParallel, [this](Work& work) { load(work); }) &
              step(kInOrder, [this](Work& work) { place(work); }) &
              step(kParallel, [&](Work& work) { treat(work, handle); }) &
              tbb::make_filter<Work*, void>(kInOrder, [&](Work* work) { finish(work, handle, settle); }));
    } while (is_paused_);
  }

 private:
  struct GiveBack {
    Walk* walk;
    void operator()(Work* work) const {
      walk->bytes_in_flight_ -= work->charged;
      give_back(work, walk->pool_);
    }
  };

  /// A stage on the way, which is passed over once the run is known to end.
  template <class Step>
  tbb::filter<Work*, Work*> step(tbb::filter_mode mode, const Step& step) {
    return tbb::make_filter<Work*, Work*>(mode, [this, step](Work* work) {
      attempt(*work, [&] { step(*work); });
      return work;
    });
  }

  Work* next(tbb::flow_control& control) {
    stop_if_asked(run_);
    is_paused_ = bytes_in_flight_ > most_bytes_in_flight_;
    if (!is_paused_ && !window_.closed()) {
      Work* work = pool_.take();
      work->begin();
      if (!has_failed_ && deal(*work)) return work;
    }
    control.stop();
    return nullptr;
  }

  /// True when there is a batch, or an error in its place.
  bool deal(Work& work) {
    bool is_dealt = false;
    attempt(work, [&] { is_dealt = run_.reader.next(work.batch); });
    work.is_dealt = work.batch.bytes.size() != 0;
    has_failed_ = work.error != nullptr;
    charge(work);
    return is_dealt || has_failed_;
  }

  /// Calls `step`, unless an earlier one has failed or the run has come to its end, and keeps what it throws.
  template <class Step>
  void attempt(Work& work, const Step& step) {
    if (window_.closed() || work.error) return;
    try {
      step();
    } catch (...) {
      work.error = std::current_exception();
    }
  }

  void charge(Work& work) {
    const std::uint64_t bytes = work.batch.bytes.size() + work.output.size();
    bytes_in_flight_ += bytes - work.charged;
    work.charged = bytes;
  }

  void load(Work& work) {
    work.batch.most_bytes = usual_bytes_;
    work.is_large = work.batch.bytes.size() > usual_bytes_;
    if (!work.is_large) {
      run_.reader.load(work.batch);
      work.is_loaded = !work.batch.gave_up;
    }
    charge(work);
  }

  void place(Work& work) {
    Batch& batch = work.batch;
    batch.most_bytes = Batch::kAnyBytes;
    // What can be read only once has its records already, though they are not parsed.
    if (!work.is_loaded && !work.is_dealt) {
      run_.reader.load(batch);
      work.is_loaded = true;
    }
    if (sequence_.place(batch) == Sequence::Continuity::kMustReload) {
      run_.reader.load(batch);
      sequence_.place(batch);
    }
    work.is_large = batch.bytes.size() > usual_bytes_;
    work.start = batch.start;
    work.first_number = batch.first_number;
    work.passed_over = window_.skip(batch);
    if (work.is_large && !work.is_dealt) forget(work);
    charge(work);
  }

  /// Gives the memory of a batch back that can be loaded again.
  static void forget(Work& work) {
    Batch& batch = work.batch;
    batch.range = {work.start, batch.stop, true};
    batch.bytes = Buffer();
    work.is_loaded = false;
  }

  /// Loads a large batch, when it is its turn.
  void load_alone(Work& work) {
    run_.reader.load(work.batch);
    work.is_loaded = true;
    if (work.is_dealt) return;
    work.batch.first_number = work.first_number;
    work.batch.drop_first(work.passed_over);
  }

  template <class Handle>
  void treat(Work& work, const Handle& handle) {
    if (!work.is_large) work.end = handle(work, Room{most_output_bytes(run_.batch_bytes), false});
    charge(work);
  }

  template <class Handle, class Settle>
  void finish(Work* work, const Handle& handle, Settle& settle) {
    const std::unique_ptr<Work, GiveBack> returned(work, GiveBack{this});
    if (window_.closed()) return;
    if (work->error) std::rethrow_exception(work->error);
    const Room room{most_output_bytes(run_.batch_bytes), true};
    const auto handle_alone = [&] { work->end = handle(*work, room); };
    if (work->is_large) {
      if (!work->is_loaded) load_alone(*work);
      handle_alone();
    }
    run_.account.pass_over(work->passed_over);
    std::uint64_t read = work->passed_over;
    while (true) {
      window_.limit(work->batch, work->outcome, handle_alone);
      run_.account.settle(work->batch, work->outcome);
      settle(*work);
      read += work->outcome.read;
      if (work->end >= work->batch.items().size()) break;
      stop_if_asked(run_);
      work->from = work->end;
      handle_alone();
    }
    const std::uint64_t walked = work->batch.stop - work->start;
    if (run_.reader.counts_bytes()) run_.report.bytes_read += walked;
    meter_.add(read, walked);
  }

  const Run& run_;
  ProgressMeter& meter_;
  Sequence sequence_;
  Window window_;
  Pool<Work> pool_;
  const std::size_t usual_bytes_;
  const std::uint64_t most_bytes_in_flight_;
  bool has_failed_ = false;
  std::atomic<std::uint64_t> bytes_in_flight_ = 0;
  bool is_paused_ = false;
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
  // Takes no memory for the output, so there is always room.
  const auto handle = [&](Work& work, Room) {
    work.length = formatter.measure(work.batch, work.workspace, work.outcome);
    return work.batch.items().size();
  };
  auto settle = [&, first = true](Work& work) mutable {
    if (work.outcome.exported == 0) return;
    if (first) work.length -= formatter.separator().size();
    const Range range = {work.batch.start, work.batch.stop, true};
    plan.batches.push_back({work.batch.input, range, work.batch.first_number, plan.size, work.length, first});
    plan.size += work.length;
    first = false;
  };
  Walk(run, meter).run(handle, settle);
  plan.size += formatter.epilogue().size();
  run.report.seconds.measure = seconds_since(begin);
  return plan;
}

void copy(std::string_view bytes, std::span<char> slice) { std::ranges::copy(bytes, slice.begin()); }

void serialize(const Run& run, const Formatter& formatter, const Plan& plan, PresizedOutput& output) {
  const auto begin = Clock::now();
  ProgressMeter meter(run.progress, Progress::Phase::kSerialize, run.reader, kShareOfMeasuring, 1 - kShareOfMeasuring);
  Pool<Work> pool;
  std::mutex large;  // Held while a batch is serialized that takes much memory.
  const auto is_large = [&](const PlannedBatch& planned) {
    return (run.reader.counts_bytes() && planned.range.end - planned.range.begin > usual_bytes(run.batch_bytes)) ||
           planned.length > most_output_bytes(run.batch_bytes);
  };
  output.presize(plan.size);
  const std::string_view prologue = formatter.prologue();
  const std::string_view epilogue = formatter.epilogue();
  copy(prologue, output.slice(0, prologue.size()));
  copy(epilogue, output.slice(plan.size - epilogue.size(), epilogue.size()));
  tbb::parallel_for(std::size_t{0}, plan.batches.size(), [&](std::size_t i) {
    stop_if_asked(run);
    const PlannedBatch& planned = plan.batches[i];
    std::unique_lock lock(large, std::defer_lock);
    if (is_large(planned)) lock.lock();
    Work* work = pool.take();
    work->is_large = lock.owns_lock();
    work->batch.most_bytes = Batch::kAnyBytes;
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

/// Serializes all records, in order, into files that go to `sink`, but for the first ones, if they are kept.
void serialize_in_order(const Run& run, const Formatter& formatter, std::vector<FileContent> kept, FileSink& sink) {
  ProgressMeter meter(run.progress, Progress::Phase::kSerialize, run.reader, 0, 1);
  Divider divider(formatter, run.limits, std::move(kept), sink);
  const auto handle = [&](Work& work, Room room) {
    work.output.clear();
    return formatter.append(work.batch, work.from, work.workspace, room, work.output, work.outcome);
  };
  auto settle = [&](Work& work) { divider.add(work.output.view(), work.outcome.records, work.batch.first_number); };
  Walk(run, meter).run(handle, settle);
  divider.finish();
  run.report.bytes_uncompressed = divider.bytes();
  if (run.limits.are_set()) run.report.parts = divider.files();
}

void append(const Run& run, const Formatter& formatter, AppendedOutput& output) {
  serialize_in_order(run, formatter, output.kept().contents, output);
  run.report.bytes_written = run.report.bytes_uncompressed;
}

void append_compressed(const Run& run, const Formatter& formatter, AppendedOutput& output) {
  Packer packer(run.make_compressor, output, run.report.threads);
  serialize_in_order(run, formatter, output.kept().contents, packer.sink());
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
  const auto handle = [&](Work& work, Room room) {
    return maker.make(work.batch, work.from, work.workspace, room, work.rows, work.outcome);
  };
  auto settle = [&](Work& work) {
    if (work.rows.rows() != 0) take(work.rows);
  };
  Walk(run, meter).run(handle, settle);
  run.report.seconds.serialize = seconds_since(begin);
}

std::vector<Place> draw_sample(const Run& run, const Judge& judge, const Sample& sample) {
  Reservoir<Place> reservoir(sample.records, sample.seed);
  ProgressMeter meter(run.progress, Progress::Phase::kMeasure, run.reader, 0, 1);
  const auto handle = [&](Work& work, Room room) {
    return judge(work.batch, work.from, work.workspace, room, work.outcome);
  };
  auto settle = [&](const Work& work) {
    for (const ExportedRecord& record : work.outcome.records) {
      reservoir.offer({work.batch.input, work.batch.items()[record.index].offset});
    }
  };
  Walk(run, meter).run(handle, settle);
  return reservoir.take();
}

void measure_only(const Run& run, const Formatter& formatter) {
  run.report.bytes_written = run.report.bytes_uncompressed = measure(run, formatter, 1).size;
}

}  // namespace bulkmarc
