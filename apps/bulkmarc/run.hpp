#pragma once

#include <functional>
#include <stop_token>

#include "arguments.hpp"
#include "terminal/program.hpp"

/// Calls `execute` with the run's options, to which the stop, the report and a progress bar on a terminal are added,
/// and prints the report at the end. Passes on what `execute` throws; throws UsageError when the report would replace a
/// file that is read, or would share standard output with the records.
ExitStatus run_and_tell(const RunArguments& arguments, std::stop_token stop,
                        const std::function<bulkmarc::Report(const bulkmarc::RunOptions&)>& execute);
