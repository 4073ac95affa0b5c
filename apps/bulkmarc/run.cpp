#include "run.hpp"

#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "terminal/program.hpp"
#include "terminal/progress_bar.hpp"
#include "terminal/report_file.hpp"
#include "terminal/usage_error.hpp"

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> files_of(const RunArguments& arguments) {
  std::vector<fs::path> files = arguments.inputs;
  if (!arguments.output.empty()) files.push_back(arguments.output);
  if (arguments.options.rejects) files.push_back(*arguments.options.rejects);
  return files;
}

}  // namespace

ExitStatus run(bulkmarc::Source source, bulkmarc::Target target, const RunArguments& arguments, std::stop_token stop) {
  std::optional<ReportFile> report_file;
  if (arguments.report) {
    if (arguments.report == kStandardStream && arguments.output == kStandardStream) {
      throw UsageError("the data and the report can't both go to standard output");
    }
    require_other_file(*arguments.report, files_of(arguments));
    report_file.emplace(*arguments.report);
  }

  bulkmarc::ExportOptions options = arguments.options;
  options.stop = std::move(stop);
  bulkmarc::Report report;
  {
    ProgressBar bar;
    if (!arguments.quiet && ProgressBar::can_be_shown()) {
      options.progress = [&bar](const bulkmarc::Progress& progress) { bar.update(progress); };
    }
    report = bulkmarc::export_records(std::move(source), std::move(target), options);
  }

  if (report_file) report_file->write(report);
  if (!arguments.quiet) std::fputs(report.to_text().c_str(), stderr);
  return report.records_rejected == 0 ? ExitStatus::kExported : ExitStatus::kRejects;
}
