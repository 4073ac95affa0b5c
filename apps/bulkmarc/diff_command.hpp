#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "arguments.hpp"
#include "terminal/program.hpp"

/// What the options of `bulkmarc diff` ask for.
struct DiffArguments : RunArguments {
  std::filesystem::path old_input;
  std::filesystem::path new_input;
  std::optional<std::filesystem::path> added;
  std::optional<std::filesystem::path> changed;
  std::optional<std::filesystem::path> deleted;
  std::string ignore_fields;
};

void add_diff_command(CLI::App& command, DiffArguments& arguments);

/// Passes on what diff_records() throws; throws UsageError.
ExitStatus diff_catalogues(DiffArguments& arguments, std::stop_token stop);
