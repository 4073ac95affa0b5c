#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "connection.hpp"

/// A primary key, a unique constraint, an index or a foreign key, which any table with the same columns can get.
struct TableKey {
  std::string index;  ///< From `USING` on; empty if none has to be built.
  bool is_unique = false;
  std::string constraint;  ///< `PRIMARY KEY`, `UNIQUE`, or all of one that has no index to be built; may be empty.
  std::string deferral;    ///< `DEFERRABLE` and so on, for a constraint with an index.
};

/// Those that a new table gets: one for the place of a row in the catalogue, and one for the control number.
std::vector<TableKey> keys_of_new_table(std::span<const bulkmarc::Column> columns);

/// Those that the existing table with this OID has.
std::vector<TableKey> keys_of_table(Connection& connection, const std::string& oid);

/// Adds `keys` to `table`, a name quoted for SQL. Builds their indexes over all connections at once; each is called
/// `name` with a number. When one connection fails, requests a stop, and throws what happened to it; some of the keys
/// may then be there.
void build_keys(const std::vector<TableKey>& keys, const std::string& table, std::string_view name,
                std::span<Connection> connections, std::stop_source& stop);

/// Whether a record has one row in a table with these columns; otherwise it has several.
bool has_one_row_for_each_record(std::span<const bulkmarc::Column> columns);
