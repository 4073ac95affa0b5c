#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include <bulkmarc/report.hpp>

namespace bulkmarc {

/// The lines on what made the run, and when, that the file of a report has before Report::to_text().
[[nodiscard]] std::string run_text(const Report& report);

/// A report as JSON has it.
[[nodiscard]] nlohmann::ordered_json report_json(const Report& report);
/// The report that report_json() made JSON of, as far as it tells what became of the records: without an error, a merge
/// and ids. Throws nlohmann::json::exception where it is none.
[[nodiscard]] Report report_from_json(const nlohmann::ordered_json& json);

/// JSON as text, ending with a newline. Control numbers of damaged records and file names may be anything; it is valid
/// JSON all the same.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json);

/// 1234567 as 1,234,567.
[[nodiscard]] std::string grouped(std::uint64_t number);

/// The report's statistics as JSON, or null where it has none. A byte of a tag or a code is the character with its
/// number, so that none is lost.
[[nodiscard]] nlohmann::ordered_json statistics_json(const Report& report);

}  // namespace bulkmarc
