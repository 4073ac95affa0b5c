#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "pgload/pgload_test.hpp"

using testing::HasSubstr;

namespace {

struct Shape {
  const char* name;
  std::vector<std::string> arguments;
  bulkmarc::Table table;
};

const Shape& shape(std::string_view name) {
  static const char* const kColumns = "id=001,title=245$a$b,lang=008/35-37,subjects[]=650$a,isbn[]=020$a";
  static const char* const kTyped =
      "id=001,year:int=008/7-10,made:date=008/0-5,changed:timestamp=005,online:bool=856,subjects:count=650,"
      "topics[]=650($a$x),by:first=100$a|110$a";
  static const std::vector<Shape> kShapes = {
      {"records", {"--table", "records"}, bulkmarc::Table::records()},
      {"subfields", {"--table", "subfields"}, bulkmarc::Table::subfields()},
      {"columns", {"--columns", kColumns}, bulkmarc::Table::of_columns(kColumns)},
      {"typed", {"--columns", kTyped}, bulkmarc::Table::of_columns(kTyped)},
      {"separator",
       {"--columns", "subjects=650$a", "--separator", " | "},
       bulkmarc::Table::of_columns("subjects=650$a", {.separator = " | "})},
  };
  for (const Shape& each : kShapes) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("no shape " + std::string(name));
}

class LoadedTable : public PgloadTest, public testing::WithParamInterface<std::tuple<const char*, const char*>> {};

TEST_P(LoadedTable, HasTheRowsOfTheFileExport) {
  const auto& [name, connections] = GetParam();
  const Shape& wanted = shape(name);
  const std::string input = generate("in.mrc", 3000);
  std::vector<std::string> arguments = {input, "--name", "loaded", "--connections", connections};
  arguments.insert(arguments.end(), wanted.arguments.begin(), wanted.arguments.end());
  load_all(arguments);

  std::string bytes;
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kPgCopy;
  options.table = wanted.table;
  bulkmarc::export_records(bulkmarc::Source::file(input), bulkmarc::Target::memory(bytes), options);
  Session session;
  session.query(
      bulkmarc::create_table_statement(wanted.table.columns(), bulkmarc::SqlDialect::kPostgreSql, "exported"));
  session.copy("exported", bytes);
  const std::string types =
      "SELECT attname, atttypid::regtype, attnotnull FROM pg_attribute WHERE attnum > 0 AND attrelid = ";
  EXPECT_EQ(session.query(types + "'exported'::regclass ORDER BY attnum"),
            session.query(types + "'loaded'::regclass ORDER BY attnum"));
  EXPECT_GE(std::stoi(session.query("SELECT count(*) FROM loaded")), 3000);
  EXPECT_EQ(session.query("(TABLE loaded EXCEPT ALL TABLE exported) LIMIT 3"), "");
  EXPECT_EQ(session.query("(TABLE exported EXCEPT ALL TABLE loaded) LIMIT 3"), "");
}

INSTANTIATE_TEST_SUITE_P(Shapes, LoadedTable,
                         testing::Combine(testing::Values("records", "subfields", "columns", "typed", "separator"),
                                          testing::Values("1", "3", "16")),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param)) + "Over" + std::get<1>(test.param);
                         });

class Load : public PgloadTest {
 protected:
  /// A record whose values hold all that a text format must escape.
  static bulkmarc::Record odd() {
    bulkmarc::Record record;
    record.add_control("001", "odd\t1")
        .add_data("245", "10",
                  {{'a', "back\\slash \"quoted\", {braced}"}, {'b', ""}, {'c', "Bücher\nÜber 東京 \xF0\x9F\x93\x9A"}})
        .add_data("650", " 0", {{'a', "one"}, {'a', "NULL"}})
        .add_data("650", " 0", {{'a', ""}});
    return record;
  }
};

TEST_F(Load, KeepsEveryCharacter) {
  load_all({write("in.mrc", {odd()}), "--table", "subfields"});
  EXPECT_EQ(query("SELECT field_number, tag, ind1, ind2, subfield_number, code, value FROM subfields "
                  "WHERE tag <> 'LDR' ORDER BY field_number, subfield_number"),
            "1|001|||||odd\t1\n"
            "2|245|1|0|1|a|back\\slash \"quoted\", {braced}\n"
            "2|245|1|0|2|b|\n"
            "2|245|1|0|3|c|Bücher\nÜber 東京 \xF0\x9F\x93\x9A\n"
            "3|650| |0|1|a|one\n"
            "3|650| |0|2|a|NULL\n"
            "4|650| |0|1|a|\n");
  EXPECT_EQ(query("SELECT count(*) FROM subfields WHERE value IS NULL"), "0\n");
  EXPECT_EQ(query("SELECT count(*) FROM subfields WHERE ind1 IS NULL AND ind2 IS NULL AND code IS NULL"), "2\n");
}

TEST_F(Load, MakesArraysOfLists) {
  bulkmarc::Record none;
  none.add_control("001", "none");
  load_all({write("in.mrc", {odd(), none}), "--columns", "subjects[]=650$a,subject=650$a", "--name", "lists"});
  EXPECT_EQ(query("SELECT record_number, cardinality(subjects), subjects[1], subjects[2], subjects[3], subject "
                  "FROM lists ORDER BY 1"),
            "1|3|one|NULL||one; NULL; \n"
            "2|0||||\n");
  EXPECT_EQ(query("SELECT count(*) FROM lists WHERE subjects IS NULL"), "0\n");
  EXPECT_EQ(query("SELECT count(*) FROM lists WHERE subject IS NULL"), "1\n");
}

TEST_F(Load, GivesTypedColumnsTheirValues) {
  bulkmarc::Record record;
  record.add_control("001", " 7 ").add_control("005", "19691231235959.0").add_control("008", "700102s1984    ");
  const std::string columns =
      "year:int=008/7-10,made:date=008/0-5,changed:timestamp=005,online:bool=856,fields:count=...";
  load_all({write("in.mrc", {record}), "--columns", columns, "--name", "typed"});
  EXPECT_EQ(query("SELECT year + 1, made - 1, changed + interval '1 second', online, fields FROM typed"),
            "1985|1970-01-01|1970-01-01 00:00:00|f|3\n");
  load_all({path("in.mrc")});
  EXPECT_EQ(query("SELECT control_number, created, modified, heading IS NULL FROM records"),
            "7|1970-01-02|1969-12-31 23:59:59|t\n");
  load_all({path("in.mrc"), "--columns", columns, "--name", "typed"});
  load_all({path("in.mrc"), "--columns", columns + ",late:date=999", "--name", "typed", "--add-columns"});
  EXPECT_EQ(query("SELECT pg_typeof(late), late IS NULL FROM typed"), "date|t\n");
}

TEST_F(Load, IsTheSameOverAnyNumberOfConnections) {
  const std::string input = generate("in.mrc", 2000);
  std::string first;
  for (const char* connections : {"1", "2", "7"}) {
    load_all({input, "--table", "subfields", "--connections", connections});
    if (first.empty()) first = fingerprint("subfields");
    EXPECT_EQ(fingerprint("subfields"), first) << connections;
  }
}

TEST_F(Load, ReadsStandardInput) {
  const int input = open(generate("in.mrc", 50).c_str(), O_RDONLY | O_CLOEXEC);
  const Outcome outcome = Process({"-", "-q"}, {.in = input}).wait();
  close(input);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(query("SELECT count(*) FROM records"), "50\n");
}

TEST_F(Load, TakesASelection) {
  const std::string input = generate("in.mrc", 100);
  load_all({input, "--where", "LDR/6=\\a"});
  EXPECT_EQ(query("SELECT DISTINCT record_type FROM records"), "a\n");
  load_all({input, "--limit", "7"});
  EXPECT_EQ(query("SELECT min(record_number), max(record_number) FROM records"), "1|7\n");
}

TEST_F(Load, AccountsForRejects) {
  generate("whole.mrc", 20);
  const std::string whole = folder_.read("whole.mrc");
  folder_.write("cut.mrc", whole.substr(0, whole.size() - 20));
  const Outcome outcome = load({path("cut.mrc"), "--rejects", path("rejected.mrc"), "--report", path("report.json")});
  EXPECT_EQ(outcome.exit_status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("20 read, 19 exported, 1 rejected"));
  EXPECT_THAT(outcome.err, HasSubstr("truncated"));
  EXPECT_THAT(outcome.err, HasSubstr("output    public.records as pgcopy"));
  EXPECT_EQ(query("SELECT count(*) FROM records"), "19\n");
  const std::string rejected = folder_.read("rejected.mrc");
  EXPECT_TRUE(!rejected.empty() && folder_.read("cut.mrc").ends_with(rejected));
  EXPECT_THAT(folder_.read("report.json"), HasSubstr("\"records_rejected\": 1"));
  EXPECT_THAT(folder_.read("report.json"), HasSubstr("\"output\": \"public.records\""));
}

TEST_F(Load, RejectsInsteadOfRepairsWhenItIsStrict) {
  bulkmarc::Record record;
  record.add_control("001", "1").add_data("245", "00", {{'a', "B\xFC"}});
  const std::string input = write("in.mrc", {record});
  EXPECT_EQ(load({input, "-q"}).exit_status, 0);
  EXPECT_EQ(query("SELECT count(*) FROM records"), "1\n");
  EXPECT_EQ(load({input, "--strict", "-q"}).exit_status, 3);
  EXPECT_EQ(query("SELECT count(*) FROM records"), "0\n");
}

TEST_F(Load, GivesNewTablesKeys) {
  const std::string input = generate("in.mrc", 10);
  load_all({input});
  load_all({input, "--table", "subfields"});
  load_all({input, "--columns", "id=001", "--name", "own"});
  EXPECT_EQ(query("SELECT tablename, substring(indexdef from 'CREATE (UNIQUE )?INDEX'), "
                  "substring(indexdef from '[(].*') FROM pg_indexes "
                  "WHERE tablename IN ('records', 'subfields', 'own') ORDER BY 1, 3"),
            "own|UNIQUE |(record_number)\n"
            "records||(control_number)\n"
            "records|UNIQUE |(record_number)\n"
            "subfields||(control_number)\n"
            "subfields|UNIQUE |(record_number, field_number, subfield_number)\n");
  EXPECT_EQ(query("SELECT conrelid::regclass FROM pg_constraint WHERE contype = 'p' AND conrelid IN "
                  "('records'::regclass, 'own'::regclass)"),
            "records\nown\n");
}

}  // namespace
