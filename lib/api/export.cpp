#include <bulkmarc/export.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <variant>

#include "api/chosen_output.hpp"
#include "api/job.hpp"
#include "api/validation.hpp"
#include "compression/compressor.hpp"
#include "exporter/engine.hpp"
#include "formats/formatter.hpp"

namespace bulkmarc {
namespace {

/// What Run::make_compressor is to be.
std::function<std::unique_ptr<Compressor>()> compressor_of(const ExportOptions& options) {
  if (options.compression == Compression::kNone) return {};
  const int level = options.compression_level.value_or(levels_of(options.compression).usual);
  return [compression = options.compression, level] { return make_compressor(compression, level); };
}

FileLimits limits_of(const Target::Impl& target) {
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind);
  return parts == nullptr ? FileLimits{} : FileLimits{parts->options.records, parts->options.bytes};
}

}  // namespace

Report export_records(Source source, Target target, const ExportOptions& options) {
  Job job(std::move(source), options);
  validate_files(target.impl(), options, job.source());

  Report& report = job.report();
  const ChosenOutput output = choose_output(target.impl(), options, report.threads, job.source());
  if (output.backend != Backend::kNone) report.compression = options.compression;
  report.backend = output.backend;
  report.backend_reason = output.reason;
  report.output = output.name;
  job.begin_rejects();

  const auto formatter = make_formatter(options.format, job.policy(), options.table);
  job.draw_sample([&](const Batch& batch, std::size_t, Workspace& workspace, Room, Outcome& outcome) {
    formatter->measure(batch, workspace, outcome);
    return batch.items().size();
  });
  Run run = job.run();
  run.make_compressor = compressor_of(options);
  run.limits = limits_of(target.impl());
  job.on_threads([&] {
    if (output.presized) {
      export_presized(run, *formatter, *output.presized);
    } else if (output.appended) {
      export_appended(run, *formatter, *output.appended);
    } else {
      measure_only(run, *formatter);
    }
  });
  job.commit(output.output());
  return std::move(report);
}

}  // namespace bulkmarc
