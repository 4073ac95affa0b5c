#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "arguments.hpp"
#include "terminal/program.hpp"

/// What the options of `bulkmarc count` ask for.
struct CountArguments : RunArguments {
  std::filesystem::path input;
  bulkmarc::CountOptions count;
  std::string form = "table";
};

void add_count_command(CLI::App& command, CountArguments& arguments);

/// Passes on what count_values() throws; throws UsageError, and bulkmarc::Error (kOutputWrite).
ExitStatus count_values_of_catalogue(CountArguments& arguments, std::stop_token stop);
