#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "connection.hpp"
#include "merge.hpp"
#include "table_structure.hpp"

/// The table that a run loads, and the staging table beside it. No other run can load the same table while this one's
/// session lasts.
///
/// A table that this program makes is a partitioned table with one partition, which holds all rows. To replace them,
/// the staging table takes the partition's place. So the table itself stays, with its owner, privileges, comments,
/// views and all else that depends on it, and no row is written twice. In a table that was made in another way, or that
/// foreign keys reference, the rows are deleted and inserted.
class TargetTable {
 public:
  struct Options {
    std::string schema;  ///< Empty: the first of the session's search path.
    std::string name;
    bool upsert = false;     ///< Merge by control number, where the table exists.
    bool has_marks = false;  ///< The rows that are copied end with a boolean, which is true for records to be deleted.
    std::vector<std::string> delete_ids;  ///< With `upsert`: control numbers of records to be deleted.
    bool add_columns = false;             ///< Add the columns that an existing table lacks.
  };

  /// Removes the staging tables that killed runs have left. Throws DatabaseError if the table can't be loaded:
  /// another run is loading it, it has other columns, or this user may not.
  TargetTable(Connection& connection, Options options, std::span<const bulkmarc::Column> columns);

  /// The name with the schema, for messages.
  [[nodiscard]] std::string full_name() const { return options_.schema + "." + options_.name; }

  /// Creates the staging table, and returns the COPY statement that fills it.
  std::string create_staging();
  /// Builds the keys, over all connections, then puts the rows of the staging table into the table, in one transaction.
  /// Adds to `report` what was merged. When one connection fails, requests a stop, and throws what happened to it.
  /// REQUIRES: the connection that this was made with is the first one.
  void publish(bulkmarc::Report& report, std::span<Connection> connections, std::stop_source& stop);
  /// Removes the staging table, if the server can still be reached.
  void drop_staging() noexcept;

 private:
  void find_schema();
  void lock();
  void check_columns();
  void check_privileges() const;
  void check_references() const;
  void remove_leftovers();

  /// Why a column of the table that gets no values prevents the load; empty if it does not.
  [[nodiscard]] std::string fault_of_own(const ExistingColumn& column) const;
  [[nodiscard]] std::string fault_of_loaded(const bulkmarc::Column& column) const;
  [[nodiscard]] bool is_loaded(const ExistingColumn& column) const;
  /// Whether the row of a record that comes again is updated.
  [[nodiscard]] bool updates_rows() const;

  /// Whether the staging table becomes the table's partition; otherwise its rows are moved.
  [[nodiscard]] bool is_attached() const;
  [[nodiscard]] MergeTables merge_tables() const { return {table_, staging_, columns_, mark_}; }
  [[nodiscard]] std::string definition_of_staging() const;
  /// Lets rows that are copied get the values of identity columns, which only the table itself gives.
  void set_identity_defaults(bool set);
  void complete_partition(std::span<Connection> connections, std::stop_source& stop);
  void attach();
  void move_rows(bulkmarc::Report& report);
  void add_missing_columns();
  /// The names, quoted for SQL, with commas between them.
  [[nodiscard]] std::string column_list() const;

  Connection& connection_;
  Options options_;
  std::span<const bulkmarc::Column> columns_;
  std::vector<bulkmarc::Column> missing_;  ///< Those of `columns_` that are to be added to the table.
  std::string marker_;                     ///< The comment that identifies a staging table.
  std::optional<ExistingTable> existing_;
  std::string staging_name_;  ///< Without the schema.
  std::string table_;         ///< Quoted for SQL, like the next ones.
  std::string staging_;
  std::string mark_;  ///< Empty if there are no marks.
};
