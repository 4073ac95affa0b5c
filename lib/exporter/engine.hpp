#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>

#include <bulkmarc/export.hpp>
#include <bulkmarc/report.hpp>

#include "compression/compressor.hpp"
#include "exporter/account.hpp"
#include "exporter/divider.hpp"
#include "formats/formatter.hpp"
#include "output/output.hpp"
#include "readers/reader.hpp"

namespace bulkmarc {

/// One run: what the engine needs to know, and nothing concrete. Borrows everything.
struct Run {
  Reader& reader;
  const Formatter& formatter;
  Account& account;
  Report& report;  ///< Gets bytes and seconds; threads are set.
  std::function<void(const Progress&)> progress;
  std::stop_token stop;
  std::size_t batch_bytes;  ///< Of the inputs, in a batch.
  /// Makes what compresses an appended output; empty where it is not compressed. Called by several threads at once.
  std::function<std::unique_ptr<Compressor>()> make_compressor;
  FileLimits limits;  ///< Of an appended output.
};

/// Measure, offsets, presize, serialize. REQUIRES: the reader is rereadable. Commits nothing. Throws Error, and what
/// reader, output and callbacks throw.
void export_presized(const Run& run, PresizedOutput& output);

/// Serialize and append, batch by batch, in order. Throws as export_presized() does.
void export_appended(const Run& run, AppendedOutput& output);

/// Measure alone. Throws as export_presized() does.
void measure_only(const Run& run);

}  // namespace bulkmarc
