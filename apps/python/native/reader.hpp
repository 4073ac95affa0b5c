#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <bulkmarc/bulkmarc.hpp>
#include <bulkmarc/records.hpp>

#include "inputs.hpp"
#include "options.hpp"
#include "run.hpp"

namespace nb = nanobind;

/// The records of inputs, parsed by threads without the GIL, some batches ahead. For the thread that came from Python.
class Reader {
 public:
  Reader(Options options, nb::list inputs);

  /// A list of the next records, one at least; throws StopIteration after the last, and what ended the run early.
  nb::list next();
  /// The report as JSON and as text, as soon as next() has come to the end; else nothing.
  [[nodiscard]] std::optional<nb::tuple> report() const;
  /// Stops reading. next() is at its end then.
  void close();

 private:
  struct Batch;

  void read();
  /// False where the run is stopped.
  bool put(std::shared_ptr<Batch> batch);
  [[nodiscard]] bool has_batch();
  /// The next batch, or nothing where there is none.
  [[nodiscard]] std::shared_ptr<Batch> take();

  Inputs inputs_;
  bulkmarc::RunOptions run_options_;
  bulkmarc::RecordOptions record_options_;
  std::optional<bulkmarc::Source> source_;
  std::optional<bulkmarc::Report> report_;
  bool closed_ = false;

  std::mutex mutex_;  // For the batches.
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Batch>> batches_;
  Run run_;  // Ends first: its thread uses the others.
};
