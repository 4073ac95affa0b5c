#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <oneapi/tbb/parallel_pipeline.h>

#include "pipeline/engine.hpp"
#include "pipeline/pool.hpp"
#include "pipeline/progress_meter.hpp"
#include "pipeline/sequence.hpp"
#include "pipeline/skip_limit.hpp"
#include "pipeline/task_group.hpp"
#include "platform/stop.hpp"
#include "record/digest.hpp"
#include "record/internals.hpp"
#include "record/record_batch.hpp"
#include "tables/row_batch.hpp"
#include "tables/value_batch.hpp"
#include "tasks/batch_queue.hpp"

namespace bulkmarc {

/// A batch of `batch_bytes` is usual up to this many bytes. What is larger has a record that is longer than a batch.
constexpr std::size_t usual_bytes(std::size_t batch_bytes) { return 2 * batch_bytes + (std::size_t{1} << 20); }

/// How many bytes, or values of a column, are made of a batch at a time. A batch that is expected to become
/// more is finished alone.
constexpr std::size_t most_output_bytes(std::size_t batch_bytes) {
  return std::max(16 * batch_bytes, std::size_t{2} << 20);
}

/// A part of the output: where it begins there, and its bytes.
struct PlacedBytes {
  std::uint64_t offset;
  std::string_view bytes;
};

/// What one task works with. There are as many as batches in flight, used again and again.
struct BatchTask {
  Batch batch;
  Workspace workspace;
  BatchResult result;
  Buffer output;
  std::vector<PlacedBytes> pieces;  ///< Of what was settled, and is still to be delivered.
  std::tuple<RowBatch, RecordBatch, DigestBatch, ValueBatch> made;  ///< In place of an output.
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
    pieces.clear();
    from = end = 0;
    charged = 0;
    is_dealt = is_loaded = is_large = false;
    error = nullptr;
  }

  /// True when a huge record has left more memory here than should be kept.
  [[nodiscard]] bool keeps_much() const {
    std::size_t parsed = 0;
    for (const Record& record : batch.records) parsed += record.view().bytes().size();
    return is_large || std::max({parsed, batch.bytes.capacity(), result.rejected_bytes.capacity(), output.capacity(),
                                 workspace.writer.rows.document.capacity(), bytes_kept(std::get<RowBatch>(made)),
                                 bytes_kept(std::get<RecordBatch>(made)), bytes_kept(std::get<DigestBatch>(made)),
                                 bytes_kept(std::get<ValueBatch>(made)), workspace.digest.structure.capacity(),
                                 workspace.digest.data.capacity()}) > kMostKept;
  }
};

inline void give_back(BatchTask* task, Pool<BatchTask>& pool) {
  if (task->keeps_much()) {
    pool.discard(task);
  } else {
    pool.give_back(task);
  }
}

/// How many batches may be in flight at once.
inline std::size_t most_in_flight(const Pass& pass) { return 2 * static_cast<std::size_t>(pass.report.threads) + 2; }

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
        sequence_(pass.begin.first, pass.begin.second, pass.records_before + 1),
        skip_limit_(pass.skip, pass.limit, pass.last),
        usual_bytes_(usual_bytes(pass.batch_bytes)),
        most_bytes_in_flight_(most_in_flight(pass) * usual_bytes_),
        tasks_(pass.report.threads) {
    pass_.reader.run_on(&tasks_);
  }
  ~BatchPipeline() { pass_.reader.run_on(nullptr); }
  BatchPipeline(const BatchPipeline&) = delete;
  BatchPipeline& operator=(const BatchPipeline&) = delete;

  /// Deals the batches, loads each in parallel, puts them into their sequence, lets `handle` treat each in parallel,
  /// `settle` each, one at a time and in order, and `deliver` each, in parallel again. `handle(task, room)` treats the
  /// records from task.from on, as far as there is room, and returns the index after the last of them; what it has left
  /// is handled, settled and delivered next.
  template <class Handle, class Settle, class Deliver = void (*)(BatchTask&)>
  void run(
      const Handle& handle, Settle& settle, const Deliver& deliver = [](BatchTask&) {}) {
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
              tbb::make_filter<BatchTask*, BatchTask*>(
                  kInOrder, [&](BatchTask* task) { return finish(task, handle, settle, deliver); }) &
              tbb::make_filter<BatchTask*, void>(kParallel, [&](BatchTask* task) {
                const Returned returned(task, GiveBack{this});
                deliver(*task);
              }));
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
  using Returned = std::unique_ptr<BatchTask, GiveBack>;

  /// A stage on the way, which is passed over once the run is known to end.
  template <class Step>
  tbb::filter<BatchTask*, BatchTask*> step(tbb::filter_mode mode, const Step& step) {
    return tbb::make_filter<BatchTask*, BatchTask*>(mode, [this, step](BatchTask* task) {
      attempt(*task, [&] { step(*task); });
      return task;
    });
  }

  BatchTask* next(tbb::flow_control& control) {
    throw_if_stopped(pass_.stop);
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

  template <class Handle, class Settle, class Deliver>
  BatchTask* finish(BatchTask* task, const Handle& handle, Settle& settle, const Deliver& deliver) {
    Returned returned(task, GiveBack{this});
    if (skip_limit_.closed()) return returned.release();
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
      throw_if_stopped(pass_.stop);
      deliver(*task);
      task->from = task->end;
      handle_alone();
    }
    const std::uint64_t walked = task->batch.stop - task->start;
    if (pass_.reader.counts_bytes()) pass_.report.bytes_read += walked;
    meter_.add(read, walked);
    return returned.release();
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

}  // namespace bulkmarc
