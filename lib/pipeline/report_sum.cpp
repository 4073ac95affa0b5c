#include "pipeline/report_sum.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "pipeline/statistics_collector.hpp"

namespace bulkmarc {
namespace {

/// The repair that stands for all bytes of a run that belong to no record (ReportBuilder).
bool is_of_skipped_bytes(const Finding& finding) { return finding.code == Reason::kStrayBytes && finding.length == 0; }

void add(const std::vector<Finding>& from, std::vector<Finding>& to, std::size_t most, bool told_of_skipped_bytes) {
  for (const Finding& finding : from) {
    if (to.size() >= most) return;
    if (!told_of_skipped_bytes || !is_of_skipped_bytes(finding)) to.push_back(finding);
  }
}

void add(const std::map<Reason, std::uint64_t>& from, std::map<Reason, std::uint64_t>& to) {
  for (const auto& [reason, records] : from) to[reason] += records;
}

void add(const Report& range, Report& sum, std::size_t max_findings) {
  add(range.rejects, sum.rejects, max_findings, false);
  add(range.repairs, sum.repairs, max_findings, sum.bytes_skipped != 0);
  add(range.rejects_by_reason, sum.rejects_by_reason);
  add(range.repairs_by_reason, sum.repairs_by_reason);
  sum.records_read += range.records_read;
  sum.records_exported += range.records_exported;
  sum.records_rejected += range.records_rejected;
  sum.records_selected_out += range.records_selected_out;
  sum.records_repaired += range.records_repaired;
  sum.bytes_read += range.bytes_read;
  sum.bytes_written += range.bytes_written;
  sum.bytes_uncompressed += range.bytes_uncompressed;
  sum.bytes_skipped += range.bytes_skipped;
  sum.seconds.measure += range.seconds.measure;
  sum.seconds.serialize += range.seconds.serialize;
  sum.seconds.commit += range.seconds.commit;
  sum.seconds.total += range.seconds.total;
  sum.threads = std::max(sum.threads, range.threads);
  sum.started = std::min(sum.started, range.started);
  sum.ended = std::max(sum.ended, range.ended);
}

}  // namespace

Report sum_of(std::span<const Report* const> ranges, std::size_t max_findings) {
  const Report& first = *ranges.front();
  Report sum;
  sum.format = first.format;
  sum.compression = first.compression;
  sum.backend = first.backend;
  sum.backend_reason = first.backend_reason;
  sum.inputs = first.inputs;
  sum.inputs_passed_over = first.inputs_passed_over;
  sum.version = first.version;
  sum.started = first.started;
  sum.ended = first.ended;
  StatisticsCollector statistics;
  for (const Report* range : ranges) {
    add(*range, sum, max_findings);
    if (range->statistics) statistics.merge(*range->statistics);
  }
  if (first.statistics) sum.statistics = statistics.statistics();
  return sum;
}

}  // namespace bulkmarc
