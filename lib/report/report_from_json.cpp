#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "report/report.hpp"

namespace bulkmarc {
namespace {

using ReportJson = nlohmann::ordered_json;

[[noreturn]] void refuse_value(const ReportJson& json) {
  throw ReportJson::other_error::create(501, "an unknown value", &json);
}

/// The value whose name the JSON is. There are less than 64.
template <class Value, class NameOf>
Value value_named(const ReportJson& json, const NameOf& name_of) {
  constexpr int kMost = 64;
  for (int i = 0; i < kMost; ++i) {
    const auto value = static_cast<Value>(i);
    if (json == name_of(value)) return value;
  }
  refuse_value(json);
}

Reason reason_of(const ReportJson& json) { return value_named<Reason>(json, reason_name); }

/// The bytes that statistics_json() made characters of.
std::string bytes_of(const ReportJson& json) {
  std::string bytes;
  const auto text = json.get<std::string>();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      bytes += text[i];
    } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < text.size()) {
      bytes += static_cast<char>((byte & 0x03) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
    } else {
      refuse_value(json);
    }
  }
  return bytes;
}

char byte_of(const ReportJson& json) {
  const std::string bytes = bytes_of(json);
  if (bytes.size() != 1) refuse_value(json);
  return bytes.front();
}

std::size_t input_of(const ReportJson& json, const std::vector<std::string>& inputs) {
  return static_cast<std::size_t>(std::ranges::find(inputs, json.get<std::string>()) - inputs.begin());
}

std::vector<Finding> findings_from(const ReportJson& list, const std::vector<std::string>& inputs) {
  std::vector<Finding> findings;
  for (const ReportJson& json : list) {
    findings.push_back({.record = json.at("record"),
                        .input = input_of(json.at("input"), inputs),
                        .offset = json.at("offset"),
                        .control_number = json.at("control_number"),
                        .code = reason_of(json.at("code")),
                        .detail = json.at("detail"),
                        .length = json.at("length"),
                        .location = {.tag = json.at("tag"),
                                     .occurrence = json.at("occurrence"),
                                     .subfield = json.at("subfield"),
                                     .position = json.at("position"),
                                     .snippet = json.at("snippet")}});
  }
  return findings;
}

std::map<Reason, std::uint64_t> counts_from(const ReportJson& object) {
  std::map<Reason, std::uint64_t> counts;
  for (const auto& [name, records] : object.items()) counts[reason_of(name)] = records;
  return counts;
}

Statistics statistics_from(const ReportJson& json, const std::vector<std::string>& inputs) {
  Statistics statistics;
  statistics.records = json.at("records");
  for (const ReportJson& type : json.at("types")) {
    statistics.types.push_back({byte_of(type.at("type")), byte_of(type.at("level")), type.at("records")});
  }
  for (const ReportJson& count : json.at("encodings")) {
    statistics.encodings.push_back({value_named<Encoding>(count.at("encoding"), encoding_name), count.at("records")});
  }
  const ReportJson& longest = json.at("longest");
  statistics.longest = {longest.at("bytes"), longest.at("record"), input_of(longest.at("input"), inputs),
                        longest.at("offset"), longest.at("control_number")};
  for (const ReportJson& each : json.at("fields")) {
    Statistics::Field field = {bytes_of(each.at("tag")), each.at("records"), each.at("occurrences"), {}};
    for (const ReportJson& subfield : each.at("subfields")) {
      field.subfields.push_back({byte_of(subfield.at("code")), subfield.at("records"), subfield.at("occurrences")});
    }
    statistics.fields.push_back(std::move(field));
  }
  statistics.left_out = json.at("left_out");
  return statistics;
}

std::chrono::system_clock::time_point time_from(const ReportJson& json) {
  const auto text = json.get<std::string>();
  std::tm time = {};
  int milliseconds = 0;
  constexpr int kFields = 7;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &time.tm_year, &time.tm_mon, &time.tm_mday,
                  &time.tm_hour, &time.tm_min, &time.tm_sec, &milliseconds) != kFields) {
    refuse_value(json);
  }
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  return std::chrono::system_clock::from_time_t(timegm(&time)) + std::chrono::milliseconds(milliseconds);
}

}  // namespace

Report report_from_json(const nlohmann::ordered_json& json) {
  Report report;
  report.version = json.at("bulkmarc");
  json.at("command_line").get_to(report.command_line);
  report.started = time_from(json.at("started"));
  report.ended = time_from(json.at("ended"));
  report.records_read = json.at("records_read");
  report.records_exported = json.at("records_exported");
  report.records_rejected = json.at("records_rejected");
  report.records_selected_out = json.at("records_selected_out");
  report.records_repaired = json.at("records_repaired");
  report.bytes_read = json.at("bytes_read");
  report.bytes_written = json.at("bytes_written");
  report.bytes_uncompressed = json.at("bytes_uncompressed");
  report.bytes_skipped = json.at("bytes_skipped");
  report.parts = json.at("parts");
  const ReportJson& seconds = json.at("seconds");
  report.seconds = {seconds.at("measure"), seconds.at("serialize"), seconds.at("commit"), seconds.at("total")};
  report.threads = json.at("threads");
  report.format = value_named<Format>(json.at("format"), format_name);
  report.compression =
      value_named<Compression>(json.at("compression"), [](Compression value) { return compression_name(value); });
  report.backend = value_named<UsedBackend>(json.at("backend"), [](UsedBackend value) { return backend_name(value); });
  report.backend_reason = json.at("backend_reason");
  json.at("inputs").get_to(report.inputs);
  for (const ReportJson& input : json.at("inputs_passed_over")) {
    report.inputs_passed_over.push_back({input.at("input"), input.at("why")});
  }
  report.output = json.at("output");
  report.rejects_by_reason = counts_from(json.at("rejects_by_reason"));
  report.repairs_by_reason = counts_from(json.at("repairs_by_reason"));
  report.rejects = findings_from(json.at("rejects"), report.inputs);
  report.repairs = findings_from(json.at("repairs"), report.inputs);
  if (!json.at("statistics").is_null()) report.statistics = statistics_from(json.at("statistics"), report.inputs);
  return report;
}

}  // namespace bulkmarc
