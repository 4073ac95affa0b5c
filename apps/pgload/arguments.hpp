#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

namespace CLI {
class App;
}

/// The bytes of a name that PostgreSQL does not cut.
inline constexpr std::size_t kLongestName = 63;

/// What the command line asks for.
struct Arguments {
  std::vector<std::filesystem::path> inputs;
  bulkmarc::InputOptions input;
  bulkmarc::RunOptions options;
  std::string table = "records";
  std::string columns;
  std::string joint;
  std::string conninfo;
  std::string schema;
  std::string name;
  int connections = 0;
  bool upsert = false;
  std::string delete_where;
  std::optional<std::filesystem::path> delete_ids_file;
  std::vector<std::string> delete_ids;  ///< What is in that file.
  bool add_columns = false;
  std::optional<std::filesystem::path> report;
  bool quiet = false;
};

/// Adds the options to `app`. `arguments` must outlive the parsing.
void add_arguments(CLI::App& app, Arguments& arguments);

/// Replaces patterns among the inputs by what matches them, reads the ids, and settles what the options leave open.
/// Throws UsageError where they are invalid, Error where nothing matches, and what read_control_numbers() does.
void complete(Arguments& arguments, std::stop_token stop);

/// The table whose rows are loaded. Throws Error where its columns can't be read.
bulkmarc::Table table_of(const Arguments& arguments);
