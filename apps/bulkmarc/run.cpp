#include "run.hpp"

#include <filesystem>
#include <utility>
#include <vector>

#include "terminal/outcome.hpp"
#include "terminal/own_files.hpp"
#include "terminal/program.hpp"
#include "terminal/progress_bar.hpp"
#include "terminal/usage_error.hpp"

namespace fs = std::filesystem;

namespace {

void write_to_standard_output(const bulkmarc::Report& report, const std::stop_token& stop) {
  auto file = bulkmarc::ReportFile::standard_output(stop);
  file.prepare(report);
  file.commit();
}

/// Lets the run write its report where the arguments say.
void add_report(bulkmarc::ExportOptions& options, const RunArguments& arguments) {
  if (!arguments.report) return;
  if (*arguments.report != kStandardStream) {
    std::vector<fs::path> read = arguments.inputs;
    if (arguments.ids) read.push_back(*arguments.ids);
    require_other_file(*arguments.report, read);
    options.run.report = arguments.report;
    return;
  }
  if (arguments.output == kStandardStream) {
    throw UsageError("the data and the report can't both go to standard output");
  }
  options.run.on_report = [stop = options.run.stop](const bulkmarc::Report& report) {
    write_to_standard_output(report, stop);
  };
}

}  // namespace

ExitStatus run(bulkmarc::Source source, bulkmarc::Target target, const RunArguments& arguments, std::stop_token stop) {
  bulkmarc::ExportOptions options = arguments.options;
  options.run.stop = std::move(stop);
  add_report(options, arguments);
  bulkmarc::Report report;
  {
    ProgressBar bar;
    if (!arguments.quiet && ProgressBar::can_be_shown()) {
      options.run.progress = [&bar](const bulkmarc::Progress& progress) { bar.update(progress); };
    }
    report = bulkmarc::export_records(std::move(source), std::move(target), options);
  }
  return tell_outcome("bulkmarc", report, arguments.quiet, arguments.report);
}
