#include <bulkmarc/schema.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bulkmarc/error.hpp>

#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr std::array kDialects = {SqlDialect::kPostgreSql, SqlDialect::kDuckDb, SqlDialect::kClickHouse,
                                  SqlDialect::kSpark};
constexpr std::array<std::string_view, kDialects.size()> kDialectNames = {"postgresql", "duckdb", "clickhouse",
                                                                          "spark"};

/// What tells one dialect from another, in the order of the dialects. In the patterns {} is what they are made of.
struct Dialect {
  std::string_view integer;
  std::string_view text;
  std::string_view boolean;
  std::string_view date;
  std::string_view timestamp;
  std::string_view list;          ///< Of a type.
  std::string_view structure;     ///< Of members.
  std::string_view member;        ///< Of a name and a type.
  std::string_view nullable;      ///< Of a type.
  std::string_view not_nullable;  ///< Of a type; of a column, as a member is never told.
  char quote;
};
constexpr std::array<Dialect, kDialects.size()> kDialectWords = {{
    {"bigint", "text", "boolean", "date", "timestamp without time zone", "{}[]", "", "", "{}", "{} NOT NULL", '"'},
    {"BIGINT", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "{}[]", "STRUCT({})", "{} {}", "{}", "{} NOT NULL", '"'},
    {"Int64", "String", "Bool", "Date32", "DateTime64(0, 'UTC')", "Array({})", "Tuple({})", "{} {}", "Nullable({})",
     "{}", '`'},
    {"BIGINT", "STRING", "BOOLEAN", "DATE", "TIMESTAMP_NTZ", "ARRAY<{}>", "STRUCT<{}>", "{}: {}", "{}", "{} NOT NULL",
     '`'},
}};

const Dialect& words_of(SqlDialect dialect) { return kDialectWords.at(static_cast<std::size_t>(dialect)); }

template <class... Parts>
std::string filled(std::string_view pattern, const Parts&... parts) {
  return fmt::format(fmt::runtime(pattern), parts...);
}

/// An identifier; in ClickHouse a backslash is special, too.
std::string quoted(std::string_view name, SqlDialect dialect) {
  const char quote = words_of(dialect).quote;
  std::string text(1, quote);
  for (const char byte : name) {
    if (byte == quote || (byte == '\\' && dialect == SqlDialect::kClickHouse)) text += byte;
    text += byte;
  }
  return text + quote;
}

std::string type_with_null(const Column& column, SqlDialect dialect);

std::string list_of_structs(const Column& column, SqlDialect dialect) {
  if (dialect == SqlDialect::kPostgreSql) return "jsonb";
  const Dialect& words = words_of(dialect);
  std::vector<std::string> members;
  for (const Column& child : column.children) {
    // Only ClickHouse tells a member's nulls, and does it in the type.
    const bool is_told = dialect == SqlDialect::kClickHouse;
    members.push_back(filled(words.member, quoted(child.name, dialect),
                             is_told ? type_with_null(child, dialect) : sql_type(child, dialect)));
  }
  return filled(words.list, filled(words.structure, fmt::format("{}", fmt::join(members, ", "))));
}

/// The type of a column, and whether it may be null. A list may not, in ClickHouse: it is empty then.
std::string type_with_null(const Column& column, SqlDialect dialect) {
  const Dialect& words = words_of(dialect);
  const bool is_list = column.type == ColumnType::kTexts || column.type == ColumnType::kStructs;
  const bool may_be_null = column.nullable && !(is_list && dialect == SqlDialect::kClickHouse);
  return filled(may_be_null ? words.nullable : words.not_nullable, sql_type(column, dialect));
}

/// The parts of a name, quoted.
std::string quoted_name(std::string_view name, SqlDialect dialect) {
  std::vector<std::string> parts;
  std::string_view rest = name;
  while (true) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    if (part.empty() || !is_utf8(part) || part.find('\0') != std::string_view::npos) {
      throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("'{}' is not the name of a table", name));
    }
    parts.push_back(quoted(part, dialect));
    if (part.size() == rest.size()) return fmt::format("{}", fmt::join(parts, "."));
    rest.remove_prefix(part.size() + 1);
  }
}

/// What stands behind the columns.
std::string_view ending(std::span<const Column> columns, SqlDialect dialect) {
  if (dialect == SqlDialect::kSpark) return " USING parquet";
  if (dialect != SqlDialect::kClickHouse) return "";
  const bool has_number = !columns.empty() && columns.front().name == "record_number" && !columns.front().nullable;
  return has_number ? " ENGINE = MergeTree ORDER BY `record_number`" : " ENGINE = MergeTree ORDER BY tuple()";
}

}  // namespace

std::span<const SqlDialect> all_sql_dialects() { return kDialects; }

std::string_view sql_dialect_name(SqlDialect dialect) {
  const auto index = static_cast<std::size_t>(dialect);
  return index < kDialectNames.size() ? kDialectNames[index] : std::string_view();
}

std::optional<SqlDialect> sql_dialect_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(kDialectNames, name);
  if (found == kDialectNames.end()) return std::nullopt;
  return kDialects[static_cast<std::size_t>(found - kDialectNames.begin())];
}

std::string sql_type(const Column& column, SqlDialect dialect) {
  const Dialect& words = words_of(dialect);
  switch (column.type) {
    case ColumnType::kInteger:
      return std::string(words.integer);
    case ColumnType::kText:
      return std::string(words.text);
    case ColumnType::kTexts:
      return filled(words.list, words.text);
    case ColumnType::kBoolean:
      return std::string(words.boolean);
    case ColumnType::kDate:
      return std::string(words.date);
    case ColumnType::kTimestamp:
      return std::string(words.timestamp);
    case ColumnType::kStructs:
      return list_of_structs(column, dialect);
  }
  return "";
}

std::string create_table_statement(std::span<const Column> columns, SqlDialect dialect, std::string_view name) {
  std::vector<std::string> definitions;
  for (const Column& column : columns) {
    definitions.push_back(fmt::format("  {} {}", quoted(column.name, dialect), type_with_null(column, dialect)));
  }
  return fmt::format("CREATE TABLE {} (\n{}\n){};\n", quoted_name(name, dialect), fmt::join(definitions, ",\n"),
                     ending(columns, dialect));
}

}  // namespace bulkmarc
