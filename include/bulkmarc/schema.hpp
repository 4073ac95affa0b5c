#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/table.hpp>

namespace bulkmarc {

/// A database or an engine, and what it is to be given.
enum class SqlDialect {
  kPostgreSql,  ///< PostgreSQL, for pgcopy and for bulkmarc-pgload.
  kDuckDb,      ///< DuckDB, for Parquet.
  kClickHouse,  ///< ClickHouse, for Parquet.
  kSpark,       ///< Apache Spark, for Parquet.
};

/// All of them, in this order.
[[nodiscard]] BULKMARC_API std::span<const SqlDialect> all_sql_dialects();

/// For example `postgresql`; empty for a value that the enumeration does not have.
[[nodiscard]] BULKMARC_API std::string_view sql_dialect_name(SqlDialect dialect);

/// The dialect of that name, or nothing.
[[nodiscard]] BULKMARC_API std::optional<SqlDialect> sql_dialect_from_name(std::string_view name);

/// The type of a column as the dialect writes it, without NOT NULL: `bigint`, `text[]`. That of PostgreSQL is written
/// as its format_type() does.
[[nodiscard]] BULKMARC_API std::string sql_type(const Column& column, SqlDialect dialect);

/// The statement CREATE TABLE for the rows of a table with these columns, ending with a newline. A dot in `name` stands
/// between a schema and a table. Throws Error (kInvalidOptions) where that is no name.
[[nodiscard]] BULKMARC_API std::string create_table_statement(std::span<const Column> columns, SqlDialect dialect,
                                                              std::string_view name);

}  // namespace bulkmarc
