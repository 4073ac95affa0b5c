#include "run.hpp"

#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "progress_bar.hpp"
#include "report_file.hpp"
#include "usage_error.hpp"

namespace fs = std::filesystem;

namespace {

bool same_file(const fs::path& one, const fs::path& other) {
  std::error_code error;
  if (fs::equivalent(one, other, error)) return true;
  return fs::weakly_canonical(fs::absolute(one), error) == fs::weakly_canonical(fs::absolute(other), error);
}

void require_own_file(const fs::path& report, const RunArguments& arguments) {
  std::vector<fs::path> others = arguments.inputs;
  if (!arguments.output.empty()) others.push_back(arguments.output);
  if (arguments.options.rejects) others.push_back(*arguments.options.rejects);
  if (report == kStandardStream) {
    if (arguments.output == kStandardStream)
      throw UsageError("the data and the report can't both go to standard output");
    return;
  }
  for (const fs::path& other : others) {
    if (same_file(report, other)) {
      throw UsageError(fmt::format("{}: the report would replace {}", report.string(), other.string()));
    }
  }
}

}  // namespace

ExitStatus run(bulkmarc::Source source, bulkmarc::Target target, const RunArguments& arguments, std::stop_token stop) {
  std::optional<ReportFile> report_file;
  if (arguments.report) {
    require_own_file(*arguments.report, arguments);
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
