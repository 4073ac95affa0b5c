#pragma once

#include <nanobind/nanobind.h>

#include "export_run.hpp"
#include "record_queue.hpp"
#include "taken_records.hpp"

namespace nb = nanobind;

/// An export whose records come from Python, one by one: taken over under the GIL into a batch, and serialized and
/// written by the run's threads. The first record decides whether all of them are bytes of ISO 2709, which are read as
/// a file of them is, or objects.
class Writer {
 public:
  Writer(Options options, const TargetArguments& target);

  /// Takes the record over. Throws what has ended the run, and TypeError or ValueError for what is not a record.
  void write(nb::handle record);
  /// Takes all records over, until the run has ended, as it does at a limit.
  void write_all(nb::handle records);
  /// Ends the export; see ExportRun::finish().
  nb::tuple close();
  /// Cancels the export: the target stays as it was.
  void discard();

 private:
  enum class Kind { kUnknown, kObjects, kBytes };

  void start(Kind kind);
  /// Hands the batch over, and answers what the run asks meanwhile.
  void put();

  ExportRun export_;
  bulkmarc::InputOptions input_options_;
  RecordQueue queue_;
  TakenRecords batch_;
  TakenRecords one_;  // Other threads of Python may write while a record is taken over.
  Kind kind_ = Kind::kUnknown;
  bool has_ended_ = false;
};
