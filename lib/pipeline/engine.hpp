#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <stop_token>
#include <vector>

#include <bulkmarc/encoder.hpp>
#include <bulkmarc/export.hpp>
#include <bulkmarc/report.hpp>

#include "compression/compressor.hpp"
#include "input/reader.hpp"
#include "output/output.hpp"
#include "pipeline/batch_maker.hpp"
#include "pipeline/file_sequence.hpp"
#include "pipeline/formatter.hpp"
#include "pipeline/report_builder.hpp"
#include "select/selector.hpp"

namespace bulkmarc {

/// One pass over the records of a source: what the engine needs to know, and nothing concrete. Borrows everything.
struct Pass {
  Reader& reader;
  ReportBuilder& builder;
  Report& report;  ///< Gets bytes and seconds; threads are set.
  std::function<void(const Progress&)> progress;
  std::stop_token stop;
  std::size_t batch_bytes;  ///< Of the inputs, in a batch.
  /// Makes what compresses a streamed output; empty where it is not compressed. Called by several threads at once.
  std::function<std::unique_ptr<Compressor>()> make_compressor = {};
  FileLimits limits = {};  ///< Of a streamed output.
  std::uint64_t skip = 0;  ///< Records at the beginning that are not wanted.
  /// The run ends with the record that makes this many exported ones. With it the formatter has a selector.
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  /// The run ends with the record of this number.
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  /// Where the first record starts, and how many the catalogue has before it: a range of it may be all that is read.
  RecordPosition begin = {0, 0};
  std::uint64_t records_before = 0;
};

/// Splits all records into batches in parallel, and gives these to `take`, which is called by one thread at a time, in
/// their order, also for those without records. Throws as export_mapped() does, and what `take` throws.
void split_only(const Pass& pass, const std::function<void(const Batch&)>& take);

/// Measure, offsets, presize, serialize. REQUIRES: the reader is rereadable. Commits nothing. Throws Error, and what
/// reader, output and callbacks throw.
void export_mapped(const Pass& pass, const Formatter& formatter, MappedOutput& output);

/// Serialize and append, batch by batch, in order. Throws as export_mapped() does.
void export_streamed(const Pass& pass, const Formatter& formatter, StreamedOutput& output);

/// Serialize once, learn in order where each batch goes, and put it there in parallel. Throws as export_mapped() does.
void export_placed(const Pass& pass, const Formatter& formatter, PlacedOutput& output);

/// Make rows, and give them to encoders in order, which append to the output. `context` tells them all but what they
/// write to. Throws as export_mapped() does, and what the encoders throw.
void export_encoded(const Pass& pass, const BatchMaker<RowBatch>& maker, const RowEncoderFactory& make_encoder,
                    EncoderContext context, StreamedOutput& output);

/// Measure alone: the bytes that would be written, or those of the values in rows. Throws as export_mapped() does.
void measure_only(const Pass& pass, const Formatter& formatter);
void measure_only(const Pass& pass, const BatchMaker<RowBatch>& maker);

/// Makes batches of rows or of records in parallel, and gives those that are not empty to `take`, which is called by
/// one thread at a time, in the order of the records. `take` may wait, and so slow the run down; it leaves another
/// batch, to be filled. Throws as export_mapped() does, and what `take` throws.
template <class Made>
void export_batches(const Pass& pass, const BatchMaker<Made>& maker, const std::function<void(Made&)>& take);

/// Finds out what becomes of the records of a batch from items()[from] on, as far as there is room for what that takes.
/// Returns the index after the last of them.
using Judge = std::function<std::size_t(const Batch&, std::size_t from, Workspace&, Room, BatchResult&)>;

/// The numbers of the records that have the control number of another one that would be exported, but for the first or
/// the last of these. Throws as export_mapped() does.
[[nodiscard]] std::vector<std::uint64_t> find_duplicates(const Pass& pass, const Judge& judge, Unique unique);

/// Draws a sample of the records that would be exported. Throws as export_mapped() does.
[[nodiscard]] std::vector<RecordPosition> draw_sample(const Pass& pass, const Judge& judge, const Sample& sample);

}  // namespace bulkmarc
