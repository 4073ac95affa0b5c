#pragma once

#include <stop_token>

#include <bulkmarc/bulkmarc.hpp>

#include "run_arguments.hpp"
#include "terminal/exit_status.hpp"

/// Runs one export as a command does: with a progress bar on a terminal, and a report at the end. Passes on what
/// export_records() throws; throws UsageError when the report would replace a file of the run.
ExitStatus run(bulkmarc::Source source, bulkmarc::Target target, const RunArguments& arguments, std::stop_token stop);
