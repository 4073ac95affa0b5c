#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/count.hpp>

#include "report/report.hpp"

namespace bulkmarc {
namespace {

/// As RFC 4180 has it.
std::string csv_value(std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(value);
  std::string quoted = "\"";
  for (const char byte : value) quoted += byte == '"' ? std::string("\"\"") : std::string(1, byte);
  return quoted + '"';
}

}  // namespace

std::string ValueReport::to_text() const {
  std::string text;
  for (const ValueCounts& count : counts) {
    if (!text.empty()) text += '\n';
    text += fmt::format("{}: {} occurrences in {} records, {} distinct\n", printable(count.spec),
                        grouped(count.occurrences), grouped(count.records), grouped(count.distinct));
    text += "     records  occurrences  value\n";
    for (const ValueCounts::Value& value : count.values) {
      text += fmt::format("{:>12} {:>12}  {}\n", grouped(value.records), grouped(value.occurrences),
                          printable(value.value));
    }
    if (count.values.size() < count.distinct)
      text += fmt::format("  ... and {} more values\n", grouped(count.distinct - count.values.size()));
    if (count.beyond != 0)
      text += fmt::format("  {} occurrences of values beyond the limit of distinct ones\n", grouped(count.beyond));
  }
  return text;
}

std::string ValueReport::to_csv() const {
  std::string text = "spec,value,records,occurrences\r\n";
  for (const ValueCounts& count : counts) {
    for (const ValueCounts::Value& value : count.values) {
      text += fmt::format("{},{},{},{}\r\n", csv_value(count.spec), csv_value(value.value), value.records,
                          value.occurrences);
    }
    std::uint64_t others = count.occurrences;
    for (const ValueCounts::Value& value : count.values) others -= value.occurrences;
    if (others != 0) text += fmt::format("{},,,{}\r\n", csv_value(count.spec), others);
  }
  return text;
}

std::string ValueReport::to_json() const {
  auto json = nlohmann::ordered_json::array();
  for (const ValueCounts& count : counts) {
    auto values = nlohmann::ordered_json::array();
    for (const ValueCounts::Value& value : count.values) {
      values.push_back({{"value", value.value}, {"records", value.records}, {"occurrences", value.occurrences}});
    }
    json.push_back({{"spec", count.spec},
                    {"records", count.records},
                    {"occurrences", count.occurrences},
                    {"distinct", count.distinct},
                    {"beyond", count.beyond},
                    {"values", std::move(values)}});
  }
  return json_text(json);
}

}  // namespace bulkmarc
