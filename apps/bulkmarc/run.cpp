#include "run.hpp"

#include <cstdio>
#include <filesystem>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "terminal/program.hpp"
#include "terminal/progress_bar.hpp"
#include "terminal/report_file.hpp"
#include "terminal/stop_signals.hpp"
#include "terminal/usage_error.hpp"

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> files_of(const RunArguments& arguments) {
  std::vector<fs::path> files = arguments.inputs;
  if (!arguments.output.empty()) files.push_back(arguments.output);
  if (arguments.options.rejects) files.push_back(*arguments.options.rejects);
  return files;
}

/// True when the report would be one of the files that an output in parts consists of.
bool is_among_parts(const fs::path& report, const RunArguments& arguments) {
  const auto folder_of = [](const fs::path& file) { return fs::absolute(file).parent_path(); };
  std::error_code error;
  if (!has_parts(arguments) || !fs::equivalent(folder_of(report), folder_of(arguments.output), error)) return false;
  const std::string output = arguments.output.filename().string();
  const std::string name = report.filename().string();
  // The number of a part stands somewhere in the output's name.
  static const std::regex kNumber("-[0-9]{5,}");
  return std::regex_replace(name, kNumber, "") == output || name == output + ".manifest.json" ||
         name == "." + output + ".resume.ndjson";
}

}  // namespace

ExitStatus run(bulkmarc::Source source, bulkmarc::Target target, const RunArguments& arguments, std::stop_token stop) {
  std::optional<ReportFile> report_file;
  if (arguments.report) {
    if (arguments.report == kStandardStream && arguments.output == kStandardStream) {
      throw UsageError("the data and the report can't both go to standard output");
    }
    require_other_file(*arguments.report, files_of(arguments));
    if (is_among_parts(*arguments.report, arguments)) {
      throw UsageError(fmt::format("{}: the report would have the name of a part", arguments.report->string()));
    }
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
  StopSignals::end_at_once_from_now_on();
  if (!arguments.quiet) std::fputs(report.to_text().c_str(), stderr);
  return report.records_rejected == 0 ? ExitStatus::kExported : ExitStatus::kRejects;
}
