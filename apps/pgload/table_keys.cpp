#include "table_keys.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>

#include <fmt/format.h>

namespace {

/// Shared by the indexes that are built at once.
constexpr std::size_t kBuildMemoryKilobytes = std::size_t{512} * 1024;

bool has_column(std::span<const bulkmarc::Column> columns, std::string_view name) {
  return std::ranges::find(columns, name, &bulkmarc::Column::name) != columns.end();
}

/// The text before USING is the same for every index with these names, so its length is known. A constraint WITHOUT
/// OVERLAPS, which PostgreSQL 18 has, can't take an index that exists. Foreign keys come last, because they may need an
/// index.
constexpr const char* kKeysOfTable = R"(
  SELECT CASE WHEN NOT i.indisexclusion OR k.oid IS NULL THEN pg_catalog.substr(
             pg_catalog.pg_get_indexdef(x.oid),
             pg_catalog.length(pg_catalog.format(
                 'CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, x.relname,
                 CASE WHEN t.relkind = 'p' THEN 'ONLY ' END, n.nspname, t.relname)) + 1)
         END,
         i.indisunique,
         CASE WHEN i.indisexclusion THEN pg_catalog.pg_get_constraintdef(k.oid)
              WHEN k.contype = 'p' THEN 'PRIMARY KEY'
              WHEN k.contype = 'u' THEN 'UNIQUE'
         END,
         CASE WHEN k.condeferred THEN 'DEFERRABLE INITIALLY DEFERRED' WHEN k.condeferrable THEN 'DEFERRABLE' END
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = x.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u')
  WHERE t.oid = $1::pg_catalog.oid
  ORDER BY x.oid)";

constexpr const char* kForeignKeysOfTable = R"(
  SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
  WHERE conrelid = $1::pg_catalog.oid AND contype = 'f' AND conparentid = 0 ORDER BY oid)";

std::string name_of_index(std::string_view name, std::size_t key) { return fmt::format("{}_{}", name, key + 1); }

/// Indexes of large tables are sorted; what does not fit into this memory goes through temporary files. A server that
/// allows more has its reasons.
void allow_memory(Connection& connection, std::size_t builds) {
  connection.query(
      "SELECT pg_catalog.set_config(name, $1, false) FROM pg_catalog.pg_settings "
      "WHERE name = 'maintenance_work_mem' AND setting::bigint < $1::bigint",
      {std::to_string(kBuildMemoryKilobytes / builds)});
}

/// Builders of indexes do not exclude each other, as those who add a constraint without an index do.
void build_indexes(const std::vector<TableKey>& keys, const std::string& table, std::string_view name,
                   std::span<Connection> connections, std::stop_source& stop) {
  const auto builds =
      static_cast<std::size_t>(std::ranges::count_if(keys, [](const TableKey& key) { return !key.index.empty(); }));
  std::atomic<std::size_t> next = 0;
  connections = connections.first(std::min(connections.size(), builds));
  on_each(connections, stop, [&](Connection& connection) {
    allow_memory(connection, connections.size());
    for (std::size_t i = next++; i < keys.size(); i = next++) {
      if (keys[i].index.empty()) continue;
      connection.execute(fmt::format("CREATE {}INDEX {} ON {} {}", keys[i].is_unique ? "UNIQUE " : "",
                                     connection.quoted(name_of_index(name, i)), table, keys[i].index));
    }
  });
}

}  // namespace

std::vector<TableKey> keys_of_new_table(std::span<const bulkmarc::Column> columns) {
  const bool has_one_row = has_one_row_for_each_record(columns);
  std::vector<TableKey> keys = {{.index = has_one_row ? "USING btree (record_number)"
                                                      : "USING btree (record_number, field_number, subfield_number)",
                                 .is_unique = true,
                                 .constraint = has_one_row ? "PRIMARY KEY" : "UNIQUE",
                                 .deferral = ""}};
  if (has_column(columns, "control_number")) {
    keys.push_back({.index = "USING btree (control_number)", .is_unique = false, .constraint = "", .deferral = ""});
  }
  return keys;
}

std::vector<TableKey> keys_of_table(Connection& connection, const std::string& oid) {
  std::vector<TableKey> keys;
  const QueryRows rows = connection.query(kKeysOfTable, {oid});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    keys.push_back({rows.text(row, 0), rows.is_true(row, 1), rows.text(row, 2), rows.text(row, 3)});
  }
  const QueryRows foreign = connection.query(kForeignKeysOfTable, {oid});
  for (std::size_t row = 0; row < foreign.size(); ++row) {
    keys.push_back({.index = "", .is_unique = false, .constraint = foreign.text(row, 0), .deferral = ""});
  }
  return keys;
}

void build_keys(const std::vector<TableKey>& keys, const std::string& table, std::string_view name,
                std::span<Connection> connections, std::stop_source& stop) {
  build_indexes(keys, table, name, connections, stop);
  Connection& connection = connections.front();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const TableKey& key = keys[i];
    if (key.constraint.empty()) continue;
    std::string constraint = key.constraint;
    if (!key.index.empty()) {
      constraint += fmt::format(" USING INDEX {} {}", connection.quoted(name_of_index(name, i)), key.deferral);
    }
    connection.execute(fmt::format("ALTER TABLE {} ADD {}", table, constraint));
  }
}

bool has_one_row_for_each_record(std::span<const bulkmarc::Column> columns) {
  return !has_column(columns, "subfield_number");
}
