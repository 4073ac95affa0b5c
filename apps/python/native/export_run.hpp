#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <nanobind/nanobind.h>
#include <bulkmarc/bulkmarc.hpp>

#include "options.hpp"
#include "run.hpp"
#include "told.hpp"

namespace nb = nanobind;

/// Where an export goes, as the package's functions say: a path, a file's write(), bytes, or nowhere.
struct TargetArguments {
  nb::object kind;    ///< `path`, `write`, `bytes`, `piece` or `none`.
  nb::object object;  ///< The path or the function.
};

/// One export, whatever its source. For the thread that came from Python.
class ExportRun {
 public:
  ExportRun(Options& options, const TargetArguments& target);

  [[nodiscard]] Run& run() { return run_; }
  void start(bulkmarc::Source source);
  /// Waits for the end, and throws what ended the export. Returns the report as JSON and as text, and the output where
  /// it goes to bytes, else None.
  nb::tuple finish();
  /// All of that for a range. REQUIRES: the target is a piece.
  [[nodiscard]] bulkmarc::Piece export_range(const bulkmarc::Plan& plan, std::uint64_t number);

 private:
  [[nodiscard]] bulkmarc::Target open_target(Options& options, const TargetArguments& target);
  /// Of a format that has none in the library.
  void choose_encoder(Options& options);

  nb::object write_;
  nb::object open_file_;  // For the encoder.
  bulkmarc::ExportOptions options_;
  std::string output_;
  bool wants_output_ = false;
  std::optional<bulkmarc::Target> target_;
  std::filesystem::path piece_of_;
  bulkmarc::PieceOptions piece_;
  Told report_;
  Run run_;  // Ends first: its threads use the others.
};
