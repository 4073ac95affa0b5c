#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

namespace bulkmarc {
namespace {

/// A column of each type, and structs within structs.
std::vector<Column> columns() {
  const std::vector<Column> subfields = {{"code", ColumnType::kText, false}, {"value", ColumnType::kText, false}};
  const std::vector<Column> fields = {{"tag", ColumnType::kText, false},
                                      {"ind1", ColumnType::kText, true},
                                      {"number", ColumnType::kInteger, false},
                                      {"subfields", ColumnType::kStructs, false, subfields}};
  return {{"record_number", ColumnType::kInteger, false},
          {"id", ColumnType::kText, true},
          {"names", ColumnType::kTexts, false},
          {"online", ColumnType::kBoolean, false},
          {"made", ColumnType::kDate, true},
          {"changed", ColumnType::kTimestamp, true},
          {"fields", ColumnType::kStructs, false, fields}};
}

TEST(SchemaTest, PostgreSqlHasWhatPgcopyWrites) {
  EXPECT_EQ(create_table_statement(columns(), SqlDialect::kPostgreSql, "catalogue.records"),
            R"(CREATE TABLE "catalogue"."records" (
  "record_number" bigint NOT NULL,
  "id" text,
  "names" text[] NOT NULL,
  "online" boolean NOT NULL,
  "made" date,
  "changed" timestamp without time zone,
  "fields" jsonb NOT NULL
);
)");
}

TEST(SchemaTest, DuckDbHasWhatParquetHolds) {
  EXPECT_EQ(create_table_statement(columns(), SqlDialect::kDuckDb, "records"), R"(CREATE TABLE "records" (
  "record_number" BIGINT NOT NULL,
  "id" VARCHAR,
  "names" VARCHAR[] NOT NULL,
  "online" BOOLEAN NOT NULL,
  "made" DATE,
  "changed" TIMESTAMP,
  "fields" STRUCT("tag" VARCHAR, "ind1" VARCHAR, "number" BIGINT, "subfields" STRUCT("code" VARCHAR, "value" VARCHAR)[])[] NOT NULL
);
)");
}

TEST(SchemaTest, ClickHouseTellsNullsInTheType) {
  EXPECT_EQ(create_table_statement(columns(), SqlDialect::kClickHouse, "records"), R"(CREATE TABLE `records` (
  `record_number` Int64,
  `id` Nullable(String),
  `names` Array(String),
  `online` Bool,
  `made` Nullable(Date32),
  `changed` Nullable(DateTime64(0, 'UTC')),
  `fields` Array(Tuple(`tag` String, `ind1` Nullable(String), `number` Int64, `subfields` Array(Tuple(`code` String, `value` String))))
) ENGINE = MergeTree ORDER BY `record_number`;
)");
  const Table unnumbered = Table::of_columns("id=001", {.record_number = false});
  EXPECT_EQ(create_table_statement(unnumbered.columns(), SqlDialect::kClickHouse, "x"),
            "CREATE TABLE `x` (\n  `id` Nullable(String)\n) ENGINE = MergeTree ORDER BY tuple();\n");
  const std::string nested = create_table_statement(Table::fields().columns(), SqlDialect::kClickHouse, "x");
  EXPECT_EQ(nested.find("Nullable(Array"), std::string::npos) << nested;
}

TEST(SchemaTest, SparkHasWhatParquetHolds) {
  EXPECT_EQ(create_table_statement(columns(), SqlDialect::kSpark, "records"), R"(CREATE TABLE `records` (
  `record_number` BIGINT NOT NULL,
  `id` STRING,
  `names` ARRAY<STRING> NOT NULL,
  `online` BOOLEAN NOT NULL,
  `made` DATE,
  `changed` TIMESTAMP_NTZ,
  `fields` ARRAY<STRUCT<`tag`: STRING, `ind1`: STRING, `number`: BIGINT, `subfields`: ARRAY<STRUCT<`code`: STRING, `value`: STRING>>>> NOT NULL
) USING parquet;
)");
}

TEST(SchemaTest, NamesAreQuoted) {
  const std::vector<Column> none = {{"select", ColumnType::kText, true}};
  const auto first_line = [&](SqlDialect dialect, std::string_view name) {
    const std::string statement = create_table_statement(none, dialect, name);
    return statement.substr(0, statement.find('\n'));
  };
  EXPECT_EQ(first_line(SqlDialect::kPostgreSql, "a\"b`c\\d"), "CREATE TABLE \"a\"\"b`c\\d\" (");
  EXPECT_EQ(first_line(SqlDialect::kDuckDb, "Bücher.a b"), "CREATE TABLE \"Bücher\".\"a b\" (");
  EXPECT_EQ(first_line(SqlDialect::kClickHouse, "a\"b`c\\d"), "CREATE TABLE `a\"b``c\\\\d` (");
  EXPECT_EQ(first_line(SqlDialect::kSpark, "a\"b`c\\d"), "CREATE TABLE `a\"b``c\\d` (");
  for (const std::string& name : {std::string(), std::string("."), std::string("a."), std::string(".a"),
                                  std::string("\xC3"), std::string("a\0b", 3)}) {
    EXPECT_THROW(static_cast<void>(create_table_statement(none, SqlDialect::kSpark, name)), Error) << name;
  }
}

TEST(SchemaTest, DialectsHaveNames) {
  for (const SqlDialect dialect : all_sql_dialects()) {
    EXPECT_EQ(sql_dialect_from_name(sql_dialect_name(dialect)), dialect);
  }
  EXPECT_EQ(sql_dialect_from_name("oracle"), std::nullopt);
  EXPECT_EQ(sql_dialect_name(static_cast<SqlDialect>(99)), "");
}

}  // namespace
}  // namespace bulkmarc
