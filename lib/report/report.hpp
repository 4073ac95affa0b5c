#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include <bulkmarc/report.hpp>

namespace bulkmarc {

/// The lines on what made the run, and when, that the file of a report has before Report::to_text().
[[nodiscard]] std::string run_text(const Report& report);

/// 1234567 as 1,234,567.
[[nodiscard]] std::string grouped(std::uint64_t number);

/// JSON for files and terminals: over several lines, with an escape for each character that a terminal would act upon.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json);

/// The report's statistics as JSON, or null where it has none.
[[nodiscard]] nlohmann::ordered_json statistics_json(const Report& report);

}  // namespace bulkmarc
