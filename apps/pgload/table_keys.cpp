#include "table_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace {

bool has_column(std::span<const bulkmarc::Column> columns, std::string_view name) {
  return std::ranges::find(columns, name, &bulkmarc::Column::name) != columns.end();
}

/// What stands before USING is the same for every index of these names, so that its length is known.
constexpr const char* kKeysOfTable = R"(
  SELECT k.oid IS NOT NULL, i.indisunique,
         CASE WHEN k.oid IS NOT NULL THEN pg_get_constraintdef(k.oid)
              ELSE substr(pg_get_indexdef(x.oid),
                          length(format('CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN i.indisunique THEN 'UNIQUE ' END,
                                        x.relname, CASE WHEN t.relkind = 'p' THEN 'ONLY ' END, n.nspname, t.relname)) + 1)
         END
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  LEFT JOIN pg_constraint k ON k.conindid = x.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u')
  WHERE t.oid = $1::oid
  ORDER BY x.oid)";

}  // namespace

std::string TableKey::add_to(const std::string& table) const {
  if (is_constraint) return fmt::format("ALTER TABLE {} ADD {}", table, definition);
  return fmt::format("CREATE {}INDEX ON {} {}", is_unique ? "UNIQUE " : "", table, definition);
}

std::vector<TableKey> keys_of_new_table(std::span<const bulkmarc::Column> columns) {
  const bool has_subfields = has_column(columns, "subfield_number");
  std::vector<TableKey> keys = {{.is_constraint = true,
                                 .is_unique = true,
                                 .definition = has_subfields ? "UNIQUE (record_number, field_number, subfield_number)"
                                                             : "PRIMARY KEY (record_number)"}};
  if (has_column(columns, "control_number")) {
    keys.push_back({.is_constraint = false, .is_unique = false, .definition = "USING btree (control_number)"});
  }
  return keys;
}

std::vector<TableKey> keys_of_table(Connection& connection, const std::string& oid) {
  const QueryRows rows = connection.query(kKeysOfTable, {oid});
  std::vector<TableKey> keys;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    keys.push_back({rows.is_true(row, 0), rows.is_true(row, 1), rows.text(row, 2)});
  }
  return keys;
}
