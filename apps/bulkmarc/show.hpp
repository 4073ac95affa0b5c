#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "terminal/program.hpp"

struct ShowArguments : RunArguments {
  std::filesystem::path file;
  std::vector<std::string> wanted;  ///< Control numbers, and numbers of records behind #.
};

void add_show_options(CLI::App& command, ShowArguments& arguments);

/// Prints the records that are wanted, for a person to read: as mrk, with what is wrong with them. Returns kRejects
/// where some were not found.
ExitStatus show_records(ShowArguments& arguments, std::stop_token stop);
