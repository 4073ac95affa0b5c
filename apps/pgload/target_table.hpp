#pragma once

#include <span>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "connection.hpp"
#include "table_keys.hpp"

/// The table that a run loads, and the staging table beside it. No other run can load the same table while this one's
/// session lasts.
///
/// A table that this program makes is a partitioned table with one partition, which holds all rows. To replace them,
/// the staging table takes the partition's place. So the table itself stays, with its owner, privileges, comments,
/// views and all else that hangs on it, and no row is written twice. Of a table that somebody else made in another
/// way, the rows are deleted and inserted.
class TargetTable {
 public:
  struct Options {
    std::string schema;  ///< Empty: the first of the session's search path.
    std::string name;
    bool upsert = false;  ///< Merge by control number, where the table exists.
  };

  /// Removes the staging tables that killed runs have left. Throws DatabaseError where the table can't be loaded:
  /// another run is at it, or it exists and has other columns, or this user may not.
  TargetTable(Connection& connection, Options options, std::span<const bulkmarc::Column> columns);

  /// The name for people, with the schema.
  [[nodiscard]] std::string full_name() const { return options_.schema + "." + options_.name; }

  /// Creates the staging table, and returns the COPY statement that fills it.
  std::string create_staging();
  /// Puts the rows of the staging table into the table, in one transaction, after it has built what takes long.
  void publish();
  /// Removes the staging table, if the server can still be reached.
  void drop_staging() noexcept;

 private:
  void find_schema();
  void lock();
  void find_table();
  void check_columns() const;
  void check_privileges();
  void remove_leftovers();

  /// Whether the staging table becomes the table's partition; otherwise its rows are moved.
  [[nodiscard]] bool is_attached() const { return oid_.empty() || (has_one_partition_ && !options_.upsert); }
  void build_keys();
  void attach();
  void move_rows();
  void require_control_numbers();
  /// The names, as SQL writes them; to the first one, the record's number, `added` is added.
  [[nodiscard]] std::string column_list(const std::string& added = "") const;

  Connection& connection_;
  Options options_;
  std::span<const bulkmarc::Column> columns_;
  std::string marker_;  ///< The comment by which a staging table is known.
  std::string oid_;     ///< PostgreSQL's number of the table; empty where it does not exist yet.
  std::string owner_;   ///< Of a table that exists.
  bool has_one_partition_ = false;
  std::string table_;  ///< As SQL writes it, like the next ones.
  std::string staging_;
};
