#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "terminal/arguments.hpp"

/// What the command line asks for.
struct Arguments : CommonArguments {
  std::string table = "records";
  std::string conninfo;
  std::string schema;
  std::string name;
  int connections = 0;
  bool upsert = false;
  std::string delete_where;
  std::optional<std::filesystem::path> delete_ids_file;
  std::vector<std::string> delete_ids;  ///< What is in that file.
  bool add_columns = false;
};

/// Adds the options to `app`. `arguments` must outlive the parsing.
void add_arguments(CLI::App& app, Arguments& arguments);

/// Replaces patterns among the inputs by what matches them, reads the ids, and sets what the options leave open.
/// Throws UsageError where they are invalid, Error where nothing matches, and what read_control_numbers() does.
void complete(Arguments& arguments, std::stop_token stop);

/// The table whose rows are loaded. Throws Error where its columns can't be read.
bulkmarc::Table table_of(const Arguments& arguments);
