#include "pipeline/engine.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <oneapi/tbb/parallel_for.h>

#include <bulkmarc/error.hpp>

#include "pipeline/batch_pipeline.hpp"
#include "pipeline/compression_stage.hpp"
#include "pipeline/encoded_files.hpp"
#include "pipeline/part_splitter.hpp"
#include "pipeline/pool.hpp"
#include "pipeline/progress_meter.hpp"
#include "pipeline/reservoir.hpp"
#include "platform/stop.hpp"
#include "record/digest.hpp"
#include "text/hash_table.hpp"

namespace bulkmarc {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// A batch that was measured, and its slice of the output.
struct MeasuredBatch {
  std::size_t input;
  Range range;
  std::uint64_t first_number;
  std::uint64_t offset;
  std::uint64_t length;
  bool first;  // No record is exported before it.
};

struct Layout {
  std::vector<MeasuredBatch> batches;
  std::uint64_t size = 0;
};

/// The share of the time that measuring takes of a mapped run; only for the progress display.
constexpr double kShareOfMeasuring = 0.3;

Layout measure(const Pass& pass, const Formatter& formatter, double share) {
  const auto begin = Clock::now();
  Layout layout;
  layout.size = formatter.prologue().size();
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
    layout.batches.push_back({task.batch.input, range, task.batch.first_number, layout.size, task.length, first});
    layout.size += task.length;
    first = false;
  };
  BatchPipeline(pass, meter).run(handle, settle);
  layout.size += formatter.epilogue().size();
  pass.report.seconds.measure = seconds_since(begin);
  return layout;
}

void copy(std::string_view bytes, std::span<char> slice) { std::ranges::copy(bytes, slice.begin()); }

void serialize(const Pass& pass, const Formatter& formatter, const Layout& layout, MappedOutput& output) {
  const auto begin = Clock::now();
  ProgressMeter meter(pass.progress, Progress::Phase::kSerialize, pass.reader, kShareOfMeasuring,
                      1 - kShareOfMeasuring);
  Pool<BatchTask> pool;
  std::mutex large;  // Held while a batch is serialized that takes much memory.
  const auto is_large = [&](const MeasuredBatch& measured) {
    return (pass.reader.counts_bytes() && measured.range.end - measured.range.begin > usual_bytes(pass.batch_bytes)) ||
           measured.length > most_output_bytes(pass.batch_bytes);
  };
  output.presize(layout.size);
  const std::string_view prologue = formatter.prologue();
  const std::string_view epilogue = formatter.epilogue();
  copy(prologue, output.slice(0, prologue.size()));
  copy(epilogue, output.slice(layout.size - epilogue.size(), epilogue.size()));
  tbb::parallel_for(std::size_t{0}, layout.batches.size(), [&](std::size_t i) {
    throw_if_stopped(pass.stop);
    const MeasuredBatch& measured = layout.batches[i];
    std::unique_lock lock(large, std::defer_lock);
    if (is_large(measured)) lock.lock();
    BatchTask* task = pool.take();
    task->is_large = lock.owns_lock();
    task->batch.most_bytes = Batch::kAnyBytes;
    task->batch.input = measured.input;
    task->batch.range = measured.range;
    pass.reader.load(task->batch);
    task->batch.first_number = measured.first_number;
    const auto slice = output.slice(measured.offset, measured.length);
    if (!formatter.write(task->batch, task->workspace, slice, measured.first)) {
      throw Error(ErrorCode::kInputChanged, pass.reader.inputs()[measured.input], "changed while it was exported");
    }
    meter.add(task->batch.items().size(), measured.range.end - measured.range.begin);
    give_back(task, pool);
  });
  pass.report.bytes_written = pass.report.bytes_uncompressed = layout.size;
  pass.report.seconds.serialize = seconds_since(begin);
}

/// Serializes records as far as there is room for them.
auto serialize_with(const Formatter& formatter) {
  return [&formatter](BatchTask& task, Room room) {
    task.output.clear();
    return formatter.append(task.batch, task.from, task.workspace, room, task.output, task.result);
  };
}

/// How many bytes all batches will become if they are like the first one; 0 where nobody knows.
std::uint64_t guess_size(const Pass& pass, const BatchTask& first) {
  const std::uint64_t walked = first.batch.stop - first.start;
  constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();
  if (walked == 0 || pass.limit != kAll || pass.last != kAll) return 0;
  constexpr double kMost = 1e18;  // An integer that holds more is not needed.
  const double share = static_cast<double>(pass.reader.total()) / static_cast<double>(walked);
  return static_cast<std::uint64_t>(std::min(share * static_cast<double>(first.output.size()), kMost));
}

/// Serializes all records, in order, into files that go to `sink`, but for the first ones, if they are kept.
void serialize_in_order(const Pass& pass, const Formatter& formatter, std::vector<FileContent> kept, FileSink& sink) {
  ProgressMeter meter(pass.progress, Progress::Phase::kSerialize, pass.reader, 0, 1);
  PartSplitter splitter(formatter, pass.limits, std::move(kept), sink);
  auto settle = [&, first = true](BatchTask& task) mutable {
    if (std::exchange(first, false)) sink.expect(guess_size(pass, task));
    splitter.add(task.output.view(), task.result.records, task.batch.first_number);
  };
  BatchPipeline(pass, meter).run(serialize_with(formatter), settle);
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

/// Makes rows or records as far as there is room for them.
template <class Made>
auto make_with(const BatchMaker<Made>& maker) {
  return [&maker](BatchTask& task, Room room) {
    return maker.make(task.batch, task.from, task.workspace, room, std::get<Made>(task.made), task.result);
  };
}

/// A record by its control number. Of 20 bytes, as there may be very many.
struct NumberedRecord {
  Hash key;
  std::array<std::uint32_t, 2> halves{};  // Of its number.

  static NumberedRecord of(const Hash& key, std::uint64_t number) {
    return {key, {static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32)}};
  }
  [[nodiscard]] std::uint64_t number() const { return std::uint64_t{halves[1]} << 32 | halves[0]; }
};

/// Notes where the bytes of a file go that is made in order.
class PieceCollector final : public FileSink {
 public:
  void append(std::string_view bytes) override {
    pieces_.push_back({size_, bytes});
    size_ += bytes.size();
  }
  void end_file(const FileContent&) override {}

  /// Sets `pieces` to those that came since the call before.
  void take(std::vector<PlacedBytes>& pieces) {
    pieces.clear();
    pieces.swap(pieces_);
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  std::vector<PlacedBytes> pieces_;
  std::uint64_t size_ = 0;
};

}  // namespace

void export_mapped(const Pass& pass, const Formatter& formatter, MappedOutput& output) {
  const Layout layout = measure(pass, formatter, kShareOfMeasuring);
  serialize(pass, formatter, layout, output);
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

void export_placed(const Pass& pass, const Formatter& formatter, PlacedOutput& output) {
  const auto begin = Clock::now();
  ProgressMeter meter(pass.progress, Progress::Phase::kSerialize, pass.reader, 0, 1);
  PieceCollector collector;
  PartSplitter splitter(formatter, {}, {}, collector);
  auto settle = [&](BatchTask& task) {
    splitter.add(task.output.view(), task.result.records, task.batch.first_number);
    collector.take(task.pieces);
    output.grow(collector.size());
  };
  const auto place = [&output](const std::vector<PlacedBytes>& pieces) {
    for (const PlacedBytes& piece : pieces) output.place(piece.offset, piece.bytes);
  };
  BatchPipeline(pass, meter).run(serialize_with(formatter), settle, [&](BatchTask& task) { place(task.pieces); });
  splitter.finish();
  std::vector<PlacedBytes> end;
  collector.take(end);
  output.grow(collector.size());
  place(end);
  pass.report.bytes_written = pass.report.bytes_uncompressed = splitter.bytes();
  pass.report.seconds.serialize = seconds_since(begin);
}

template <class Made>
void export_batches(const Pass& pass, const BatchMaker<Made>& maker, const std::function<void(Made&)>& take) {
  const auto begin = Clock::now();
  ProgressMeter meter(pass.progress, Progress::Phase::kSerialize, pass.reader, 0, 1);
  auto settle = [&](BatchTask& task) {
    if (Made& made = std::get<Made>(task.made); !is_empty(made)) take(made);
  };
  BatchPipeline(pass, meter).run(make_with(maker), settle);
  pass.report.seconds.serialize = seconds_since(begin);
}

template void export_batches(const Pass&, const BatchMaker<RowBatch>&, const std::function<void(RowBatch&)>&);
template void export_batches(const Pass&, const BatchMaker<RecordBatch>&, const std::function<void(RecordBatch&)>&);
template void export_batches(const Pass&, const BatchMaker<DigestBatch>&, const std::function<void(DigestBatch&)>&);
template void export_batches(const Pass&, const BatchMaker<ValueBatch>&, const std::function<void(ValueBatch&)>&);

void export_encoded(const Pass& pass, const BatchMaker<RowBatch>& maker, const RowEncoderFactory& make_encoder,
                    EncoderContext context, StreamedOutput& output) {
  const auto begin = Clock::now();
  ProgressMeter meter(pass.progress, Progress::Phase::kSerialize, pass.reader, 0, 1);
  const KeptFiles kept = output.kept();
  EncodedFiles files(make_encoder, std::move(context), pass.limits, kept.contents, output);
  auto settle = [&](BatchTask& task) {
    auto& made = std::get<RowBatch>(task.made);
    const auto rows = std::make_shared<RowBatch>(std::exchange(made, RowBatch()));
    files.add(rows, task.result.records, task.batch.first_number);
    if (rows.use_count() != 1) return;         // The encoder keeps them.
    static_cast<void>(std::shared_ptr(rows));  // A count alone does not synchronise with whoever has let go of them.
    made = std::move(*rows);                   // The next ones are made in the same memory.
  };
  BatchPipeline(pass, meter).run(make_with(maker), settle);
  files.finish();
  pass.report.bytes_uncompressed = files.bytes();
  pass.report.bytes_written = kept.bytes + files.bytes_written();
  if (pass.limits.are_set()) pass.report.parts = files.files();
  pass.report.seconds.serialize = seconds_since(begin);
}

void split_only(const Pass& pass, const std::function<void(const Batch&)>& take) {
  ProgressMeter meter(pass.progress, Progress::Phase::kMeasure, pass.reader, 0, 1);
  const auto handle = [](BatchTask& task, Room) {
    task.result.clear();
    task.result.read = task.result.exported = task.batch.items().size();
    return task.batch.items().size();
  };
  auto settle = [&](const BatchTask& task) { take(task.batch); };
  BatchPipeline(pass, meter).run(handle, settle);
}

std::vector<std::uint64_t> find_duplicates(const Pass& pass, const Judge& judge, Unique unique) {
  HashTable<NumberedRecord> taken;
  std::vector<std::uint64_t> duplicates;
  ProgressMeter meter(pass.progress, Progress::Phase::kMeasure, pass.reader, 0, 1);
  const auto handle = [&](BatchTask& task, Room room) {
    return judge(task.batch, task.from, task.workspace, room, task.result);
  };
  auto settle = [&](const BatchTask& task) {
    for (const ExportedRecord& record : task.result.records) {
      const Hash key = key_of(task.batch.items()[record.index].view.control_number());
      if (key.is_none()) continue;
      const std::uint64_t number = task.batch.first_number + record.index;
      const auto [entry, is_new] = taken.add(NumberedRecord::of(key, number));
      if (is_new) continue;
      duplicates.push_back(unique == Unique::kFirst ? number : entry->number());
      if (unique == Unique::kLast) *entry = NumberedRecord::of(key, number);
    }
  };
  BatchPipeline(pass, meter).run(handle, settle);
  return duplicates;
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

void measure_only(const Pass& pass, const BatchMaker<RowBatch>& maker) {
  std::uint64_t bytes = 0;
  export_batches<RowBatch>(pass, maker, [&bytes](const RowBatch& rows) { bytes += rows.bytes({0, rows.rows()}); });
  pass.report.bytes_written = pass.report.bytes_uncompressed = bytes;
  pass.report.seconds.measure = std::exchange(pass.report.seconds.serialize, 0);
}

}  // namespace bulkmarc
