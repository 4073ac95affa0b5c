#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/rows_of.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The columns of the only row of a table, by name, without the bar.
std::map<std::string, std::string> row_of(const Table& table, const Record& record) {
  const Rows rows = rows_of(table, record);
  EXPECT_EQ(rows.lines.size(), 1U);
  EXPECT_THAT(rows.repairs, IsEmpty());
  std::map<std::string, std::string> values;
  std::string_view rest = rows.lines.at(0);
  for (const Column& column : table.columns()) {
    const std::string_view value = rest.substr(0, rest.find('|'));
    values[column.name] = value;
    rest.remove_prefix(value.size() + 1);
  }
  EXPECT_EQ(rest, "");
  return values;
}

std::map<std::string, std::string> row_of(const Record& record) { return row_of(Table::records(), record); }

/// A row of a table with one column, x, as it is written after the number.
std::string only(std::string_view columns, const Record& record, std::string_view separator = "; ") {
  const Rows rows = rows_of(Table::of_columns(columns, {.separator = std::string(separator)}), record);
  EXPECT_EQ(rows.lines.size(), 1U);
  return rows.lines.at(0).substr(2);
}

Record book() {
  Record record("00000cam a2200000 a 4500");
  record.add_control("001", " ocm1  ")
      .add_control("005", "20190314092653.0")
      .add_control("008", "750101s1851    nyu           000 1 eng  ")
      .add_data("020", "  ", {{'a', "0123456789 (pbk.) :"}, {'c', "$5"}})
      .add_data("020", "  ", {{'a', "9876543210"}})
      .add_data("100", "1 ", {{'a', "Melville, Herman,"}, {'d', "1819-1891."}})
      .add_data("245", "10", {{'a', "Moby Dick :"}, {'b', "or, The whale /"}, {'c', "by Herman Melville."}})
      .add_data("250", "  ", {{'a', "2nd ed. /"}})
      .add_data("264", " 4", {{'b', "not this"}})
      .add_data("264", " 1", {{'a', "New York :"}, {'b', "Harper & Brothers,"}})
      .add_data("650", " 0", {{'a', "Whaling"}, {'v', "Fiction."}})
      .add_data("600", "10", {{'a', "Ahab,"}, {'c', "Captain"}})
      .add_data("655", " 7", {{'a', "Novels."}})
      .add_data("700", "1 ", {{'a', "Kent, Rockwell,"}})
      .add_data("856", "40", {{'u', "https://example.org/"}});
  return record;
}

TEST(RecordsTableTest, ABookHasWhatMostReportsNeed) {
  auto row = row_of(book());
  EXPECT_EQ(row["record_number"], "7");
  EXPECT_EQ(row["control_number"], "ocm1");
  EXPECT_EQ(row["leader"], "00000cam a2200000 a 4500");
  EXPECT_EQ(row["record_type"], "a");
  EXPECT_EQ(row["bibliographic_level"], "m");
  EXPECT_EQ(row["created"], "1975-01-01");
  EXPECT_EQ(row["modified"], "2019-03-14T09:26:53");
  EXPECT_EQ(row["heading"], "~");
  EXPECT_EQ(row["language"], "eng");
  EXPECT_EQ(row["country"], "nyu");
  EXPECT_EQ(row["year"], "1851");
  EXPECT_EQ(row["title"], "Moby Dick : or, The whale");
  EXPECT_EQ(row["author"], "Melville, Herman, 1819-1891");
  EXPECT_EQ(row["contributors"], "[Kent, Rockwell;]");
  EXPECT_EQ(row["edition"], "2nd ed.");
  EXPECT_EQ(row["publisher"], "Harper & Brothers");
  EXPECT_EQ(row["isbn"], "[0123456789;9876543210;]");
  EXPECT_EQ(row["issn"], "[]");
  EXPECT_EQ(row["subjects"], "[Ahab;Whaling;]");
  EXPECT_EQ(row["genres"], "[Novels;]");
  EXPECT_EQ(row["urls"], "[https://example.org/;]");
}

TEST(RecordsTableTest, WhatIsMissingIsNullOrAnEmptyList) {
  for (const auto& [name, value] : row_of(Record("00000nam a2200000 i 4500"))) {
    const bool always =
        name == "record_number" || name == "leader" || name == "record_type" || name == "bibliographic_level";
    EXPECT_TRUE(always || value == "~" || value == "[]") << name << " " << value;
  }
}

TEST(RecordsTableTest, OnlyBibliographicRecordsHaveDatesAndAuthors) {
  Record authority("00000cz  a2200000n  4500");
  authority.add_control("008", "750101s1851    nyu           000 1 eng  ").add_data("100", "1 ", {{'a', "Melville"}});
  auto row = row_of(authority);
  for (const char* name : {"language", "country", "year", "author"}) EXPECT_EQ(row[name], "~") << name;
  EXPECT_EQ(row["record_type"], "z");
}

TEST(RecordsTableTest, AnAuthorityHasItsHeadingWithSubdivisions) {
  Record authority("00000cz  a2200000n  4500");
  authority.add_data("100", "1 ", {{'a', "Melville, Herman,"}, {'d', "1819-1891."}, {'t', "Moby Dick"}, {'v', "Maps."}})
      .add_data("400", "1 ", {{'a', "Not this"}});
  EXPECT_EQ(row_of(authority)["heading"], "Melville, Herman, 1819-1891. Moby Dick--Maps");
  Record subject("00000cz  a2200000n  4500");
  subject.add_data("150", "  ", {{'a', "Whales"}, {'z', "Arctic Ocean"}, {'x', "Songs"}, {'0', "(id)1"}});
  EXPECT_EQ(row_of(subject)["heading"], "Whales--Arctic Ocean--Songs");
}

TEST(RecordsTableTest, AHoldingHasItsLocationAndCallNumber) {
  Record holding("00000cx  a22000001  4500");
  holding.add_data("852", "0 ",
                   {{'a', "XxNat"}, {'b', "Main"}, {'c', "Stacks"}, {'h', "QL737"}, {'i', ".W4"}, {'x', "no"}});
  EXPECT_EQ(row_of(holding)["heading"], "Main Stacks QL737 .W4");
  EXPECT_EQ(row_of(Record("00000cx  a22000001  4500"))["heading"], "~");
}

TEST(RecordsTableTest, AControlNumberOfBlanksIsNone) {
  const Record record = Record().add_control("001", "   ");
  EXPECT_EQ(row_of(record)["control_number"], "~");
  EXPECT_EQ(rows_of(Table::subfields(), record).lines.at(0).substr(0, 4), "7|~|");
}

TEST(RecordsTableTest, DatesThatAreNoneAreNullAndReported) {
  const Rows rows = rows_of(
      Table::records(),
      Record().add_control("005", "20190230000000.0").add_control("008", "yymmdds1851    nyu           000 1 eng  "));
  ASSERT_EQ(rows.repairs.size(), 1U);
  EXPECT_EQ(rows.repairs[0].reason, Reason::kColumnType);
  EXPECT_EQ(rows.repairs[0].detail, "a value that is not a date became null");
  EXPECT_EQ(rows.repairs[0].location.tag, "008");
  auto blank = row_of(Record().add_control("005", " ").add_control("008", "||||||s1851"));
  EXPECT_EQ(blank["created"], "~");
  EXPECT_EQ(blank["modified"], "~");
}

TEST(RecordsTableTest, CodesAreTakenFromBlanksAndFillCharacters) {
  const auto row_with = [](std::string_view data) { return row_of(Record().add_control("008", data)); };
  auto short_codes = row_with("750101s19uu    fr            000 1 |||  ");
  EXPECT_EQ(short_codes["country"], "fr");
  EXPECT_EQ(short_codes["language"], "~");
  EXPECT_EQ(short_codes["year"], "~");
  auto cut = row_with("750101s185");
  for (const char* name : {"language", "country", "year"}) EXPECT_EQ(cut[name], "~") << name;
}

TEST(RecordsTableTest, AHeadingLosesAFinalPeriodUnlessItEndsAnAbbreviation) {
  Record record;
  for (const char* heading :
       {"Slavery.", "Washington (D.C.).", "Smith, Inc.", "Davis, M.", "Finance, Public. ", "x..."}) {
    record.add_data("650", " 0", {{'a', heading}});
  }
  EXPECT_EQ(row_of(record)["subjects"], "[Slavery;Washington (D.C.).;Smith, Inc.;Davis, M.;Finance, Public;x...;]");
}

TEST(RecordsTableTest, APublisherIsTheFirstOne) {
  Record record;
  record.add_data("260", "  ", {{'b', "Old :"}, {'b', "Other"}}).add_data("260", "  ", {{'b', "Third"}});
  EXPECT_EQ(row_of(record)["publisher"], "Old");
  record.add_data("264", " 1", {{'b', " ,"}, {'b', "New"}});
  EXPECT_EQ(row_of(record)["publisher"], "New");
}

TEST(RecordsTableTest, RecordsHaveOneRowWhateverTheirType) {
  EXPECT_EQ(row_of(Record("00000nz  a2200000n  4500"))["leader"], "00000nz  a2200000n  4500");
  EXPECT_EQ(row_of(Record("00000nam  2200000 i 4500"))["leader"], "00000nam a2200000 i 4500") << "it is UTF-8 now";
}

TEST(ColumnsTableTest, ValuesAreJoinedOrAList) {
  EXPECT_EQ(only("x=020$a", book()), "0123456789 (pbk.) :; 9876543210|");
  EXPECT_EQ(only("x=020$a", book(), ""), "0123456789 (pbk.) :9876543210|");
  EXPECT_EQ(only("x[]=020$a", book()), "[0123456789 (pbk.) :;9876543210;]|");
  EXPECT_EQ(only("x=245$a$b", book(), " "), "Moby Dick : or, The whale /|");
  EXPECT_EQ(only("x=999$a", book()), "~|");
  EXPECT_EQ(only("x[]=999$a", book()), "[]|");
  EXPECT_EQ(only("x=LDR/6,y=245$c{^1=\\1},z[]=650^2", book()), "a|by Herman Melville.|[0;]|");
}

TEST(ColumnsTableTest, EmptyValuesAreValues) {
  const Record record = Record().add_data("500", "  ", {{'a', ""}, {'a', ""}}).add_field("501", "  ");
  EXPECT_EQ(only("x=500$a", record), "; |");
  EXPECT_EQ(only("x[]=500$a", record), "[;;]|");
  EXPECT_EQ(only("x=501", record), "|");
}

TEST(ColumnsTableTest, TheLeaderIsThatOfTheOutput) {
  EXPECT_EQ(only("x=LDR/9", Record("00000nam  2200000 i 4500")), "a|");
}

TEST(ColumnsTableTest, AValueDoesNotBeginWithTheRestOfItsCode) {
  const Record record = Record().add_field("500", "  \x1F\xC3\xA9x");
  EXPECT_EQ(only("x=500", record), "x|");
  EXPECT_EQ(only("x[]=500", record), "[x;]|");
}

TEST(ColumnsTableTest, DataBeforeTheFirstSubfieldIsFoundAndReported) {
  const Record record = Record()
                            .add_field("245",
                                       "10The title\x1F"
                                       "bsub")
                            .add_field("SYS", "000012345");
  EXPECT_EQ(only("x=245$?,y=245,z[]=SYS", record), "The title|The title; sub|[000012345;]|");
  EXPECT_EQ(only("x=SYS^1,y=SYS$?,z=245$b", record), " |000012345|sub|");
  const Rows rows = rows_of(Table::of_columns("x=245$b"), record);
  ASSERT_EQ(rows.repairs.size(), 1U);
  EXPECT_EQ(rows.repairs[0].reason, Reason::kSubfields);
  EXPECT_EQ(rows.repairs[0].location.tag, "245");
  EXPECT_EQ(rows.repairs[0].location.position, 2U);
}

TEST(RecordsTableTest, OddFieldsAreReportedAsInTheTableOfSubfields) {
  for (const char* bytes : {"", "1", "10", "10stray",
                            "10stray\x1F"
                            "ax",
                            "1\x1F"
                            "ax",
                            "\x1F"
                            "ax",
                            "10\x1F"
                            "ax"}) {
    const Record record = Record().add_field("245", bytes).add_field("FMT", bytes);
    const Rows of_records = rows_of(Table::records(), record);
    const Rows of_subfields = rows_of(Table::subfields(), record);
    ASSERT_EQ(of_records.repairs.size(), of_subfields.repairs.size()) << bytes;
    for (std::size_t i = 0; i < of_records.repairs.size(); ++i) {
      EXPECT_EQ(of_records.repairs[i].reason, of_subfields.repairs[i].reason) << bytes;
      EXPECT_EQ(of_records.repairs[i].location.tag, of_subfields.repairs[i].location.tag) << bytes;
      EXPECT_EQ(of_records.repairs[i].location.position, of_subfields.repairs[i].location.position) << bytes;
    }
  }
}

TEST(ColumnsTableTest, TheColumnsAreNamedAsTheyWere) {
  const Table table = Table::of_columns(" id=001 , Title_2 = 245$a{$b=\\x\\sy}, subjects[]=65.$a ");
  std::vector<std::string> names;
  for (const Column& column : table.columns()) {
    names.push_back(column.name + (column.type == ColumnType::kTexts ? "[]" : "") + (column.nullable ? "?" : ""));
  }
  EXPECT_THAT(names, ElementsAre("record_number", "id?", "Title_2?", "subjects[]"));
}

void expect_mistake(std::string_view columns, const std::string& message) {
  try {
    static_cast<void>(Table::of_columns(columns));
    ADD_FAILURE() << columns << " was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
    EXPECT_EQ(error.what(), "columns '" + std::string(columns) + "': at character " + message) << columns;
  }
}

TEST(ColumnsTableTest, MistakesAreReportedWithTheirPosition) {
  expect_mistake("", "1: expected the name of a column, which begins with a letter, found the end");
  expect_mistake("1=001", "1: expected the name of a column, which begins with a letter, found \"1\"");
  expect_mistake("id", "3: expected [], : or =, found the end");
  expect_mistake("id[=001", "4: expected ], found \"=\"");
  expect_mistake("id[]001", "5: expected =, found \"0\"");
  expect_mistake("id=01", "6: expected a tag of three letters, digits or dots, found the end");
  expect_mistake("id=001,", "8: expected the name of a column, which begins with a letter, found the end");
  expect_mistake("id=001;t=245", "7: expected a comma or the end, found \";\"");
  expect_mistake("id=001,id=002", "8: expected a name that no other column has, found \"i\"");
  expect_mistake("record_number=001", "1: expected a name that no other column has, found \"r\"");
}

TEST(ColumnsTableTest, SeparatorsAreText) {
  using namespace std::string_literals;
  for (const std::string& separator : {"\xC3"s, "\0"s}) {
    EXPECT_THROW(static_cast<void>(Table::of_columns("id=001", {.separator = separator})), Error);
    EXPECT_THROW(static_cast<void>(Table::of_columns("id=001", {.subfield_separator = separator})), Error);
  }
}

}  // namespace
}  // namespace bulkmarc
