#include "support/exports.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "report/report.hpp"
#include "support/temporary_folder.hpp"

using namespace bulkmarc;

Exported export_to_memory(Source source, const ExportOptions& options) {
  Exported exported;
  exported.report = export_records(std::move(source), Target::memory(exported.bytes), options);
  return exported;
}

Exported export_to_file(Source source, const std::filesystem::path& path, const ExportOptions& options) {
  Exported exported;
  exported.report = export_records(std::move(source), Target::file(path, {.sync = false}), options);
  exported.bytes = read_file(path);
  return exported;
}

std::string iso2709(const RecordView& record) {
  std::string directory;
  std::string data;
  for (const FieldView field : record.fields()) {
    directory += fmt::format("{}{:04}{:05}", field.tag(), field.bytes().size() + 1, data.size());
    data += field.bytes();
    data += kFieldTerminator;
  }
  directory += kFieldTerminator;
  data += kRecordTerminator;
  const std::size_t base = kLeaderLength + directory.size();
  const std::string_view leader = record.leader();
  return fmt::format("{:05}{}22{:05}{}4500{}{}", base + data.size(), leader.substr(5, 5), base, leader.substr(17, 3),
                     directory, data);
}

std::string iso2709(std::span<const Record> records) {
  std::string bytes;
  for (const Record& record : records) bytes += iso2709(record.view());
  return bytes;
}

Record numbered_record(std::uint64_t number) {
  Record record;
  record.add_control("001", fmt::format("nr{:06}", number));
  record.add_control("008", "240101s2024    fr a     b    001 0 fre d");
  record.add_data("245", "10", {{'a', fmt::format("Été nº {} :", number)}, {'b', "\"a\" < b & c"}});
  for (std::uint64_t i = 0; i < number % 17; ++i) {
    record.add_data("650", " 0", {{'a', std::string(number % 61, 'x')}, {'x', "図書館"}});
  }
  return record;
}

std::vector<Record> numbered_records(std::uint64_t count) {
  std::vector<Record> records;
  for (std::uint64_t number = 1; number <= count; ++number) records.push_back(numbered_record(number));
  return records;
}

namespace {

void append_findings(std::string& text, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    const FieldLocation& location = finding.location;
    text +=
        fmt::format("  {} in {} at {} of {} ({}): {}: {} [{} {} {} {} {}]\n", finding.record, finding.input,
                    finding.offset, finding.length, finding.control_number, reason_name(finding.code), finding.detail,
                    location.tag, location.occurrence, location.subfield, location.position, location.snippet);
  }
}

}  // namespace

std::string account_of(const Report& report) {
  std::string text = fmt::format(
      "{} read, {} exported, {} rejected, {} selected out, {} duplicates, {} repaired, {} bytes read, {} written, {} "
      "uncompressed, {} skipped\n",
      report.records_read, report.records_exported, report.records_rejected, report.records_selected_out,
      report.records_duplicate, report.records_repaired, report.bytes_read, report.bytes_written,
      report.bytes_uncompressed, report.bytes_skipped);
  for (const auto* by_reason : {&report.rejects_by_reason, &report.repairs_by_reason}) {
    for (const auto& [reason, records] : *by_reason) text += fmt::format("{} {}, ", reason_name(reason), records);
  }
  Report nameless;
  nameless.statistics = report.statistics;
  // A code may be any byte.
  text += statistics_json(nameless).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  text += "rejects\n";
  append_findings(text, report.rejects);
  text += "repairs\n";
  append_findings(text, report.repairs);
  text += fmt::format("{} ids not found\n", report.ids_not_found);
  for (const std::string& id : report.missing_ids) text += "  " + id + "\n";
  return text;
}

namespace {

void expect_same_text(const std::string& text, const std::string& expected) {
  if (text == expected) return;
  const auto at = std::ranges::mismatch(text, expected).in1;
  const auto common = static_cast<std::size_t>(at - text.begin());
  const std::size_t from = common - std::min<std::size_t>(common, 60);
  ADD_FAILURE() << "after " << common << " bytes:\n"
                << text.substr(from, 200) << "\nis not\n"
                << expected.substr(from, 200);
}

}  // namespace

void expect_same(const Exported& exported, const Exported& expected) {
  expect_same_text(account_of(exported.report), account_of(expected.report));
  expect_same_text(exported.bytes, expected.bytes);
}
