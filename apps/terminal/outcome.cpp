#include "outcome.hpp"

#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "program.hpp"
#include "stop_signals.hpp"

namespace {

std::string rejects_line(const bulkmarc::Report& report, const std::optional<std::filesystem::path>& report_file) {
  std::vector<std::string> reasons;
  for (const auto& [reason, records] : report.rejects_by_reason) {
    reasons.push_back(fmt::format("{} {}", bulkmarc::reason_name(reason), records));
  }
  const bool is_file = report_file && *report_file != kStandardStream;
  return bulkmarc::printable(fmt::format("{} record{} rejected ({}); see {}", report.records_rejected,
                                         report.records_rejected == 1 ? "" : "s", fmt::join(reasons, ", "),
                                         is_file ? report_file->string() : "--report"));
}

}  // namespace

ExitStatus tell_outcome(std::string_view program, const bulkmarc::Report& report, bool quiet,
                        const std::optional<std::filesystem::path>& report_file) {
  StopSignals::end_at_once_from_now_on();
  const bool has_rejects = report.records_rejected != 0;
  if (!quiet) {
    std::fputs(report.to_text().c_str(), stderr);
  } else if (has_rejects) {
    std::fputs(fmt::format("{}: {}\n", program, rejects_line(report, report_file)).c_str(), stderr);
  }
  return has_rejects ? ExitStatus::kRejects : ExitStatus::kExported;
}
