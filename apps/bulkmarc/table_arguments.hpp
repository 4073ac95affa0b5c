#pragma once

#include "run_arguments.hpp"

/// Adds the options that say which rows the records become.
void add_table_arguments(CLI::App& command, RunArguments& arguments);

/// Sets the table in `arguments.options`, whose format is set: the one that was asked for, or `records` where the
/// format needs one. Throws UsageError when the format takes no table, and Error when the columns are invalid.
void choose_table(RunArguments& arguments);
