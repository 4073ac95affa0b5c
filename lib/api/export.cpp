#include <bulkmarc/export.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "api/chosen_output.hpp"
#include "api/run.hpp"
#include "api/validation.hpp"
#include "compression/compressor.hpp"
#include "pipeline/formatter.hpp"

namespace bulkmarc {
namespace {

/// What Pass::make_compressor is to be.
std::function<std::unique_ptr<Compressor>()> compressor_of(const ExportOptions& options) {
  if (options.compression == Compression::kNone) return {};
  const int level = options.compression_level.value_or(levels_of(options.compression).usual);
  return [compression = options.compression, level] { return make_compressor(compression, level); };
}

FileLimits limits_of(const Target::Impl& target) {
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind);
  return parts == nullptr ? FileLimits{} : FileLimits{parts->options.records, parts->options.bytes};
}

/// Writes what `formatter` makes of the records of one pass.
void write(const Pass& pass, const Formatter& formatter, const ChosenOutput& output) {
  if (output.mapped) {
    export_mapped(pass, formatter, *output.mapped);
  } else if (output.placed) {
    export_placed(pass, formatter, *output.placed);
  } else if (output.streamed) {
    export_streamed(pass, formatter, *output.streamed);
  } else {
    measure_only(pass, formatter);
  }
}

}  // namespace

Report export_records(Source source, Target target, const ExportOptions& options) {
  Run run(options.run);
  run.report().format = options.format;
  run.attempt([&] {
    const Target::Impl& destination = impl_of(target);
    run.open(std::move(source), destination, [&] { validate(options); });
    const ChosenOutput output = choose_output(destination, options, run.report().threads, run.source());
    output.describe(run.report(), options.compression);
    const auto table = options.table ? std::optional(run.table(*options.table)) : std::nullopt;
    const auto formatter = make_formatter(options.format, run.policy(options.to_utf8), table);
    const Judge judge = [&](const Batch& batch, std::size_t, Workspace& workspace, Room, BatchResult& result) {
      formatter->measure(batch, workspace, result);
      return batch.items().size();
    };
    const auto process = [&](Pass pass) {
      pass.make_compressor = compressor_of(options);
      pass.limits = limits_of(destination);
      write(pass, *formatter, output);
    };
    run.execute(judge, process, output.output());
  });
  run.finish();
  return std::move(run.report());
}

}  // namespace bulkmarc
