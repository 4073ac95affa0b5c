#include "run.hpp"

#include <filesystem>
#include <utility>
#include <vector>

#include "terminal/input_files.hpp"
#include "terminal/progress_bar.hpp"

namespace {

void write_to_standard_output(const bulkmarc::Report& report, const std::stop_token& stop) {
  auto file = bulkmarc::ReportFile::standard_output(stop);
  file.prepare(report);
  file.commit();
}

/// Makes the run write its report where the arguments say.
void add_report(bulkmarc::RunOptions& options, const RunArguments& arguments) {
  if (!arguments.report) return;
  if (*arguments.report != kStandardStream) {
    std::vector<std::filesystem::path> read = arguments.inputs;
    if (arguments.ids) read.push_back(*arguments.ids);
    require_other_file(*arguments.report, read);
    options.report = arguments.report;
    return;
  }
  if (arguments.output == kStandardStream) {
    throw UsageError("the records and the report can't both go to standard output");
  }
  options.on_report = [stop = options.stop](const bulkmarc::Report& report) { write_to_standard_output(report, stop); };
}

}  // namespace

ExitStatus run_and_tell(const RunArguments& arguments, std::stop_token stop,
                        const std::function<bulkmarc::Report(const bulkmarc::RunOptions&)>& execute) {
  bulkmarc::RunOptions options = arguments.options.run;
  options.stop = std::move(stop);
  add_report(options, arguments);
  bulkmarc::Report report;
  {
    ProgressBar bar;
    if (!arguments.quiet && ProgressBar::can_be_shown()) {
      options.progress = [&bar](const bulkmarc::Progress& progress) { bar.update(progress); };
    }
    report = execute(options);
  }
  return tell_outcome(kProgramName, report, arguments.quiet, arguments.report);
}
