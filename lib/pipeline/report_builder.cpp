#include "pipeline/report_builder.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "formats/iso2709/syntax.hpp"
#include "pipeline/batch_gate.hpp"
#include "record/field_location.hpp"

namespace bulkmarc {

void ReportBuilder::pass_over(std::uint64_t records) {
  report_.records_read += records;
  report_.records_selected_out += records;
}

void ReportBuilder::settle(const Batch& batch, BatchResult& result) {
  list(result.rejects, report_.rejects, batch.input);
  list(result.repairs, report_.repairs, batch.input);
  list(result.duplicates, report_.duplicates, batch.input);
  count_duplicates(batch, result.statistics);
  if (result.skipped_bytes != 0 && report_.bytes_skipped == 0) list_skipped(batch);
  for (const auto& [reason, records] : result.rejects_by_reason) report_.rejects_by_reason[reason] += records;
  for (const auto& [reason, records] : result.repairs_by_reason) report_.repairs_by_reason[reason] += records;
  statistics_.merge(result.statistics, next_number(), batch.input);
  report_.records_read += result.read;
  report_.records_exported += result.exported;
  report_.records_selected_out += result.selected_out;
  report_.records_rejected += result.read - result.exported - result.selected_out;
  report_.records_repaired += result.repaired;
  report_.records_duplicate += result.duplicate;
  report_.bytes_skipped += result.skipped_bytes;
  for (const std::uint32_t id : result.found_ids) {
    if (id >= found_ids_.size()) found_ids_.resize(id + std::size_t{1});
    found_ids_[id] = true;
  }
  if (rejects_ != nullptr) rejects_->append(result.rejected_bytes.view());
}

void ReportBuilder::list_missing_ids(const std::vector<std::string>& ids) {
  for (std::size_t id = 0; id < ids.size(); ++id) {
    if (id < found_ids_.size() && found_ids_[id]) continue;
    ++report_.ids_not_found;
    if (report_.missing_ids.size() < max_findings_) report_.missing_ids.push_back(ids[id]);
  }
}

void ReportBuilder::list(std::vector<Finding>& from, std::vector<Finding>& to, std::size_t input) const {
  for (Finding& finding : from) {
    if (to.size() >= max_findings_) return;
    finding.record += next_number();
    finding.input = input;
    to.push_back(std::move(finding));
  }
}

void ReportBuilder::count_duplicates(const Batch& batch, const StatisticsCollector& statistics) {
  for (const auto& [key, index, offset] : statistics.control_numbers()) {
    if (seen_.add({key}).second) continue;
    ++report_.records_duplicate;
    if (report_.duplicates.size() >= max_findings_) continue;
    const auto item = std::ranges::find(batch.items(), offset, &BatchRecord::offset);
    report_.duplicates.push_back(
        {.record = next_number() + index,
         .input = batch.input,
         .offset = offset,
         .control_number = std::string(control_number_of(*item).substr(0, kLongestControlNumber)),
         .code = Reason::kDuplicate,
         .detail = std::string(kDuplicateCounted),
         .length = item->raw.size()});
  }
}

void ReportBuilder::list_skipped(const Batch& batch) {
  const Skipped& skipped = batch.skipped();
  const std::uint64_t record = batch.number_after_skipped();
  std::vector<Finding>& repairs = report_.repairs;
  repairs.insert(std::ranges::lower_bound(repairs, record, {}, &Finding::record),
                 {record,
                  batch.input,
                  skipped.offset,
                  {},
                  Reason::kStrayBytes,
                  "bytes that belong to no record were skipped; reported once"});
  if (repairs.size() > max_findings_) repairs.pop_back();
}

}  // namespace bulkmarc
