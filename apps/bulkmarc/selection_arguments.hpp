#pragma once

#include "run_arguments.hpp"

/// The options that say which records and fields are taken.
void add_selection_arguments(CLI::App& command, RunArguments& arguments);

/// Reads the file of control numbers, if one is named, into `arguments.options.selection`. Throws UsageError when
/// standard input is named twice, and std::runtime_error when a file can't be read.
void read_selection(RunArguments& arguments);
