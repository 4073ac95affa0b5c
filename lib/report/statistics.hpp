#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include <bulkmarc/report.hpp>

namespace bulkmarc {

/// Some lines for people. REQUIRES: the report has statistics.
[[nodiscard]] std::string statistics_text(const Report& report);

/// The report's statistics as JSON, or null where it has none.
[[nodiscard]] nlohmann::ordered_json statistics_json(const Report& report);

}  // namespace bulkmarc
