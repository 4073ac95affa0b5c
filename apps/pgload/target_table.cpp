#include "target_table.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connection.hpp"
#include "table_keys.hpp"
#include "table_structure.hpp"

namespace {

constexpr const char* kAllRows = "FOR VALUES FROM (MINVALUE) TO (MAXVALUE)";

constexpr const char* kLockTimeout = "55P03";

/// Staging tables that became partitions, or whose comment somebody removed, are not among them.
constexpr const char* kLeftovers = R"(
  SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'r' AND NOT c.relispartition AND
        pg_catalog.obj_description(c.oid, 'pg_class') = $2)";

constexpr const char* kPartitions =
    "SELECT inhrelid::pg_catalog.regclass FROM pg_catalog.pg_inherits WHERE inhparent = $1::pg_catalog.oid";

std::string type_name(const bulkmarc::Column& column) {
  return bulkmarc::sql_type(column, bulkmarc::SqlDialect::kPostgreSql);
}

/// What an index of the staging table has after that one's name: an underscore and a number.
constexpr std::size_t kLongestIndexEnding = 5;

/// The name with `ending`, cut between two characters so that PostgreSQL does not cut it, or the names of indexes.
std::string derived_name(const std::string& name, const std::string& ending) {
  std::size_t length = std::min(name.size(), kLongestName - kLongestIndexEnding - ending.size());
  while (length > 0 && length < name.size() && (static_cast<unsigned char>(name[length]) & 0xC0) == 0x80) --length;
  return name.substr(0, length) + ending;
}

}  // namespace

TargetTable::TargetTable(Connection& connection, Options options, std::span<const bulkmarc::Column> columns)
    : connection_(connection), options_(std::move(options)), columns_(columns) {
  find_schema();
  const std::string schema = connection_.quoted(options_.schema) + ".";
  const std::string digits = fmt::format("{:08x}", std::random_device{}());
  table_ = schema + connection_.quoted(options_.name);
  staging_name_ = derived_name(options_.name, "_load_" + digits);
  staging_ = schema + connection_.quoted(staging_name_);
  if (options_.has_marks) mark_ = connection_.quoted("deleted_" + digits);
  marker_ = fmt::format("bulkmarc-pgload: to become the rows of {}", table_);
  lock();
  existing_ = find_existing_table(connection_, options_.schema, options_.name);
  if (existing_) {
    if (!existing_->is_table) throw DatabaseError(fmt::format("{}: is not a table", full_name()));
    check_columns();
    check_references();
    check_privileges();
  } else if (!options_.delete_ids.empty()) {
    throw DatabaseError(fmt::format("{}: does not exist, so no records can be deleted", full_name()));
  }
  remove_leftovers();
}

void TargetTable::find_schema() {
  if (options_.schema.empty()) options_.schema = connection_.first_schema();
  if (options_.schema.empty()) throw DatabaseError("the search path has no schema: choose one with --schema");
  if (connection_.query("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", {options_.schema}).size() == 0) {
    throw DatabaseError(fmt::format("{}: no such schema", options_.schema));
  }
}

/// Waits a little, because the server may need a moment to notice that another run was killed.
void TargetTable::lock() {
  connection_.execute("SET lock_timeout = '5s'");
  try {
    connection_.query("SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended($1, 0))",
                      {"bulkmarc-pgload " + table_});
  } catch (const DatabaseError& error) {
    if (error.sqlstate() != kLockTimeout) throw;
    throw DatabaseError(fmt::format("{}: another bulkmarc-pgload is loading it", full_name()));
  }
  connection_.execute("RESET lock_timeout");
}

void TargetTable::check_columns() {
  std::vector<std::string> differences;
  for (const bulkmarc::Column& column : columns_) {
    if (options_.add_columns && existing_->find_column(column.name) == nullptr) {
      missing_.push_back(column);
    } else if (std::string fault = fault_of_loaded(column); !fault.empty()) {
      differences.push_back(std::move(fault));
    }
  }
  for (const ExistingColumn& column : existing_->columns) {
    if (is_loaded(column)) continue;
    if (std::string fault = fault_of_own(column); !fault.empty()) differences.push_back(std::move(fault));
  }
  if (!differences.empty()) {
    throw DatabaseError(
        fmt::format("{}: the columns differ from those to be loaded: {}", full_name(), fmt::join(differences, ", ")));
  }
}

std::string TargetTable::fault_of_loaded(const bulkmarc::Column& column) const {
  const ExistingColumn* existing = existing_->find_column(column.name);
  if (existing == nullptr) return fmt::format("{} is missing (--add-columns adds it)", column.name);
  if (existing->type != type_name(column)) {
    return fmt::format("{} is {}, not {}", column.name, existing->type, type_name(column));
  }
  return existing->is_generated ? fmt::format("{} is generated", column.name) : "";
}

/// Rows that are updated keep the values of such a column, and so need no default.
std::string TargetTable::fault_of_own(const ExistingColumn& column) const {
  if (column.has_default || (column.is_nullable && updates_rows())) return "";
  return fmt::format("{} has no values and no default", column.name);
}

bool TargetTable::is_loaded(const ExistingColumn& column) const {
  return std::ranges::find(columns_, column.name, &bulkmarc::Column::name) != columns_.end();
}

bool TargetTable::updates_rows() const { return options_.upsert && has_one_row_for_each_record(columns_); }

bool TargetTable::is_attached() const {
  return !existing_ || (existing_->has_one_partition && !options_.upsert && existing_->references.empty());
}

void TargetTable::check_privileges() const {
  const std::string user = connection_.query("SELECT current_user").text(0, 0);
  if ((is_attached() || !missing_.empty()) && !existing_->is_owned) {
    throw DatabaseError(
        fmt::format("{}: is owned by {}, and {} is not a member of that role", full_name(), existing_->owner, user));
  }
  if (is_attached()) return;
  if (!existing_->is_writable || (updates_rows() && !existing_->is_updatable)) {
    throw DatabaseError(
        fmt::format("{}: {} may not select, insert{} and delete", full_name(), user, updates_rows() ? ", update" : ""));
  }
  if (existing_->hides_rows) {
    throw DatabaseError(
        fmt::format("{}: policies hide rows from {}: load as a role that has BYPASSRLS", full_name(), user));
  }
}

/// A row is deleted before its successor comes: a foreign key must wait for that, and must not delete or change the
/// rows that it starts from.
void TargetTable::check_references() const {
  for (const Reference& reference : existing_->references) {
    if (reference.is_deferrable || (updates_rows() && reference.is_to_control_number)) continue;
    throw DatabaseError(
        fmt::format("{}: the foreign key {} of {} references it: drop that, or make it DEFERRABLE with NO ACTION",
                    full_name(), reference.name, reference.table));
  }
}

void TargetTable::remove_leftovers() {
  const QueryRows names = connection_.query(kLeftovers, {options_.schema, marker_});
  for (std::size_t row = 0; row < names.size(); ++row) connection_.execute("DROP TABLE " + names.text(row, 0));
}

/// Rows that are moved are logged when they arrive; until then nothing needs to survive a crash of the server.
std::string TargetTable::create_staging() {
  connection_.execute(fmt::format("CREATE {}TABLE {} ({}); COMMENT ON TABLE {} IS {}", is_attached() ? "" : "UNLOGGED ",
                                  staging_, definition_of_staging(), staging_, connection_.literal(marker_)));
  if (is_attached() && existing_) {
    set_identity_defaults(true);
    connection_.execute(fmt::format("ALTER TABLE {} OWNER TO {}", staging_, connection_.quoted(existing_->owner)));
  }
  return fmt::format("COPY {} ({}{}) FROM STDIN (FORMAT binary)", staging_, column_list(),
                     mark_.empty() ? "" : ", " + mark_);
}

/// Rows that are moved meet the table's constraints, and get its defaults, when they arrive.
std::string TargetTable::definition_of_staging() const {
  std::vector<std::string> parts;
  const bool is_like_table = is_attached() && existing_;
  if (is_like_table) {
    parts.push_back(fmt::format("LIKE {} INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY", table_));
  }
  for (const bulkmarc::Column& column : is_like_table ? std::span<const bulkmarc::Column>(missing_) : columns_) {
    parts.push_back(fmt::format("{} {}{}", connection_.quoted(column.name), type_name(column),
                                existing_ || column.nullable ? "" : " NOT NULL"));
  }
  if (!mark_.empty()) parts.push_back(mark_ + " boolean NOT NULL");
  return fmt::format("{}", fmt::join(parts, ", "));
}

void TargetTable::set_identity_defaults(bool set) {
  for (const ExistingColumn& column : existing_->columns) {
    if (column.identity_sequence.empty() || is_loaded(column)) continue;
    const std::string action = set ? fmt::format("SET DEFAULT pg_catalog.nextval({}::pg_catalog.regclass)",
                                                 connection_.literal(column.identity_sequence))
                                   : "DROP DEFAULT";
    connection_.execute(
        fmt::format("ALTER TABLE {} ALTER COLUMN {} {}", staging_, connection_.quoted(column.name), action));
  }
}

void TargetTable::publish(bulkmarc::Report& report, std::span<Connection> connections, std::stop_source& stop) {
  if (options_.upsert) {
    connection_.execute("ANALYZE " + staging_);
    report.merge.emplace();
    report.merge->superseded = keep_last_records(connection_, merge_tables());
  }
  if (!is_attached()) return move_rows(report);
  drop_marked_records(connection_, merge_tables());
  if (options_.upsert) {
    const std::string records = fmt::format("SELECT pg_catalog.count(DISTINCT record_number) FROM {}", staging_);
    report.merge->added = std::stoull(connection_.query(records).text(0, 0));
  }
  complete_partition(connections, stop);
  attach();
}

void TargetTable::drop_staging() noexcept try {
  connection_.execute("DROP TABLE IF EXISTS " + staging_);
} catch (...) {  // The next run removes it.
}

/// Policies of the table do not apply to its partition, which only the owner may read directly.
void TargetTable::complete_partition(std::span<Connection> connections, std::stop_source& stop) {
  build_keys(existing_ ? keys_of_table(connection_, existing_->oid) : keys_of_new_table(columns_), staging_,
             staging_name_, connections, stop);
  if (existing_ && existing_->has_row_security) {
    connection_.execute(fmt::format("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", staging_));
  }
  connection_.execute("ANALYZE " + staging_);
}

void TargetTable::attach() {
  Transaction transaction(connection_);
  if (!existing_) {
    connection_.execute(
        fmt::format("CREATE TABLE {} (LIKE {} INCLUDING ALL) PARTITION BY RANGE (record_number)", table_, staging_));
  } else {
    connection_.execute(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", table_));
    const QueryRows partitions = connection_.query(kPartitions, {existing_->oid});
    for (std::size_t row = 0; row < partitions.size(); ++row) {
      connection_.execute("DROP TABLE " + partitions.text(row, 0));
    }
    add_missing_columns();
    set_identity_defaults(false);
  }
  connection_.execute(fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}; COMMENT ON TABLE {} IS NULL", table_,
                                  staging_, kAllRows, staging_));
  transaction.commit();
}

void TargetTable::move_rows(bulkmarc::Report& report) {
  const FoundIds ids = find_ids(connection_, table_, options_.delete_ids);
  Transaction transaction(connection_);
  connection_.execute(
      fmt::format("LOCK TABLE {} IN {} MODE", table_, missing_.empty() ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE"));
  connection_.execute("SET CONSTRAINTS ALL DEFERRED");
  add_missing_columns();
  if (options_.upsert) {
    const std::uint64_t superseded = report.merge->superseded;
    report.merge = merge(connection_, merge_tables(), ids.control_numbers);
    report.merge->superseded = superseded;
    report.ids_not_found = ids.missing.size();
    report.missing_ids = ids.missing;
  } else {
    connection_.execute(fmt::format("DELETE FROM {}", table_));
    connection_.execute(
        fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", table_, column_list(), column_list(), staging_));
  }
  connection_.execute("DROP TABLE " + staging_);
  transaction.commit();
}

void TargetTable::add_missing_columns() {
  for (const bulkmarc::Column& column : missing_) {
    connection_.execute(
        fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table_, connection_.quoted(column.name), type_name(column)));
  }
}

std::string TargetTable::column_list() const {
  std::vector<std::string> names;
  for (const bulkmarc::Column& column : columns_) names.push_back(connection_.quoted(column.name));
  return fmt::format("{}", fmt::join(names, ", "));
}
