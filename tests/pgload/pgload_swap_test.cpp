#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "pgload/pgload_test.hpp"

namespace {

bulkmarc::Record book(const std::string& id, const std::string& title) {
  bulkmarc::Record record;
  if (!id.empty()) record.add_control("001", id);
  record.add_data("245", "00", {{'a', title}});
  return record;
}

class Replacing : public PgloadTest {
 protected:
  static std::string titles() { return query("SELECT control_number, title FROM records ORDER BY record_number"); }
};

TEST_F(Replacing, PutsTheNewCatalogueInThePlaceOfTheOld) {
  load_all({write("old.mrc", {book("1", "Typee"), book("2", "Omoo")})});
  load_all({write("new.mrc", {book("3", "Mardi")})});
  EXPECT_EQ(titles(), "3|Mardi\n");
  EXPECT_EQ(tables(), "records\n");
  EXPECT_EQ(query("SELECT count(*) FROM pg_inherits WHERE inhparent = 'records'::regclass"), "1\n");
}

TEST_F(Replacing, KeepsAllThatHangsOnTheTable) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  load_all({input});
  query("CREATE ROLE librarian; CREATE ROLE reader; GRANT CREATE ON SCHEMA public TO librarian");
  query("ALTER TABLE records OWNER TO librarian; GRANT SELECT ON records TO reader");
  query("COMMENT ON TABLE records IS 'our books'; COMMENT ON COLUMN records.title IS 'the title'");
  query("CREATE VIEW titles AS SELECT title FROM records; GRANT SELECT ON titles TO reader");
  query(
      "CREATE INDEX by_title ON records (lower(title)); CREATE UNIQUE INDEX by_number ON records (record_number DESC)");
  query("ALTER TABLE records ALTER COLUMN title SET DEFAULT 'none', ADD CHECK (record_number > 0)");
  load_all({write("new.mrc", {book("2", "Omoo")})});
  EXPECT_EQ(query("SET ROLE reader; SELECT control_number FROM records"), "2\n");
  EXPECT_EQ(query("SET ROLE reader; SELECT * FROM titles"), "Omoo\n");
  EXPECT_EQ(query("SELECT DISTINCT relowner::regrole FROM pg_class WHERE relname ~ '^records(_load_.{8})?$'"),
            "librarian\n");
  EXPECT_EQ(query("SELECT obj_description('records'::regclass), col_description('records'::regclass, attnum) "
                  "FROM pg_attribute WHERE attrelid = 'records'::regclass AND attname = 'title'"),
            "our books|the title\n");
  EXPECT_EQ(query("SELECT count(*), bool_and(i.indisvalid) FROM pg_index i WHERE i.indrelid = 'records'::regclass"),
            "4|t\n");
  EXPECT_EQ(
      query("SELECT count(*), bool_and(i.indisvalid) FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indrelid "
            "WHERE h.inhparent = 'records'::regclass"),
      "4|t\n");
  query(
      "DROP VIEW titles; DROP TABLE records; REVOKE ALL ON SCHEMA public FROM librarian; DROP ROLE librarian, reader");
}

TEST_F(Replacing, MovesTheRowsIntoATableThatIsNotPartitioned) {
  query(
      "CREATE TABLE own (shelf serial, id text, record_number bigint PRIMARY KEY); ALTER TABLE own DROP COLUMN shelf");
  query("CREATE MATERIALIZED VIEW ids AS SELECT id FROM own");
  const std::string oid = query("SELECT 'own'::regclass::oid");
  for (const char* id : {"1", "2"}) {
    load_all({write("in.mrc", {book(id, "Typee"), book("x", "Omoo")}), "--columns", "id=001", "--name", "own"});
    EXPECT_EQ(query("SELECT record_number, id FROM own ORDER BY 1"), std::string("1|") + id + "\n2|x\n");
  }
  EXPECT_EQ(query("SELECT 'own'::regclass::oid"), oid);
  EXPECT_EQ(tables(), "own\n");
}

TEST_F(Replacing, RefusesOtherColumnsBeforeItLoads) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  query("CREATE TABLE own (record_number bigint, id text, titles text, shelf text)");
  query("INSERT INTO own VALUES (7)");
  expect_failure(
      load({input, "--columns", "id=001,titles[]=245$a,year=008/7-10", "--name", "own"}), 1,
      {"public.own has other columns", "titles is text, not text[]", "year is missing", "shelf has no values"});
  EXPECT_EQ(query("SELECT record_number FROM own"), "7\n");
  EXPECT_EQ(tables(), "own\n");
}

TEST_F(Replacing, RefusesWhatIsNoTable) {
  query("CREATE VIEW records AS SELECT 1 AS record_number");
  expect_failure(load({write("in.mrc", {book("1", "Typee")})}), 1, {"public.records is not a table"});
}

TEST_F(Replacing, RefusesATableOfAnotherRole) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  load_all({input});
  query("CREATE ROLE stranger LOGIN; GRANT ALL ON SCHEMA public TO stranger; GRANT ALL ON records TO stranger");
  setenv("PGUSER", "stranger", 1);
  const Outcome outcome = load({input});
  setenv("PGUSER", "postgres", 1);
  expect_failure(outcome, 1, {"public.records belongs to postgres, and stranger is no member of that role"});
  query("REVOKE ALL ON records FROM stranger; REVOKE ALL ON SCHEMA public FROM stranger; DROP ROLE stranger");
}

TEST_F(Replacing, UsesTheSchemaThatIsNamed) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  query("CREATE SCHEMA \"the library\"");
  load_all({input, "--schema", "the library", "--name", "All \"Books\""});
  EXPECT_EQ(query("SELECT title FROM \"the library\".\"All \"\"Books\"\"\""), "Typee\n");
  load_all({input, "--schema", "the library", "--name", "All \"Books\""});
  expect_failure(load({input, "--schema", "no"}), 1, {"there is no schema no"});
}

TEST_F(Replacing, RemovesWhatKilledRunsHaveLeftAndNothingElse) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  load_all({input});
  query("CREATE TABLE records_load_0123abcd (); CREATE TABLE records_load_0123abce (); CREATE TABLE others_load_0 ()");
  query("COMMENT ON TABLE records_load_0123abcd IS 'bulkmarc-pgload: to become the rows of \"public\".\"records\"'");
  query("COMMENT ON TABLE others_load_0 IS 'bulkmarc-pgload: to become the rows of \"public\".\"others\"'");
  load_all({input});
  EXPECT_EQ(tables(), "others_load_0\nrecords\nrecords_load_0123abce\n");
}

TEST_F(Replacing, KeepsAPartitionThatSomebodyHasDetached) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  load_all({input});
  query(
      "DO $$BEGIN EXECUTE format('ALTER TABLE records DETACH PARTITION %s', "
      "(SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'records'::regclass)); END$$");
  load_all({input});
  EXPECT_THAT(tables(), testing::MatchesRegex("records\nrecords_load_[0-9a-f]+\n"));
}

TEST_F(Replacing, IsOneRunAtATime) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  load_all({input});
  Session other;
  other.query("SELECT pg_advisory_lock(hashtextextended('bulkmarc-pgload \"public\".\"records\"', 0))");
  expect_failure(load({write("new.mrc", {book("2", "Omoo")})}), 1, {"another bulkmarc-pgload loads public.records"});
  EXPECT_EQ(titles(), "1|Typee\n");
}

TEST_F(Replacing, ShowsReadersTheOldCatalogueOrTheNew) {
  const std::vector<std::string> inputs = {generate("1.mrc", 500, 1), generate("2.mrc", 500, 2)};
  std::set<std::string> whole;
  for (const std::string& input : inputs) {
    load_all({input});
    whole.insert(fingerprint("records"));
  }
  ASSERT_EQ(whole.size(), 2U);
  std::atomic<bool> finished = false;
  std::set<std::string> seen;
  int reads = 0;
  std::jthread reader([&] {
    Session session;
    for (; !finished; ++reads) {
      seen.insert(session.query("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM records t"));
    }
  });
  for (int i = 0; i < 10; ++i) load_all({inputs[static_cast<std::size_t>(i % 2)]});
  finished = true;
  reader.join();
  EXPECT_EQ(seen, whole);
  EXPECT_GT(reads, 10);
}

class Merging : public Replacing, public testing::WithParamInterface<bool> {
 protected:
  /// The table with the two books, as the program makes it or not partitioned.
  void begin() const {
    load_all({write("old.mrc", {book("1", "Typee"), book("2", "Omoo"), book("", "Untitled")})});
    if (GetParam()) return;
    query("ALTER TABLE records RENAME TO made");
    query("CREATE TABLE records AS TABLE made; DROP TABLE made");
  }
};

TEST_P(Merging, ReplacesTheRecordsThatComeAgainAndAddsTheOthers) {
  begin();
  load_all(
      {write("new.mrc", {book("3", "Mardi"), book("2", "Omoo, revised"), book("2", "Omoo, abridged")}), "--upsert"});
  EXPECT_EQ(query("SELECT record_number, control_number, title FROM records ORDER BY 1"),
            "1|1|Typee\n"
            "3||Untitled\n"
            "4|3|Mardi\n"
            "5|2|Omoo, revised\n"
            "6|2|Omoo, abridged\n");
  EXPECT_EQ(tables(), "records\n");
}

TEST_P(Merging, RefusesRecordsWithoutControlNumber) {
  begin();
  expect_failure(load({write("new.mrc", {book("3", "Mardi"), book("", "Pierre")}), "--upsert"}), 1,
                 {"1 records have no control number", "--where 001"});
  EXPECT_EQ(titles(), "1|Typee\n2|Omoo\n|Untitled\n");
  EXPECT_EQ(tables(), "records\n");
  load_all({path("new.mrc"), "--upsert", "--where", "001"});
  EXPECT_EQ(query("SELECT count(*) FROM records"), "4\n");
}

TEST_P(Merging, IsNotNeededForAReplacement) {
  begin();
  load_all({write("new.mrc", {book("3", "Mardi")})});
  EXPECT_EQ(titles(), "3|Mardi\n");
}

INSTANTIATE_TEST_SUITE_P(Tables, Merging, testing::Bool(),
                         [](const auto& test) { return test.param ? "Partitioned" : "Plain"; });

TEST_F(Replacing, MergesSubfieldsByRecord) {
  load_all({write("old.mrc", {book("1", "Typee"), book("2", "Omoo")}), "--table", "subfields"});
  load_all({write("new.mrc", {book("1", "Typee, revised")}), "--table", "subfields", "--upsert"});
  EXPECT_EQ(query("SELECT record_number, value FROM subfields WHERE tag = '245' ORDER BY 1"),
            "2|Omoo\n3|Typee, revised\n");
  EXPECT_EQ(query("SELECT count(*) FROM subfields"), "6\n");
}

TEST_F(Replacing, MergesIntoATableThatDoesNotExistYet) {
  load_all({write("in.mrc", {book("1", "Typee")}), "--upsert"});
  EXPECT_EQ(titles(), "1|Typee\n");
}

}  // namespace
