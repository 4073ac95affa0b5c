#include "target_table.hpp"

#include <map>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "transaction.hpp"

namespace {

constexpr const char* kControlNumber = "control_number";
constexpr const char* kAllRows = "FOR VALUES FROM (MINVALUE) TO (MAXVALUE)";

constexpr const char* kLockTimeout = "55P03";

constexpr const char* kFindTable = R"(
  SELECT c.oid, c.relkind IN ('r', 'p'),
         coalesce(pg_get_partkeydef(c.oid) = 'RANGE (record_number)', false) AND NOT EXISTS (
           SELECT FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid
           WHERE i.inhparent = c.oid AND pg_get_expr(p.relpartbound, p.oid) <> $3)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2)";

constexpr const char* kColumnsOfTable = R"(
  SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
  WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)";

constexpr const char* kPrivileges = R"(
  SELECT pg_get_userbyid(relowner), current_user, pg_has_role(relowner, 'USAGE'),
         has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'DELETE') AND has_table_privilege(oid, 'SELECT')
  FROM pg_class WHERE oid = $1::oid)";

/// A staging table that became a partition, or was left by somebody who removed the comment, is none.
constexpr const char* kLeftovers = R"(
  SELECT format('%I.%I', n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'r' AND NOT c.relispartition AND obj_description(c.oid, 'pg_class') = $2)";

constexpr const char* kPartitions = "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = $1::oid";

std::string_view type_name(bulkmarc::ColumnType type) {
  switch (type) {
    case bulkmarc::ColumnType::kInteger:
      return "bigint";
    case bulkmarc::ColumnType::kText:
      return "text";
    case bulkmarc::ColumnType::kTexts:
      return "text[]";
  }
  return "";
}

/// Names of 63 bytes are the longest that PostgreSQL has; the arguments leave room for this.
std::string staging_name(const std::string& table) {
  return fmt::format("{}_load_{:08x}", table, std::random_device{}());
}

}  // namespace

TargetTable::TargetTable(Connection& connection, Options options, std::span<const bulkmarc::Column> columns)
    : connection_(connection), options_(std::move(options)), columns_(columns) {
  find_schema();
  const std::string schema = connection_.quoted(options_.schema) + ".";
  table_ = schema + connection_.quoted(options_.name);
  staging_ = schema + connection_.quoted(staging_name(options_.name));
  marker_ = fmt::format("bulkmarc-pgload: to become the rows of {}", table_);
  lock();
  find_table();
  if (!oid_.empty()) {
    check_columns();
    check_privileges();
  }
  remove_leftovers();
}

void TargetTable::find_schema() {
  if (options_.schema.empty()) options_.schema = connection_.query("SELECT current_schema()").text(0, 0);
  if (options_.schema.empty()) throw DatabaseError("the search path has no schema; name one with --schema");
  if (connection_.query("SELECT FROM pg_namespace WHERE nspname = $1", {options_.schema}).size() == 0) {
    throw DatabaseError(fmt::format("there is no schema {}", options_.schema));
  }
}

/// Waits a little, because the server may need a moment to see that another run was killed.
void TargetTable::lock() {
  connection_.query(
      "SELECT set_config(name, '1s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'");
  connection_.execute("SET lock_timeout = '5s'");
  try {
    connection_.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", {"bulkmarc-pgload " + table_});
  } catch (const DatabaseError& error) {
    if (error.sqlstate() != kLockTimeout) throw;
    throw DatabaseError(fmt::format("another bulkmarc-pgload loads {}", full_name()));
  }
  connection_.execute("RESET lock_timeout");
}

void TargetTable::find_table() {
  const QueryRows found = connection_.query(kFindTable, {options_.schema, options_.name, kAllRows});
  if (found.size() == 0) return;
  if (!found.is_true(0, 1)) throw DatabaseError(fmt::format("{} is not a table", full_name()));
  oid_ = found.text(0, 0);
  has_one_partition_ = found.is_true(0, 2);
}

void TargetTable::check_columns() const {
  std::map<std::string, std::string> types;
  const QueryRows rows = connection_.query(kColumnsOfTable, {oid_});
  for (std::size_t row = 0; row < rows.size(); ++row) types[rows.text(row, 0)] = rows.text(row, 1);
  std::vector<std::string> differences;
  for (const bulkmarc::Column& column : columns_) {
    const auto type = types.find(column.name);
    if (type == types.end()) {
      differences.push_back(fmt::format("{} is missing", column.name));
    } else if (type->second != type_name(column.type)) {
      differences.push_back(fmt::format("{} is {}, not {}", column.name, type->second, type_name(column.type)));
    }
    types.erase(column.name);
  }
  for (const auto& [name, type] : types) differences.push_back(fmt::format("{} has no values", name));
  if (!differences.empty()) {
    throw DatabaseError(
        fmt::format("{} has other columns than are to be loaded: {}", full_name(), fmt::join(differences, ", ")));
  }
}

void TargetTable::check_privileges() {
  const QueryRows row = connection_.query(kPrivileges, {oid_});
  owner_ = row.text(0, 0);
  const std::string user = row.text(0, 1);
  if (is_attached() && !row.is_true(0, 2)) {
    throw DatabaseError(fmt::format("{} belongs to {}, and {} is no member of that role", full_name(), owner_, user));
  }
  if (!is_attached() && !row.is_true(0, 3)) {
    throw DatabaseError(fmt::format("{} may not select, insert and delete in {}", user, full_name()));
  }
}

void TargetTable::remove_leftovers() {
  const QueryRows names = connection_.query(kLeftovers, {options_.schema, marker_});
  for (std::size_t row = 0; row < names.size(); ++row) connection_.execute("DROP TABLE " + names.text(row, 0));
}

/// Rows that are moved are logged when they arrive; until then nothing needs to survive a crash of the server.
std::string TargetTable::create_staging() {
  std::vector<std::string> columns;
  for (const bulkmarc::Column& column : columns_) {
    columns.push_back(fmt::format("{} {}{}", connection_.quoted(column.name), type_name(column.type),
                                  column.nullable ? "" : " NOT NULL"));
  }
  const std::string like_table = fmt::format("LIKE {} INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY", table_);
  connection_.execute(fmt::format("CREATE {}TABLE {} ({}); COMMENT ON TABLE {} IS {}", is_attached() ? "" : "UNLOGGED ",
                                  staging_, oid_.empty() ? fmt::format("{}", fmt::join(columns, ", ")) : like_table,
                                  staging_, connection_.literal(marker_)));
  if (is_attached() && !oid_.empty()) {
    connection_.execute(fmt::format("ALTER TABLE {} OWNER TO {}", staging_, connection_.quoted(owner_)));
  }
  return fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", staging_, column_list());
}

void TargetTable::publish() {
  if (is_attached()) {
    build_keys();
    attach();
  } else {
    connection_.execute("ANALYZE " + staging_);
    move_rows();
  }
}

void TargetTable::drop_staging() noexcept try {
  connection_.execute("DROP TABLE IF EXISTS " + staging_);
} catch (...) {  // The next run removes it.
}

void TargetTable::build_keys() {
  const std::vector<TableKey> keys = oid_.empty() ? keys_of_new_table(columns_) : keys_of_table(connection_, oid_);
  for (const TableKey& key : keys) connection_.execute(key.add_to(staging_));
  connection_.execute("ANALYZE " + staging_);
}

void TargetTable::attach() {
  Transaction transaction(connection_);
  if (oid_.empty()) {
    connection_.execute(
        fmt::format("CREATE TABLE {} (LIKE {} INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE "
                    "(record_number)",
                    table_, staging_));
    for (const TableKey& key : keys_of_new_table(columns_)) connection_.execute(key.add_to(table_));
  } else {
    connection_.execute(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", table_));
    const QueryRows partitions = connection_.query(kPartitions, {oid_});
    for (std::size_t row = 0; row < partitions.size(); ++row) {
      connection_.execute("DROP TABLE " + partitions.text(row, 0));
    }
  }
  connection_.execute(fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}; COMMENT ON TABLE {} IS NULL", table_,
                                  staging_, kAllRows, staging_));
  transaction.commit();
}

void TargetTable::move_rows() {
  if (options_.upsert) require_control_numbers();
  Transaction transaction(connection_);
  connection_.execute(fmt::format("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", table_));
  std::string last_number = "0";
  if (options_.upsert) {
    last_number = connection_.query(fmt::format("SELECT coalesce(max(record_number), 0) FROM {}", table_)).text(0, 0);
    connection_.execute(fmt::format("DELETE FROM {} WHERE {} IN (SELECT {} FROM {})", table_, kControlNumber,
                                    kControlNumber, staging_));
  } else {
    connection_.execute(fmt::format("DELETE FROM {}", table_));
  }
  connection_.execute(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", table_, column_list(),
                                  column_list(" + " + last_number), staging_));
  connection_.execute("DROP TABLE " + staging_);
  transaction.commit();
}

void TargetTable::require_control_numbers() {
  const std::string without =
      connection_
          .query(fmt::format("SELECT count(DISTINCT record_number) FROM {} WHERE {} IS NULL", staging_, kControlNumber))
          .text(0, 0);
  if (without != "0") {
    throw DatabaseError(
        fmt::format("{} records have no control number, and so can't be merged: leave them out with "
                    "--where 001",
                    without));
  }
}

std::string TargetTable::column_list(const std::string& added) const {
  std::vector<std::string> names;
  for (const bulkmarc::Column& column : columns_) names.push_back(connection_.quoted(column.name));
  names.front() += added;
  return fmt::format("{}", fmt::join(names, ", "));
}
