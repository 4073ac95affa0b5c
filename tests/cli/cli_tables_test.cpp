#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "command_test.hpp"
#include "mistake.hpp"

using testing::HasSubstr;
using testing::StartsWith;

namespace {

class TableMistake : public MistakeTest {};

TEST_P(TableMistake, IsOneLineThatNamesIt) { expect_one_line("out"); }

INSTANTIATE_TEST_SUITE_P(
    CommandLine, TableMistake,
    testing::Values(Mistake{{"--to", "csv", "--table", "fields"},
                            "--table: unknown table 'fields', expected one of subfields, records"},
                    Mistake{{"--to", "marcxml", "--table", "records"}, "--table: marcxml holds whole records"},
                    Mistake{{"--to", "json", "--columns", "id=001"}, "--columns: json holds whole records"},
                    Mistake{{"--to", "csv", "--columns", "id=001", "--table", "records"}, "excludes"},
                    Mistake{{"--to", "csv", "--separator", "|"}, "--separator requires --columns"},
                    Mistake{{"--to", "csv", "--subfield-separator", "|"}, "--subfield-separator requires --columns"},
                    Mistake{{"--to", "csv", "--no-record-number"}, "--no-record-number requires --columns"},
                    Mistake{{"--to", "csv", "--columns", ""}, "columns '': at character 1: expected the name"},
                    Mistake{{"--to", "csv", "--columns", "id=001,a=245a"}, "at character 13: expected a comma"},
                    Mistake{{"--to", "csv", "--columns", "id=001", "--separator", "\xC3"}, "the separator"},
                    Mistake{{"--to", "csv", "--from", "csv"},
                            "--from: unknown format 'csv', expected one of mrc, marcxml"}));

class Tables : public CommandTest {
 protected:
  /// What an export of two records writes.
  std::string exported(const std::string& name, std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {"export", write("in.mrc", well_formed(2)), "-o", path(name), "-q"});
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    return read(name);
  }
};

TEST_F(Tables, AFormatOfRowsHasOneRowForEachRecordByDefault) {
  for (const char* name : {"out.csv", "out.tsv", "out.copy"}) {
    const std::string rows = exported(name);
    EXPECT_EQ(rows, exported(name, {"--table", "records"}));
    EXPECT_NE(rows, exported(name, {"--table", "subfields"}));
  }
  EXPECT_THAT(exported("out.csv"), StartsWith("record_number,control_number,leader,record_type,"));
}

TEST_F(Tables, NdjsonHasRowsOnlyWhereATableIsAskedFor) {
  EXPECT_THAT(exported("out.ndjson"), StartsWith(R"({"leader":)"));
  EXPECT_THAT(exported("out.ndjson", {"--table", "records"}), StartsWith(R"({"record_number":1,"control_number":)"));
  EXPECT_THAT(exported("out.ndjson", {"--columns", "id[]=001"}), StartsWith(R"({"record_number":1,"id":[")"));
}

TEST_F(Tables, ColumnsAreThoseThatAreAskedForAndJoinedAsAsked) {
  EXPECT_EQ(exported("out.csv", {"--columns", "id=001,title=245$a,types=LDR/6-7", "--separator", "+"}),
            "record_number,id,title,types\r\n1,1,Bücher & <Bände>,am\r\n2,2,Bücher & <Bände>,am\r\n");
}

TEST_F(Tables, TheRecordNumberMayBeLeftOut) {
  EXPECT_EQ(exported("out.csv", {"--columns", "id=001,one:bool=001=\\1", "--no-record-number"}),
            "id,one\r\n1,true\r\n2,false\r\n");
}

TEST_F(Tables, SubfieldsOfAFieldAreJoinedAsAsked) {
  EXPECT_EQ(exported("out.csv", {"--columns", "x[]=245($a-z)", "--no-record-number", "--subfield-separator", ""}),
            exported("same.csv", {"--columns", "x[]=245$a-z", "--no-record-number"}));
}

TEST_F(Tables, ASchemaIsTheCreateTableOfTheRows) {
  const Outcome own = run(
      {"schema", "--columns", "id=001,years:count=264", "--no-record-number", "--name", "a.b", "--dialect", "duckdb"});
  EXPECT_EQ(own.exit_status, 0) << own.err;
  EXPECT_EQ(own.out, "CREATE TABLE \"a\".\"b\" (\n  \"id\" VARCHAR,\n  \"years\" BIGINT NOT NULL\n);\n");
  for (const std::string table : {"records", "subfields"}) {
    const Outcome outcome = run({"schema", "--table", table, "--dialect", "spark"});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, StartsWith("CREATE TABLE `" + table + "` (\n  `record_number` BIGINT NOT NULL,\n"));
  }
  EXPECT_EQ(run({"schema", "--dialect", "spark"}).out, run({"schema", "--table", "records", "--dialect", "spark"}).out);
}

TEST_F(Tables, ASchemaNeedsADialectAndAName) {
  expect_failure(run({"schema"}), 2, {"--dialect is required"});
  expect_failure(run({"schema", "--dialect", "oracle"}), 2,
                 {"--dialect: unknown dialect 'oracle', expected one of postgresql, duckdb, clickhouse, spark"});
  expect_failure(run({"schema", "--columns", "id=001", "--dialect", "duckdb"}), 2, {"--columns needs --name"});
  expect_failure(run({"schema", "--name", "a.", "--dialect", "duckdb"}), 2, {"'a.' is not the name of a table"});
}

TEST_F(Tables, FormerNamesAreStillUnderstood) {
  EXPECT_EQ(exported("out", {"--to", "copy", "--columns", "type=LDR/6,level=LDR/7", "--joint", "+"}),
            exported("out", {"--to", "pgcopy", "--columns", "type=LDR/6,level=LDR/7", "--separator", "+"}));
  for (const char* name : {"--joint", " copy"}) {
    EXPECT_THAT(run({"export", "--help"}).out, testing::Not(HasSubstr(name)));
  }
}

TEST_F(Tables, EveryPartBeginsWithTheNamesOfItsColumns) {
  const std::string input = write("in.mrc", well_formed(2));
  EXPECT_EQ(run({"export", input, "-o", path("out.csv"), "--columns", "id=001", "--split-records", "1"}).exit_status,
            0);
  EXPECT_EQ(read("out-00001.csv"), "record_number,id\r\n1,1\r\n");
  EXPECT_EQ(read("out-00002.csv"), "record_number,id\r\n2,2\r\n");
}

TEST_F(Tables, ACheckTellsWhatATableWouldRepair) {
  const std::string input = write("in.mrc", mislabelled());
  const Outcome outcome = run({"check", input, "--table", "subfields"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("nothing as csv"));
  EXPECT_THAT(outcome.err, HasSubstr("mislabelled"));
}

TEST_F(Tables, TablesAreNotInputs) {
  write("folder.csv", "record_number\r\n");
  const Outcome outcome = run({"export", path("folder.csv"), "-o", path("out.mrc")});
  expect_failure(outcome, 1, {"folder.csv", "holds no MARC 21 records"});
}

TEST_F(Tables, AGeneratedCatalogueMayBeATable) {
  const Outcome outcome = run({"generate", "--records", "3", "-o", path("out.csv"), "-q"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  const std::string rows = read("out.csv");
  EXPECT_THAT(rows, StartsWith("record_number,control_number,"));
  EXPECT_EQ(std::ranges::count(rows, '\n'), 4);
}

}  // namespace
