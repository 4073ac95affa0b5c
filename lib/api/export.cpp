#include <bulkmarc/export.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <variant>

#include "api/chosen_output.hpp"
#include "api/job.hpp"
#include "api/run_report.hpp"
#include "api/validation.hpp"
#include "compression/compressor.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/formatter.hpp"

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

bool is_synced(const Target::Impl& target) {
  if (const auto* file = std::get_if<Target::Impl::File>(&target.kind)) return file->options.sync;
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind);
  return parts == nullptr || parts->file_options.sync;
}

void run_export(Source source, Target target, const ExportOptions& options, RunReport& account) {
  if (validate_report(options, target.impl(), source.impl())) account.permit_file();
  Job job(std::move(source), options, account);
  validate_report(options, job.source());
  account.permit_file();
  validate_files(target.impl(), options, job.source());
  account.begin_file(is_synced(target.impl()));

  Report& report = job.report();
  const ChosenOutput output = choose_output(target.impl(), options, report.threads, job.source());
  if (output.backend != Backend::kNone) report.compression = options.compression;
  report.backend = output.backend;
  report.backend_reason = output.reason;
  report.output = output.name;
  job.begin_rejects();

  const auto formatter = make_formatter(options.format, job.policy(), options.table);
  job.draw_sample([&](const Batch& batch, std::size_t, Workspace& workspace, Room, BatchResult& outcome) {
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
}

}  // namespace

Report export_records(Source source, Target target, const ExportOptions& options) {
  RunReport account(options);
  try {
    run_export(std::move(source), std::move(target), options, account);
  } catch (...) {
    account.fail(std::current_exception());
    throw;
  }
  account.tell();
  return std::move(account.report());
}

}  // namespace bulkmarc
