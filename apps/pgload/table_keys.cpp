#include "table_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace {

bool has_column(std::span<const bulkmarc::Column> columns, std::string_view name) {
  return std::ranges::find(columns, name, &bulkmarc::Column::name) != columns.end();
}

/// What stands before USING is the same for every index of these names, so that its length is known. Foreign keys come
/// last, because they may need an index.
constexpr const char* kKeysOfTable = R"(
  SELECT k.oid IS NOT NULL, i.indisunique,
         CASE WHEN k.oid IS NOT NULL THEN pg_catalog.pg_get_constraintdef(k.oid)
              ELSE pg_catalog.substr(
                  pg_catalog.pg_get_indexdef(x.oid),
                  pg_catalog.length(pg_catalog.format(
                      'CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, x.relname,
                      CASE WHEN t.relkind = 'p' THEN 'ONLY ' END, n.nspname, t.relname)) + 1)
         END
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

}  // namespace

std::string TableKey::add_to(const std::string& table) const {
  if (is_constraint) return fmt::format("ALTER TABLE {} ADD {}", table, definition);
  return fmt::format("CREATE {}INDEX ON {} {}", is_unique ? "UNIQUE " : "", table, definition);
}

std::vector<TableKey> keys_of_new_table(std::span<const bulkmarc::Column> columns) {
  std::vector<TableKey> keys = {{.is_constraint = true,
                                 .is_unique = true,
                                 .definition = has_one_row_for_each_record(columns)
                                                   ? "PRIMARY KEY (record_number)"
                                                   : "UNIQUE (record_number, field_number, subfield_number)"}};
  if (has_column(columns, "control_number")) {
    keys.push_back({.is_constraint = false, .is_unique = false, .definition = "USING btree (control_number)"});
  }
  return keys;
}

std::vector<TableKey> keys_of_table(Connection& connection, const std::string& oid) {
  std::vector<TableKey> keys;
  const QueryRows rows = connection.query(kKeysOfTable, {oid});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    keys.push_back({rows.is_true(row, 0), rows.is_true(row, 1), rows.text(row, 2)});
  }
  const QueryRows foreign = connection.query(kForeignKeysOfTable, {oid});
  for (std::size_t row = 0; row < foreign.size(); ++row) {
    keys.push_back({.is_constraint = true, .is_unique = false, .definition = foreign.text(row, 0)});
  }
  return keys;
}

bool has_one_row_for_each_record(std::span<const bulkmarc::Column> columns) {
  return !has_column(columns, "subfield_number");
}
