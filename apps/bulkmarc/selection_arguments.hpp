#pragma once

#include <stop_token>

#include "run_arguments.hpp"

/// The options that say which records and fields are taken.
void add_selection_arguments(CLI::App& command, RunArguments& arguments);

/// Reads the file of control numbers, if one is named, into `arguments.options.run.selection`. Throws UsageError when
/// standard input is named twice, std::runtime_error when a file can't be read, and bulkmarc::Error (kCancelled).
void read_selection(RunArguments& arguments, std::stop_token stop);
