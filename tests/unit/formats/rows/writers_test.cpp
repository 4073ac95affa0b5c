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

/// The fields of a record as a format writes them.
std::string fields(Format format, const Record& record) {
  std::string text = emit(format, record, {}, Table::fields()).text;
  const std::size_t begin = text.find("4500") + 4;
  return text.substr(begin);
}

TEST(FieldsTest, AreJsonAsTheFormatHasIt) {
  const Record record = Record().add_control("008", "x").add_data("245", "1 ", {{'a', "\"\\\t"}, {'"', ""}});
  EXPECT_EQ(fields(Format::kNdjson, record),
            R"(","fields":[{"tag":"008","ind1":null,"ind2":null,"value":"x","subfields":null},)"
            R"({"tag":"245","ind1":"1","ind2":" ","value":null,"subfields":[{"code":"a","value":"\"\\\u0009"},)"
            R"({"code":"\"","value":""}]}]})"
            "\n");
  EXPECT_EQ(fields(Format::kTsv, record),
            "\t"
            R"([{"tag":"008","ind1":null,"ind2":null,"value":"x","subfields":null},)"
            R"({"tag":"245","ind1":"1","ind2":" ","value":null,"subfields":[{"code":"a","value":"\"\\\u0009"},)"
            R"({"code":"\"","value":""}]}])"
            "\n");
  EXPECT_EQ(fields(Format::kCsv, record),
            R"(,"[{""tag"":""008"",""ind1"":null,""ind2"":null,""value"":""x"",""subfields"":null},)"
            R"({""tag"":""245"",""ind1"":""1"",""ind2"":"" "",""value"":null,)"
            R"(""subfields"":[{""code"":""a"",""value"":""\""\\\u0009""},)"
            R"({""code"":""\"""",""value"":""""}]}]")"
            "\r\n");
  EXPECT_EQ(fields(Format::kPgCopy, record),
            "\t"
            R"([{"tag":"008","ind1":null,"ind2":null,"value":"x","subfields":null},)"
            R"({"tag":"245","ind1":"1","ind2":" ","value":null,"subfields":[{"code":"a","value":"\\"\\\\\\u0009"},)"
            R"({"code":"\\"","value":""}]}])"
            "\n");
}

TEST(FieldsTest, NoneAreAnEmptyList) {
  EXPECT_EQ(fields(Format::kNdjson, Record()), "\",\"fields\":[]}\n");
  EXPECT_EQ(fields(Format::kTsv, Record()), "\t[]\n");
  EXPECT_EQ(fields(Format::kCsv, Record()), ",[]\r\n");
  EXPECT_EQ(fields(Format::kPgCopy, Record()), "\t[]\n");
}

TEST(DocumentsTest, AreTextsOfTheFormat) {
  const Record record = Record().add_control("001", "n1").add_data("245", "1 ", {{'a', "<\"a\"\n>"}});
  const std::string json = emit(Format::kJson, record).text;
  EXPECT_EQ(emit(Format::kTsv, record, {}, Table::documents()).text, "1\tn1\t" + json + "\n");
  const std::string xml = emit(Format::kMarcXml, record).text;
  EXPECT_EQ(xml.find(R"(>&lt;"a")"), xml.find("&lt;") - 1);
  std::string quoted = xml;
  for (std::size_t at = 0; (at = quoted.find('"', at)) != std::string::npos; at += 2) quoted.insert(at, 1, '"');
  EXPECT_EQ(emit(Format::kCsv, record, {}, Table::documents(Format::kMarcXml)).text, "1,n1,\"" + quoted + "\"\r\n");
}

TEST(DocumentsTest, WhatTheFormatCannotExpressIsReject) {
  const Record record = Record().add_data("520", "  ", {{'a', std::string(10'500, 'x')}});
  const Emitted emitted = emit(Format::kCsv, record, {}, Table::documents(Format::kIso2709));
  EXPECT_EQ(emitted.text, "");
  EXPECT_EQ(emitted.reject(), "field_too_long");
  EXPECT_EQ(emit(Format::kCsv, record, {}, Table::documents(Format::kJson)).reject(), "none");
}

TEST(DocumentsTest, FindingsAreThoseOfTheFormat) {
  const Record record = Record().add_field("500",
                                           "  stray\x1F"
                                           "a\x01");
  for (const Format format : {Format::kMarcXml, Format::kJson}) {
    Policy policy;
    const Emitted written = emit(format, record, policy);
    const Emitted row = emit(Format::kCsv, record, policy, Table::documents(format));
    ASSERT_FALSE(written.result.repairs.empty());
    ASSERT_EQ(row.result.repairs.size(), written.result.repairs.size());
    for (std::size_t i = 0; i < row.result.repairs.size(); ++i) {
      EXPECT_EQ(row.result.repairs[i].detail, written.result.repairs[i].detail);
    }
  }
  EXPECT_EQ(emit(Format::kCsv, record, {}, Table::documents(Format::kIso2709)).repair(), "none");
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
    for (const Table& table :
         {Table::subfields(), Table::of_columns("text=500$a,list[]=500$a"), Table::fields(), Table::documents()}) {
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
