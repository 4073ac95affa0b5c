#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include <bulkmarc/bulkmarc.hpp>

#include "exit_status.hpp"

/// Says on standard error what became of a run, and returns the status to exit with. A quiet program says only that
/// there were rejects, in one line that names the file of the report.
ExitStatus tell_outcome(std::string_view program, const bulkmarc::Report& report, bool quiet,
                        const std::optional<std::filesystem::path>& report_file);
