#pragma once

#include <span>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "connection.hpp"

/// A primary key, a unique constraint, an index or a foreign key, which any table with the same columns can get.
struct TableKey {
  bool is_constraint = false;
  bool is_unique = false;
  std::string
      definition;  ///< From `PRIMARY KEY`, `UNIQUE` or `FOREIGN KEY` on for a constraint, from `USING` on for an index.

  /// The statement that gives it to `table`, a name as SQL writes it.
  [[nodiscard]] std::string add_to(const std::string& table) const;
};

/// Those that a new table gets: one for the place of a row in the catalogue, and one for the control number.
std::vector<TableKey> keys_of_new_table(std::span<const bulkmarc::Column> columns);

/// Those that an existing table has. `oid` is PostgreSQL's number of it.
std::vector<TableKey> keys_of_table(Connection& connection, const std::string& oid);

/// Whether a record has one row in a table with these columns; otherwise it has several.
bool has_one_row_for_each_record(std::span<const bulkmarc::Column> columns);
