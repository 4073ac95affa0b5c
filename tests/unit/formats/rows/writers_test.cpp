#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/emitted.hpp"

namespace bulkmarc {
namespace {

/// A row of a table with a text and a list, both of these values, as the format writes it after the number.
Emitted row(Format format, const std::vector<std::string>& values, std::string_view separator = "; ") {
  std::vector<SubfieldView> subfields;
  for (const std::string& value : values) subfields.push_back({'a', value});
  Record record;
  record.add_data("500", "  ", subfields);
  return emit(format, record, {}, Table::of_columns("text=500$a,list[]=500$a", {.separator = std::string(separator)}));
}

TEST(CsvTest, QuotesStandWhereTheyAreNeeded) {
  EXPECT_EQ(row(Format::kCsv, {"plain text"}).text, "1,plain text,\"[\"\"plain text\"\"]\"\r\n");
  EXPECT_EQ(row(Format::kCsv, {}).text, "1,,[]\r\n");
  EXPECT_EQ(row(Format::kCsv, {""}).text, "1,\"\",\"[\"\"\"\"]\"\r\n");
  EXPECT_EQ(row(Format::kCsv, {"a,b"}).text, "1,\"a,b\",\"[\"\"a,b\"\"]\"\r\n");
  EXPECT_EQ(row(Format::kCsv, {"\"a\""}).text, "1,\"\"\"a\"\"\",\"[\"\"\\\"\"a\\\"\"\"\"]\"\r\n");
  EXPECT_EQ(row(Format::kCsv, {"a\r\nb"}).text, "1,\"a\r\nb\",\"[\"\"a\\u000d\\u000ab\"\"]\"\r\n");
  EXPECT_EQ(row(Format::kCsv, {"a\tb\\"}).text, "1,a\tb\\,\"[\"\"a\\u0009b\\\\\"\"]\"\r\n");
  EXPECT_EQ(row(Format::kCsv, {"a", "b"}).text, "1,a; b,\"[\"\"a\"\",\"\"b\"\"]\"\r\n");
  EXPECT_EQ(row(Format::kCsv, {"a", "b"}, ",").text, "1,\"a,b\",\"[\"\"a\"\",\"\"b\"\"]\"\r\n");
}

TEST(TsvTest, WhatWouldBreakARowIsABlankAndReported) {
  EXPECT_EQ(row(Format::kTsv, {"a,\"b\\"}).text, "1\ta,\"b\\\t[\"a,\\\"b\\\\\"]\n");
  EXPECT_EQ(row(Format::kTsv, {"a,\"b\\"}).repair(), "none");
  EXPECT_EQ(row(Format::kTsv, {}).text, "1\t\t[]\n");
  EXPECT_EQ(row(Format::kTsv, {""}).text, "1\t\t[\"\"]\n");
  const Emitted odd = row(Format::kTsv, {"a\tb\r\nc"});
  EXPECT_EQ(odd.text, "1\ta b  c\t[\"a\\u0009b\\u000d\\u000ac\"]\n");
  EXPECT_EQ(odd.repair(), "character");
}

TEST(CopyTest, WhatPostgreSqlWouldReadOtherwiseIsEscaped) {
  EXPECT_EQ(row(Format::kPgCopy, {"a\tb\r\nc\\d"}).text, "1\ta\\tb\\r\\nc\\\\d\t{\"a\\tb\\r\\nc\\\\\\\\d\"}\n");
  EXPECT_EQ(row(Format::kPgCopy, {"a\tb"}).repair(), "none");
  EXPECT_EQ(row(Format::kPgCopy, {"a,\"b\""}).text, "1\ta,\"b\"\t{\"a,\\\\\"b\\\\\"\"}\n");
  EXPECT_EQ(row(Format::kPgCopy, {}).text, "1\t\\N\t{}\n");
  EXPECT_EQ(row(Format::kPgCopy, {""}).text, "1\t\t{\"\"}\n");
  EXPECT_EQ(row(Format::kPgCopy, {"\\N", "\\."}).text, "1\t\\\\N; \\\\.\t{\"\\\\\\\\N\",\"\\\\\\\\.\"}\n");
}

TEST(JsonRowsTest, EveryColumnIsThere) {
  EXPECT_EQ(row(Format::kNdjson, {}).text, "{\"record_number\":1,\"text\":null,\"list\":[]}\n");
  EXPECT_EQ(row(Format::kNdjson, {"a\"\\\n", ""}).text,
            "{\"record_number\":1,\"text\":\"a\\\"\\\\\\u000a; \",\"list\":[\"a\\\"\\\\\\u000a\",\"\"]}\n");
}

TEST(RowsTest, TypedValuesAreWrittenAsTheFormatHasThem) {
  const Record record = Record().add_control("005", "19690720201740.0").add_control("008", "690720s1969");
  const Table table =
      Table::of_columns("day:date=008/0-5,time:timestamp=005,yes:bool=008,no:bool=856,year:int=008/7-10,none:date=999");
  EXPECT_EQ(emit(Format::kCsv, record, {}, table).text, "1,1969-07-20,1969-07-20T20:17:40,true,false,1969,\r\n");
  EXPECT_EQ(emit(Format::kTsv, record, {}, table).text, "1\t1969-07-20\t1969-07-20T20:17:40\ttrue\tfalse\t1969\t\n");
  EXPECT_EQ(emit(Format::kPgCopy, record, {}, table).text, "1\t1969-07-20\t1969-07-20T20:17:40\tt\tf\t1969\t\\N\n");
  EXPECT_EQ(emit(Format::kNdjson, record, {}, table).text,
            "{\"record_number\":1,\"day\":\"1969-07-20\",\"time\":\"1969-07-20T20:17:40\",\"yes\":true,\"no\":false,"
            "\"year\":1969,\"none\":null}\n");
}

TEST(RowsTest, StrictRejectsWhatATypeCannotHold) {
  const Record record = Record().add_control("008", "690720s19uu");
  const Table table = Table::of_columns("year:int=008/7-10");
  EXPECT_EQ(emit(Format::kCsv, record, {}, table).repair(), "column_type");
  EXPECT_EQ(emit(Format::kCsv, record, {}, table).text, "1,\r\n");
  Policy strict;
  strict.strict = true;
  EXPECT_EQ(emit(Format::kCsv, record, strict, table).reject(), "column_type");
}

TEST(RowsTest, NoTargetHoldsNul) {
  const std::string nul("a\0b", 3);
  for (const Format format : {Format::kCsv, Format::kTsv, Format::kPgCopy, Format::kNdjson}) {
    Record record;
    record.add_data("500", "  ", {{'a', nul}});
    for (const Table& table : {Table::subfields(), Table::of_columns("text=500$a,list[]=500$a")}) {
      const Emitted emitted = emit(format, record, {}, table);
      EXPECT_EQ(emitted.text.find('\0'), std::string::npos);
      EXPECT_NE(emitted.text.find("a\xEF\xBF\xBD"
                                  "b"),
                std::string::npos)
          << emitted.text;
      EXPECT_EQ(emitted.repair(), "character");
    }
  }
}

TEST(RowsTest, FindingsSayWhere) {
  const Record record = Record().add_data("500", "  ", {{'a', "x"}, {'b', "ab\tc"}});
  for (const Table& table : {Table::subfields(), Table::of_columns("text=500$b")}) {
    const Emitted tab = emit(Format::kTsv, record, {}, table);
    ASSERT_EQ(tab.result.repairs.size(), 1U);
    EXPECT_EQ(tab.result.repairs[0].location.tag, "500");
    EXPECT_EQ(tab.result.repairs[0].location.subfield, "b");
    EXPECT_EQ(tab.result.repairs[0].location.position, 9U);
  }
  const Emitted nul = emit(Format::kCsv,
                           Record().add_field("500", std::string("  \x1F"
                                                                 "ax\0",
                                                                 6)),
                           {}, Table::subfields());
  ASSERT_EQ(nul.result.repairs.size(), 1U);
  EXPECT_EQ(nul.result.repairs[0].location.position, 5U);
  EXPECT_EQ(nul.result.repairs[0].location.snippet, "  \\x1Fax\\x00");
}

TEST(RowsTest, AValueThatIsMadeOfSeveralHasNoPlace) {
  const Record record = Record().add_data("500", "  ", {{'a', "x\ty"}, {'b', "z"}});
  const Emitted joined = emit(Format::kTsv, record, {}, Table::of_columns("text=500$a$b"));
  ASSERT_EQ(joined.result.repairs.size(), 1U);
  EXPECT_EQ(joined.result.repairs[0].location.tag, "");
}

TEST(RowsTest, StrictRejectsWhatARowCannotHold) {
  Record record;
  record.add_data("500", "  ", {{'a', "a\tb"}});
  Policy strict;
  strict.strict = true;
  EXPECT_EQ(emit(Format::kTsv, record, strict, Table::subfields()).reject(), "character");
  EXPECT_EQ(emit(Format::kPgCopy, record, strict, Table::subfields()).reject(), "none");
}

}  // namespace
}  // namespace bulkmarc
