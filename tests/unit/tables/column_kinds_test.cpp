#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/rows_of.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The only row of a table without the record's number.
Rows rows(std::string_view columns, const Record& record, ColumnOptions options = {}) {
  options.record_number = false;
  Rows rows = rows_of(Table::of_columns(columns, options), record);
  EXPECT_EQ(rows.lines.size(), 1U);
  return rows;
}

std::string row(std::string_view columns, const Record& record, const ColumnOptions& options = {}) {
  const Rows all = rows(columns, record, options);
  EXPECT_THAT(all.repairs, IsEmpty());
  return all.lines.at(0);
}

Record book() {
  return Record("00000cam a2200000 a 4500")
      .add_control("001", "ocm1")
      .add_control("005", "20190314092653.0")
      .add_control("007", "cr |||")
      .add_control("008", "750101s1851    nyu           000 1 eng  ")
      .add_data("110", "2 ", {{'a', "Whale House"}, {'b', "Press"}})
      .add_data("650", " 0", {{'a', "Whaling"}, {'x', "Ships"}, {'v', "Fiction"}, {'2', "lcsh"}})
      .add_data("650", " 7", {{'a', "Whales"}})
      .add_data("650", " 4", {{'2', "local"}})
      .add_data("856", "40", {{'u', "https://example.org/"}, {'u', "https://example.com/"}});
}

TEST(ColumnKindsTest, SubfieldsBetweenParenthesesAreOneValueOfEachField) {
  EXPECT_EQ(row("x[]=650($a$v$x)", book()), "[Whaling--Ships--Fiction;Whales;]|");
  EXPECT_EQ(row("x[]=650($v-x$a),y=650($a$x)", book(), {.subfield_separator = ", "}),
            "[Whaling, Ships, Fiction;Whales;]|Whaling, Ships; Whales|");
  EXPECT_EQ(row("x[]=650($a$x){^2=\\0},y[]=999($a),z=999($a)", book()), "[Whaling--Ships;]|[]|~|");
  EXPECT_EQ(row("x:first=650($2$a),y[]=...($z$2)", book()), "Whaling--lcsh|[lcsh;local;]|");
}

TEST(ColumnKindsTest, EmptySubfieldsAreJoinedAsTheyAre) {
  const Record record =
      Record().add_data("650", " 0", {{'a', ""}, {'x', "b"}, {'x', ""}}).add_data("650", " 0", {{'a', ""}});
  EXPECT_EQ(row("x[]=650($a$x),y=650($a$x)", record), "[--b--;;]|--b--; |");
}

TEST(ColumnKindsTest, TheFirstAlternativeThatHasValuesCounts) {
  EXPECT_EQ(row("x=100$a|110$a|111$a", book()), "Whale House|");
  EXPECT_EQ(row("x=650$a|110$a,y[]=999|110", book()), "Whaling; Whales|[Whale House;Press;]|");
  EXPECT_EQ(row("x=100$a | 110($a$b) | 650$a , y=100|111", book()), "Whale House--Press|~|");
  const Record empty = Record().add_data("100", "1 ", {{'a', ""}}).add_data("110", "2 ", {{'a', "b"}});
  EXPECT_EQ(row("x=100$a|110$a", empty), "|");
}

TEST(ColumnKindsTest, OnlyTheFirstValueIsTaken) {
  EXPECT_EQ(row("x:first=856$u,y:first=999,z:first=LDR/5-7", book()), "https://example.org/|~|cam|");
}

TEST(ColumnKindsTest, FieldsOrValuesAreCounted) {
  EXPECT_EQ(row("x:count=650,y:count=650$a,z:count=650($a$v),a:count=999,b:count=00.", book()), "3|2|2|0|4|");
  EXPECT_EQ(row("x:count=856$u,y:count=999|856,z:count=LDR/6,a:count=008/0,b:count=650{^2=\\0}", book()), "2|1|1|1|1|");
  EXPECT_EQ(rows("x:count=500", Record().add_field("500", "  ").add_field("500", "")).lines.at(0), "2|");
}

TEST(ColumnKindsTest, ABooleanIsACondition) {
  EXPECT_EQ(row("a:bool=856,b:bool=!856,c:bool=999,d:bool=!999", book()), "true|false|false|true|");
  EXPECT_EQ(row("a:bool=008/35-37=\\eng,b:bool=008/35-37=\\fre|008/35-37=\\eng,c:bool=650$a~\\Wha", book()),
            "true|true|true|");
  EXPECT_EQ(row("a:bool={LDR/6=\\a}{LDR/7=\\m},b:bool={650$a=\\a,b}{856},c:bool=650$a{$x=\\a,b}", book()),
            "true|false|false|");
}

TEST(ColumnKindsTest, ValuesHaveTheTypesOfTheirColumns) {
  EXPECT_EQ(row("year:int=008/7-10,made:date=008/0-5,changed:timestamp=005,day:date=005", book()),
            "1851|1975-01-01|2019-03-14T09:26:53|2019-03-14|");
  const Record record =
      Record().add_data("300", "  ", {{'a', " 12 "}, {'a', "x"}, {'b', " "}, {'b', "|||"}, {'b', "-3"}});
  EXPECT_EQ(row("x:int=300$a,y:int=300$b,z:int=999,a:int=300$c|300$a", record), "12|-3|~|12|");
  EXPECT_EQ(row("x:int=300$b/0-2|300$a", Record().add_data("300", "  ", {{'a', "5"}, {'b', "|||"}})), "5|")
      << "what is no value is no value of an alternative";
}

TEST(ColumnKindsTest, WhatATypeCannotHoldIsNullAndReported) {
  struct Case {
    const char* columns;
    const char* detail;
  };
  for (const Case& each : {Case{"x:int=008/7-10", "a value that is not an integer became null"},
                           Case{"x:date=008/7-10", "a value that is not a date became null"},
                           Case{"x:timestamp=008/7-10", "a value that is not a date and a time became null"}}) {
    const Rows all = rows(each.columns, Record().add_control("008", "750101s19uu    "));
    EXPECT_EQ(all.lines.at(0), "~|");
    ASSERT_EQ(all.repairs.size(), 1U);
    EXPECT_EQ(all.repairs[0].reason, Reason::kColumnType);
    EXPECT_EQ(all.repairs[0].detail, each.detail);
    EXPECT_EQ(all.repairs[0].location.tag, "008");
    EXPECT_EQ(all.repairs[0].location.position, 7U);
  }
}

TEST(ColumnKindsTest, ColumnsHaveTypesAndNulls) {
  const Table table = Table::of_columns(
      "a=001,b[]=001,c:first=001,d:count=001,e:bool=001,f:int=001,g:date=001,record_number:timestamp=001",
      {.record_number = false});
  std::vector<ColumnType> types;
  std::string nulls;
  for (const Column& column : table.columns()) {
    types.push_back(column.type);
    if (column.nullable) nulls += column.name + " ";
  }
  EXPECT_THAT(types,
              ElementsAre(ColumnType::kText, ColumnType::kTexts, ColumnType::kText, ColumnType::kInteger,
                          ColumnType::kBoolean, ColumnType::kInteger, ColumnType::kDate, ColumnType::kTimestamp));
  EXPECT_EQ(nulls, "a c f g record_number ");
}

}  // namespace
}  // namespace bulkmarc
