#include "pipeline/engine.hpp"

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

#include "pipeline/compression_stage.hpp"
#include "pipeline/part_splitter.hpp"
#include "pipeline/pool.hpp"
#include "pipeline/progress_meter.hpp"
#include "pipeline/reservoir.hpp"
#include "pipeline/sequence.hpp"
#include "pipeline/skip_limit.hpp"
#include "pipeline/task_group.hpp"
#include "record/internals.hpp"
#include "tables/row_batch.hpp"

namespace bulkmarc {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// A batch of `batch_bytes` is usual up to this many bytes. What is larger has a record that is longer than a batch.
constexpr std::size_t usual_bytes(std::size_t batch_bytes) { return 2 * batch_bytes + (std::size_t{1} << 20); }

/// How many bytes, or values of a column, are made of a batch at a time. A batch that is expected to become
/// more is finished alone.
constexpr std::size_t most_output_bytes(std::size_t batch_bytes) {
  return std::max(16 * batch_bytes, std::size_t{2} << 20);
}

/// What one task works with. There are as many as batches in flight, used again and again.
struct BatchTask {
  Batch batch;
  Workspace workspace;
  BatchResult result;
  Buffer output;
  RowBatch rows;
  std::uint64_t length = 0;
  std::uint64_t start = 0;         ///< Of the batch, with the records that are passed over.
  std::uint64_t first_number = 0;  ///< Of these.
  std::size_t passed_over = 0;     ///< Its first records, which were skipped.
  std::size_t from = 0;            ///< Of the batch's items, `result` tells of [from, end).
  std::size_t end = 0;
  std::uint64_t charged = 0;  ///< The bytes in flight that it counts for.
  bool is_dealt = false;      ///< Its bytes came with it, and can be had only once.
  bool is_loaded = false;
  bool is_large = false;     ///< It is handled alone, when it is its turn to be settled.
  std::exception_ptr error;  ///< What ends the run, when it is its turn, unless the run has ended before.

  /// Forgets the batch before; keeps the memory.
  void begin() {
    batch.bytes.clear();
    result.clear();
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
    return is_large || made > kMostKept || Internals::of(rows) == nullptr || Internals::of(rows)->is_large() ||
           std::max({batch.bytes.capacity(), result.rejected_bytes.capacity(), output.capacity()}) > kMostKept;
  }
};

void give_back(BatchTask* task, Pool<BatchTask>& pool) {
  if (task->keeps_much()) {
    pool.discard(task);
  } else {
    pool.give_back(task);
  }
}

void stop_if_asked(const Pass& pass) {
  if (pass.stop.stop_requested()) throw Error(ErrorCode::kCancelled, {}, "the export was cancelled");
}

/// How many batches may be in flight at once.
std::size_t most_in_flight(const Pass& pass) { return 2 * static_cast<std::size_t>(pass.report.threads) + 2; }

/// A walk over all records, with a bound on the memory that it takes. As long as batches are of the usual size, as many
/// are in flight as all threads need. Large ones are another matter: when what is in flight has more bytes than that
/// many usual batches, no more is dealt until all of it is settled; and each is parsed and emitted alone, when it is
/// its turn to be settled, and no more of its output is held at a time than a usual batch has, or one record.
/// docs/architecture.md has the formula.
///
/// What is thrown while a batch is read or handled ends the run when the batch is to be settled, so that it depends on
/// the input alone which error that is, and none is seen that lies behind a limit.
class BatchPipeline {
 public:
  BatchPipeline(const Pass& pass, ProgressMeter& meter)
      : pass_(pass),
        meter_(meter),
        skip_limit_(pass.skip, pass.limit),
        usual_bytes_(usual_bytes(pass.batch_bytes)),
        most_bytes_in_flight_(most_in_flight(pass) * usual_bytes_),
        tasks_(pass.report.threads) {
    pass_.reader.run_on(&tasks_);
  }
  ~BatchPipeline() { pass_.reader.run_on(nullptr); }
  BatchPipeline(const BatchPipeline&) = delete;
  BatchPipeline& operator=(const BatchPipeline&) = delete;

  /// Deals the batches, loads each in parallel, puts them into their sequence, lets `handle` treat each in parallel,
  /// and `settle` each, one at a time and in order. `handle(task, room)` treats the records from task.from on, as far
  /// as there is room, and returns the index after the last of them; what it has left is handled and settled next.
  template <class Handle, class Settle>
  void run(const Handle& handle, Settle& settle) {
    constexpr auto kInOrder = tbb::filter_mode::serial_in_order;
    constexpr auto kParallel = tbb::filter_mode::parallel;
    do {
      is_paused_ = false;
      tbb::parallel_pipeline(
          most_in_flight(pass_),
          tbb::make_filter<void, BatchTask*>(kInOrder, [this](tbb::flow_control& control) { return next(control); }) &
              step(kParallel, [this](BatchTask& task) { load(task); }) &
              step(kInOrder, [this](BatchTask& task) { place(task); }) &
              step(kParallel, [&](BatchTask& task) { treat(task, handle); }) &
              tbb::make_filter<BatchTask*, void>(kInOrder, [&](BatchTask* task) { finish(task, handle, settle); }));
    } while (is_paused_);
  }

 private:
  struct GiveBack {
    BatchPipeline* pipeline;
    void operator()(BatchTask* task) const {
      pipeline->bytes_in_flight_ -= task->charged;
      give_back(task, pipeline->pool_);
    }
  };

  /// A stage on the way, which is passed over once the run is known to end.
  template <class Step>
  tbb::filter<BatchTask*, BatchTask*> step(tbb::filter_mode mode, const Step& step) {
    return tbb::make_filter<BatchTask*, BatchTask*>(mode, [this, step](BatchTask* task) {
      attempt(*task, [&] { step(*task); });
      return task;
    });
  }

  BatchTask* next(tbb::flow_control& control) {
    stop_if_asked(pass_);
    is_paused_ = bytes_in_flight_ > most_bytes_in_flight_;
    if (!is_paused_ && !skip_limit_.closed()) {
      BatchTask* task = pool_.take();
      task->begin();
      if (!has_failed_ && deal(*task)) return task;
    }
    control.stop();
    return nullptr;
  }

  /// True when there is a batch, or an error in its place.
  bool deal(BatchTask& task) {
    bool is_dealt = false;
    attempt(task, [&] { is_dealt = pass_.reader.next(task.batch); });
    task.is_dealt = task.batch.bytes.size() != 0;
    has_failed_ = task.error != nullptr;
    charge(task);
    return is_dealt || has_failed_;
  }

  /// Calls `step`, unless an earlier one has failed or the run has come to its end, and keeps what it throws.
  template <class Step>
  void attempt(BatchTask& task, const Step& step) {
    if (skip_limit_.closed() || task.error) return;
    try {
      step();
    } catch (...) {
      task.error = std::current_exception();
    }
  }

  void charge(BatchTask& task) {
    const std::uint64_t bytes = task.batch.bytes.size() + task.output.size();
    bytes_in_flight_ += bytes - task.charged;
    task.charged = bytes;
  }

  void load(BatchTask& task) {
    task.batch.most_bytes = usual_bytes_;
    task.is_large = task.batch.bytes.size() > usual_bytes_;
    if (!task.is_large) {
      pass_.reader.load(task.batch);
      task.is_loaded = !task.batch.gave_up;
    }
    charge(task);
  }

  void place(BatchTask& task) {
    Batch& batch = task.batch;
    batch.most_bytes = Batch::kAnyBytes;
    // What can be read only once has its records already, though they are not parsed.
    if (!task.is_loaded && !task.is_dealt) {
      pass_.reader.load(batch);
      task.is_loaded = true;
    }
    if (sequence_.place(batch) == Sequence::Continuity::kMustReload) {
      pass_.reader.load(batch);
      sequence_.place(batch);
    }
    task.is_large = batch.bytes.size() > usual_bytes_;
    task.start = batch.start;
    task.first_number = batch.first_number;
    task.passed_over = skip_limit_.skip(batch);
    if (task.is_large && !task.is_dealt) forget(task);
    charge(task);
  }

  /// Gives the memory of a batch back that can be loaded again.
  static void forget(BatchTask& task) {
    Batch& batch = task.batch;
    batch.range = {task.start, batch.stop, true};
    batch.bytes = Buffer();
    task.is_loaded = false;
  }

  /// Loads a large batch, when it is its turn.
  void load_alone(BatchTask& task) {
    pass_.reader.load(task.batch);
    task.is_loaded = true;
    if (task.is_dealt) return;
    task.batch.first_number = task.first_number;
    task.batch.drop_first(task.passed_over);
  }

  template <class Handle>
  void treat(BatchTask& task, const Handle& handle) {
    if (!task.is_large) task.end = handle(task, Room{most_output_bytes(pass_.batch_bytes), false});
    charge(task);
  }

  template <class Handle, class Settle>
  void finish(BatchTask* task, const Handle& handle, Settle& settle) {
    const std::unique_ptr<BatchTask, GiveBack> returned(task, GiveBack{this});
    if (skip_limit_.closed()) return;
    if (task->error) std::rethrow_exception(task->error);
    const Room room{most_output_bytes(pass_.batch_bytes), true};
    const auto handle_alone = [&] { task->end = handle(*task, room); };
    if (task->is_large) {
      if (!task->is_loaded) load_alone(*task);
      handle_alone();
    }
    pass_.builder.pass_over(task->passed_over);
    std::uint64_t read = task->passed_over;
    while (true) {
      skip_limit_.limit(task->batch, task->result, handle_alone);
      pass_.builder.settle(task->batch, task->result);
      settle(*task);
      read += task->result.read;
      if (task->end >= task->batch.items().size()) break;
      stop_if_asked(pass_);
      task->from = task->end;
      handle_alone();
    }
    const std::uint64_t walked = task->batch.stop - task->start;
    if (pass_.reader.counts_bytes()) pass_.report.bytes_read += walked;
    meter_.add(read, walked);
  }

  const Pass& pass_;
  ProgressMeter& meter_;
  Sequence sequence_;
  SkipLimit skip_limit_;
  Pool<BatchTask> pool_;
  const std::size_t usual_bytes_;
  const std::uint64_t most_bytes_in_flight_;
  TaskGroup tasks_;  // Of the reader.
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

/// The share of the time that measuring takes of a mapped run; only for the progress display.
constexpr double kShareOfMeasuring = 0.3;

Plan measure(const Pass& pass, const Formatter& formatter, double share) {
  const auto begin = Clock::now();
  Plan plan;
  plan.size = formatter.prologue().size();
  ProgressMeter meter(pass.progress, Progress::Phase::kMeasure, pass.reader, 0, share);
  // Takes no memory for the output, so there is always room.
  const auto handle = [&](BatchTask& task, Room) {
    task.length = formatter.measure(task.batch, task.workspace, task.result);
    return task.batch.items().size();
  };
  auto settle = [&, first = true](BatchTask& task) mutable {
    if (task.result.exported == 0) return;
    if (first) task.length -= formatter.separator().size();
    const Range range = {task.batch.start, task.batch.stop, true};
    plan.batches.push_back({task.batch.input, range, task.batch.first_number, plan.size, task.length, first});
    plan.size += task.length;
    first = false;
  };
  BatchPipeline(pass, meter).run(handle, settle);
  plan.size += formatter.epilogue().size();
  pass.report.seconds.measure = seconds_since(begin);
  return plan;
}

void copy(std::string_view bytes, std::span<char> slice) { std::ranges::copy(bytes, slice.begin()); }

void serialize(const Pass& pass, const Formatter& formatter, const Plan& plan, MappedOutput& output) {
  const auto begin = Clock::now();
  ProgressMeter meter(pass.progress, Progress::Phase::kSerialize, pass.reader, kShareOfMeasuring,
                      1 - kShareOfMeasuring);
  Pool<BatchTask> pool;
  std::mutex large;  // Held while a batch is serialized that takes much memory.
  const auto is_large = [&](const PlannedBatch& planned) {
    return (pass.reader.counts_bytes() && planned.range.end - planned.range.begin > usual_bytes(pass.batch_bytes)) ||
           planned.length > most_output_bytes(pass.batch_bytes);
  };
  output.presize(plan.size);
  const std::string_view prologue = formatter.prologue();
  const std::string_view epilogue = formatter.epilogue();
  copy(prologue, output.slice(0, prologue.size()));
  copy(epilogue, output.slice(plan.size - epilogue.size(), epilogue.size()));
  tbb::parallel_for(std::size_t{0}, plan.batches.size(), [&](std::size_t i) {
    stop_if_asked(pass);
    const PlannedBatch& planned = plan.batches[i];
    std::unique_lock lock(large, std::defer_lock);
    if (is_large(planned)) lock.lock();
    BatchTask* task = pool.take();
    task->is_large = lock.owns_lock();
    task->batch.most_bytes = Batch::kAnyBytes;
    task->batch.input = planned.input;
    task->batch.range = planned.range;
    pass.reader.load(task->batch);
    task->batch.first_number = planned.first_number;
    const auto slice = output.slice(planned.offset, planned.length);
    if (!formatter.write(task->batch, task->workspace, slice, planned.first)) {
      throw Error(ErrorCode::kInputChanged, pass.reader.inputs()[planned.input], "changed while it was exported");
    }
    meter.add(task->batch.items().size(), planned.range.end - planned.range.begin);
    give_back(task, pool);
  });
  pass.report.bytes_written = pass.report.bytes_uncompressed = plan.size;
  pass.report.seconds.serialize = seconds_since(begin);
}

/// Serializes all records, in order, into files that go to `sink`, but for the first ones, if they are kept.
void serialize_in_order(const Pass& pass, const Formatter& formatter, std::vector<FileContent> kept, FileSink& sink) {
  ProgressMeter meter(pass.progress, Progress::Phase::kSerialize, pass.reader, 0, 1);
  PartSplitter splitter(formatter, pass.limits, std::move(kept), sink);
  const auto handle = [&](BatchTask& task, Room room) {
    task.output.clear();
    return formatter.append(task.batch, task.from, task.workspace, room, task.output, task.result);
  };
  auto settle = [&](BatchTask& task) {
    splitter.add(task.output.view(), task.result.records, task.batch.first_number);
  };
  BatchPipeline(pass, meter).run(handle, settle);
  splitter.finish();
  pass.report.bytes_uncompressed = splitter.bytes();
  if (pass.limits.are_set()) pass.report.parts = splitter.files();
}

void append(const Pass& pass, const Formatter& formatter, StreamedOutput& output) {
  serialize_in_order(pass, formatter, output.kept().contents, output);
  pass.report.bytes_written = pass.report.bytes_uncompressed;
}

void append_compressed(const Pass& pass, const Formatter& formatter, StreamedOutput& output) {
  Packer packer(pass.make_compressor, output, pass.report.threads);
  serialize_in_order(pass, formatter, output.kept().contents, packer.sink());
  packer.finish();
  pass.report.bytes_written = output.kept().bytes + packer.size();
}

}  // namespace

void export_mapped(const Pass& pass, const Formatter& formatter, MappedOutput& output) {
  const Plan plan = measure(pass, formatter, kShareOfMeasuring);
  serialize(pass, formatter, plan, output);
}

void export_streamed(const Pass& pass, const Formatter& formatter, StreamedOutput& output) {
  const auto begin = Clock::now();
  if (pass.make_compressor) {
    append_compressed(pass, formatter, output);
  } else {
    append(pass, formatter, output);
  }
  pass.report.seconds.serialize = seconds_since(begin);
}

void export_rows(const Pass& pass, const RowMaker& maker, const std::function<void(RowBatch&)>& take) {
  const auto begin = Clock::now();
  ProgressMeter meter(pass.progress, Progress::Phase::kSerialize, pass.reader, 0, 1);
  const auto handle = [&](BatchTask& task, Room room) {
    return maker.make(task.batch, task.from, task.workspace, room, task.rows, task.result);
  };
  auto settle = [&](BatchTask& task) {
    if (task.rows.rows() != 0) take(task.rows);
  };
  BatchPipeline(pass, meter).run(handle, settle);
  pass.report.seconds.serialize = seconds_since(begin);
}

std::vector<RecordPosition> draw_sample(const Pass& pass, const Judge& judge, const Sample& sample) {
  Reservoir<RecordPosition> reservoir(sample.records, sample.seed);
  ProgressMeter meter(pass.progress, Progress::Phase::kMeasure, pass.reader, 0, 1);
  const auto handle = [&](BatchTask& task, Room room) {
    return judge(task.batch, task.from, task.workspace, room, task.result);
  };
  auto settle = [&](const BatchTask& task) {
    for (const ExportedRecord& record : task.result.records) {
      reservoir.offer({task.batch.input, task.batch.items()[record.index].offset});
    }
  };
  BatchPipeline(pass, meter).run(handle, settle);
  return reservoir.take();
}

void measure_only(const Pass& pass, const Formatter& formatter) {
  pass.report.bytes_written = pass.report.bytes_uncompressed = measure(pass, formatter, 1).size;
}

}  // namespace bulkmarc
