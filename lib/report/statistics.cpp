#include "report/statistics.hpp"

#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "report/report_text.hpp"

namespace bulkmarc {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Encoding::kMarc8) + 1> kEncodingNames = {
    "ascii", "utf8", "invalid_utf8", "mislabelled_utf8", "marc8",
};
constexpr std::size_t kTypesShown = 10;
constexpr std::size_t kFieldsShown = 20;
constexpr std::size_t kSubfieldsShown = 8;

/// "a 1,000, b 20, ...", of which tell(item) tells each.
template <class Item, class Tell>
std::string listed(const std::vector<Item>& items, std::size_t most, const Tell& tell) {
  std::vector<std::string> told;
  for (std::size_t i = 0; i < items.size() && i < most; ++i) told.push_back(tell(items[i]));
  if (items.size() > most) told.emplace_back("...");
  return fmt::format("{}", fmt::join(told, ", "));
}

/// A code as it is written about: # is a blank.
char shown(char code) { return code == ' ' ? '#' : code > ' ' && code < '\x7F' ? code : '?'; }

std::string fields_text(const std::vector<Statistics::Field>& fields) {
  std::string text = fmt::format("  tag      records  occurrences  subfields\n");
  for (std::size_t i = 0; i < fields.size() && i < kFieldsShown; ++i) {
    const Statistics::Field& field = fields[i];
    const std::string subfields = listed(field.subfields, kSubfieldsShown, [](const auto& subfield) {
      return fmt::format("{} {}", shown(subfield.code), grouped(subfield.occurrences));
    });
    text += fmt::format("  {} {:>12} {:>12}{}{}\n", printable(field.tag), grouped(field.records),
                        grouped(field.occurrences), subfields.empty() ? "" : "  ", subfields);
  }
  if (fields.size() > kFieldsShown) {
    text += fmt::format("  ... (the JSON report lists all {})\n", grouped(fields.size()));
  }
  return text;
}

}  // namespace

std::string_view encoding_name(Encoding encoding) {
  const auto index = static_cast<std::size_t>(encoding);
  return index < kEncodingNames.size() ? kEncodingNames[index] : std::string_view();
}

std::string statistics_text(const Report& report) {
  const Statistics& statistics = *report.statistics;
  if (statistics.records == 0) return "";
  const Statistics::Longest& longest = statistics.longest;
  std::string text =
      fmt::format("types     {}\n", listed(statistics.types, kTypesShown, [](const auto& type) {
                    return fmt::format("{}{} {}", shown(type.type), shown(type.level), grouped(type.records));
                  }));
  text += fmt::format("encodings {}\n", listed(statistics.encodings, kEncodingNames.size(), [](const auto& count) {
                        return fmt::format("{} {}", encoding_name(count.encoding), grouped(count.records));
                      }));
  const std::string where = report.inputs.size() > 1 && longest.input < report.inputs.size()
                                ? fmt::format(" of {}", printable(report.inputs[longest.input]))
                                : "";
  text +=
      fmt::format("longest   {} bytes: record {} at {}{} (001: {})\n", grouped(longest.bytes), longest.record,
                  longest.offset, where, longest.control_number.empty() ? "none" : printable(longest.control_number));
  text += fmt::format("fields of {} records:\n", grouped(statistics.records));
  return text + fields_text(statistics.fields);
}

nlohmann::ordered_json statistics_json(const Report& report) {
  using Json = nlohmann::ordered_json;
  if (!report.statistics) return nullptr;
  const Statistics& statistics = *report.statistics;
  Json types = Json::array();
  for (const auto& type : statistics.types) {
    types.push_back({{"type", std::string{type.type}}, {"level", std::string{type.level}}, {"records", type.records}});
  }
  Json encodings = Json::array();
  for (const auto& count : statistics.encodings) {
    encodings.push_back({{"encoding", encoding_name(count.encoding)}, {"records", count.records}});
  }
  Json fields = Json::array();
  for (const auto& field : statistics.fields) {
    Json subfields = Json::array();
    for (const auto& subfield : field.subfields) {
      subfields.push_back(
          {{"code", std::string{subfield.code}}, {"records", subfield.records}, {"occurrences", subfield.occurrences}});
    }
    fields.push_back({{"tag", field.tag},
                      {"records", field.records},
                      {"occurrences", field.occurrences},
                      {"subfields", std::move(subfields)}});
  }
  const Statistics::Longest& longest = statistics.longest;
  return {{"records", statistics.records},
          {"types", std::move(types)},
          {"encodings", std::move(encodings)},
          {"longest",
           {{"bytes", longest.bytes},
            {"record", longest.record},
            {"input", longest.input < report.inputs.size() ? report.inputs[longest.input] : ""},
            {"offset", longest.offset},
            {"control_number", longest.control_number}}},
          {"fields", std::move(fields)},
          {"left_out", statistics.left_out}};
}

}  // namespace bulkmarc
