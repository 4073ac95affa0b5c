#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include <bulkmarc/report.hpp>

namespace bulkmarc {

/// 1234567 as 1,234,567.
inline std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

/// The lines on what made the run, and when, that the file of a report has before Report::to_text().
[[nodiscard]] std::string run_text(const Report& report);

/// JSON with an escape (\u202e) for each character that a terminal would act upon. REQUIRES: valid UTF-8.
[[nodiscard]] std::string escape_controls(std::string_view json);

/// Some lines for people. REQUIRES: the report has statistics.
[[nodiscard]] std::string statistics_text(const Report& report);

/// The report's statistics as JSON, or null where it has none.
[[nodiscard]] nlohmann::ordered_json statistics_json(const Report& report);

}  // namespace bulkmarc
