#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connection.hpp"

/// A column of a table that exists.
struct ExistingColumn {
  std::string name;
  std::string type;          ///< As PostgreSQL prints it.
  bool has_default = false;  ///< It needs no value: a default, a generated or an identity column.
  bool is_nullable = false;
  bool is_generated = false;      ///< From other columns, or always an identity: it takes no other value.
  std::string identity_sequence;  ///< Quoted for SQL; empty if it is not an identity column.
};

/// A foreign key of another table, or of the table itself, to the table.
struct Reference {
  std::string name;
  std::string table;           ///< Quoted for SQL.
  bool is_deferrable = false;  ///< It can be checked at the end of the transaction, and does nothing by itself.
  bool is_to_control_number = false;
};

/// What a table is, and what this user may do with it.
struct ExistingTable {
  std::string oid;
  std::string owner;
  bool is_table = false;           ///< And not a view, say.
  bool has_one_partition = false;  ///< Partitioned by record_number, with none or one partition, which holds all rows.
  bool has_row_security = false;
  bool hides_rows = false;   ///< By policies, from this user.
  bool is_owned = false;     ///< By the user, or a role that the user is a member of.
  bool is_writable = false;  ///< Rows may be read, inserted and deleted.
  bool is_updatable = false;
  std::vector<ExistingColumn> columns;
  std::vector<Reference> references;

  [[nodiscard]] const ExistingColumn* find_column(const std::string& name) const;
};

/// Nothing if no table has this name.
std::optional<ExistingTable> find_existing_table(Connection& connection, const std::string& schema,
                                                 const std::string& name);
