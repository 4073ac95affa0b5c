#include <bulkmarc/export.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "api/chosen_output.hpp"
#include "api/run.hpp"
#include "api/run_description.hpp"
#include "api/validation.hpp"
#include "pipeline/formatter.hpp"
#include "pipeline/row_maker.hpp"
#include "record/internals.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {
namespace {

FileLimits limits_of(const Target::Impl& target) {
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind);
  return parts == nullptr ? FileLimits{} : FileLimits{parts->options.records, parts->options.bytes};
}

/// What becomes of the records of one pass.
struct Handling {
  Judge judge;
  std::function<void(const Pass&)> process;
};

Handling records_to(const ChosenOutput& output, const ExportOptions& options, const Run& run) {
  const auto table = options.table ? std::optional(run.table(*options.table)) : std::nullopt;
  const std::shared_ptr<const Formatter> formatter = make_formatter(options.format, run.policy(options.to_utf8), table);
  return {[formatter](const Batch& batch, std::size_t, Workspace& workspace, Room, BatchResult& result) {
            formatter->measure(batch, workspace, result);
            return batch.items().size();
          },
          [formatter, &output](const Pass& pass) { write(pass, *formatter, output); }};
}

/// The same for a format that needs an encoder.
Handling rows_to(const ChosenOutput& output, const ExportOptions& options, const Run& run) {
  const auto maker = std::make_shared<const RowMaker>(run.table(*options.table), run.policy(true));
  return {[maker](const Batch& batch, std::size_t from, Workspace& workspace, Room room, BatchResult& result) {
            RowBatch rows;
            return maker->make(batch, from, workspace, room, rows, result);
          },
          [maker, &output, &options](const Pass& pass) {
            if (!output.streamed) return measure_only(pass, *maker);
            EncoderContext context{.table = *options.table,
                                   .definition = Internals::of(*options.table)->description,
                                   .inputs = names_in_utf8(pass.report.inputs),
                                   .threads = pass.report.threads,
                                   .compression_level = options.compression_level};
            export_encoded(pass, *maker, options.encoder, std::move(context), *output.streamed);
          }};
}

}  // namespace

Report export_records(Source source, Target target, const ExportOptions& given) {
  Run run(given.run);
  run.report().format = given.format;
  run.attempt([&] {
    const Target::Impl& destination = impl_of(target);
    ExportOptions options;
    run.open(std::move(source), destination, [&] {
      validate(given, destination);
      options = complete(given);
    });
    const ChosenOutput output = choose_output(destination, options, run.report().threads, run.source());
    output.describe(run.report(), options.compression);
    const Handling handling =
        needs_encoder(options.format) ? rows_to(output, options, run) : records_to(output, options, run);
    const auto process = [&](Pass pass) {
      pass.make_compressor = compressor_of(options);
      pass.limits = limits_of(destination);
      handling.process(pass);
    };
    run.execute(handling.judge, process, output.output());
  });
  run.finish();
  return std::move(run.report());
}

}  // namespace bulkmarc
