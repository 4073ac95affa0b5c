#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include <bulkmarc/report.hpp>

namespace bulkmarc {

/// The lines on what made the run, and when, that the file of a report has before Report::to_text().
[[nodiscard]] std::string run_text(const Report& report);

/// The report's statistics as JSON, or null where it has none.
[[nodiscard]] nlohmann::ordered_json statistics_json(const Report& report);

}  // namespace bulkmarc
