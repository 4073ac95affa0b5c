#include "table_structure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace {

constexpr const char* kTable = R"(
  SELECT c.oid, pg_catalog.pg_get_userbyid(c.relowner), c.relkind IN ('r', 'p'), c.relrowsecurity,
         pg_catalog.row_security_active(c.oid), pg_catalog.pg_has_role(c.relowner, 'USAGE'),
         pg_catalog.has_table_privilege(c.oid, 'INSERT') AND pg_catalog.has_table_privilege(c.oid, 'DELETE') AND
         pg_catalog.has_table_privilege(c.oid, 'SELECT'),
         pg_catalog.has_table_privilege(c.oid, 'UPDATE'),
         EXISTS (
           SELECT FROM pg_catalog.pg_partitioned_table k
           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.partattrs[0]
           WHERE k.partrelid = c.oid AND k.partstrat = 'r' AND k.partnatts = 1 AND a.attname = 'record_number'
         ) AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid
           WHERE i.inhparent = c.oid AND
                 pg_catalog.pg_get_expr(p.relpartbound, p.oid) <> 'FOR VALUES FROM (MINVALUE) TO (MAXVALUE)')
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2)";

constexpr const char* kColumns = R"(
  SELECT attname, pg_catalog.format_type(atttypid, atttypmod), atthasdef OR attidentity <> '', NOT attnotnull,
         attgenerated <> '' OR attidentity = 'a',
         CASE WHEN attidentity <> '' THEN pg_catalog.pg_get_serial_sequence($2, attname) END
  FROM pg_catalog.pg_attribute
  WHERE attrelid = $1::pg_catalog.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)";

constexpr const char* kReferences = R"(
  SELECT k.conname, k.conrelid::pg_catalog.regclass,
         k.condeferrable AND k.confdeltype = 'a' AND k.confupdtype = 'a',
         (SELECT pg_catalog.array_agg(a.attname) FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)) = ARRAY['control_number'::pg_catalog.name]
  FROM pg_catalog.pg_constraint k
  WHERE k.confrelid = $1::pg_catalog.oid AND k.contype = 'f' AND k.conparentid = 0 ORDER BY k.oid)";

std::vector<ExistingColumn> find_columns(Connection& connection, const std::string& oid, const std::string& table) {
  std::vector<ExistingColumn> columns;
  const QueryRows rows = connection.query(kColumns, {oid, table});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    columns.push_back({.name = rows.text(row, 0),
                       .type = rows.text(row, 1),
                       .has_default = rows.is_true(row, 2),
                       .is_nullable = rows.is_true(row, 3),
                       .is_generated = rows.is_true(row, 4),
                       .identity_sequence = rows.text(row, 5)});
  }
  return columns;
}

std::vector<Reference> find_references(Connection& connection, const std::string& oid) {
  std::vector<Reference> references;
  const QueryRows rows = connection.query(kReferences, {oid});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    references.push_back({.name = rows.text(row, 0),
                          .table = rows.text(row, 1),
                          .is_deferrable = rows.is_true(row, 2),
                          .is_to_control_number = rows.is_true(row, 3)});
  }
  return references;
}

}  // namespace

const ExistingColumn* ExistingTable::find_column(const std::string& name) const {
  const auto found = std::ranges::find(columns, name, &ExistingColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

std::optional<ExistingTable> find_existing_table(Connection& connection, const std::string& schema,
                                                 const std::string& name) {
  const QueryRows row = connection.query(kTable, {schema, name});
  if (row.size() == 0) return std::nullopt;
  ExistingTable table;
  table.oid = row.text(0, 0);
  table.owner = row.text(0, 1);
  table.is_table = row.is_true(0, 2);
  table.has_row_security = row.is_true(0, 3);
  table.hides_rows = row.is_true(0, 4);
  table.is_owned = row.is_true(0, 5);
  table.is_writable = row.is_true(0, 6);
  table.is_updatable = row.is_true(0, 7);
  table.has_one_partition = row.is_true(0, 8);
  if (!table.is_table) return table;
  table.columns = find_columns(connection, table.oid, connection.quoted(schema) + "." + connection.quoted(name));
  table.references = find_references(connection, table.oid);
  return table;
}
