#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include <nanobind/nanobind.h>
#include <bulkmarc/bulkmarc.hpp>

#include "options.hpp"

namespace nb = nanobind;

/// The rows of inputs, for whatever speaks Apache Arrow.
class Rows {
 public:
  Rows(Options options, nb::list inputs);

  /// A capsule of an ArrowArrayStream, which reads the inputs anew. Those who take its batches may hold the GIL.
  [[nodiscard]] nb::object stream();
  /// A capsule of the ArrowSchema.
  [[nodiscard]] nb::object schema() const;
  /// The report of the stream that has come to its end last, as JSON and as text.
  [[nodiscard]] std::optional<nb::tuple> report() const;

 private:
  /// Outlives this with a stream.
  struct Ended {
    std::mutex mutex;
    std::optional<bulkmarc::Report> report;
  };

  nb::list inputs_;
  bulkmarc::InputOptions input_options_;
  bulkmarc::RunOptions run_options_;
  bulkmarc::Table table_;
  std::shared_ptr<Ended> ended_ = std::make_shared<Ended>();
};
