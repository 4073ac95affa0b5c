#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include <bulkmarc/export.hpp>

#include "api/source_impl.hpp"
#include "api/target_impl.hpp"
#include "compression/compressor.hpp"
#include "output/output.hpp"
#include "output/parts_output.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/formatter.hpp"

namespace bulkmarc {

/// The output that was chosen: one of the ways, or none when nothing is to be written.
struct ChosenOutput {
  std::unique_ptr<MappedOutput> mapped = nullptr;
  std::unique_ptr<StreamedOutput> streamed = nullptr;
  std::unique_ptr<PlacedOutput> placed = nullptr;
  UsedBackend backend = UsedBackend::kNone;
  std::string reason = {};
  std::string name = {};

  [[nodiscard]] Output& output() const;
  /// Enters what was chosen.
  void describe(Report& report, Compression compression) const;
};

/// Chooses by target, source and options, and begins the output. Throws Error where there is none that fits them, or
/// where it can't be begun.
[[nodiscard]] ChosenOutput choose_output(const Target::Impl& target, const ExportOptions& options, int threads,
                                         const OpenedSource& source);

/// What Pass::make_compressor is to be.
[[nodiscard]] std::function<std::unique_ptr<Compressor>()> compressor_of(const ExportOptions& options);

/// Writes what `formatter` makes of the records of one pass. Throws as export_mapped() does.
void write(const Pass& pass, const Formatter& formatter, const ChosenOutput& output);

[[nodiscard]] bool is_pipe_or_device(const std::filesystem::path& path);

/// Begins a file that a run writes beside its output: rejects, or the report. A pipe that nobody reads is waited for
/// until `stop` is requested.
[[nodiscard]] std::unique_ptr<StreamedOutput> begin_file(const std::filesystem::path& path, FileOptions options,
                                                         const std::stop_token& stop);

}  // namespace bulkmarc
