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

TEST_F(Replacing, KeepsTheKeysWithAllTheirProperties) {
  const std::string keys =
      "SELECT pg_get_constraintdef(k.oid), regexp_replace(pg_get_indexdef(i.indexrelid), '.* USING', ''), "
      "i.indimmediate, i.indisunique FROM pg_index i LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid "
      "WHERE i.indrelid = %::regclass ORDER BY 1, 2";
  const auto keys_of = [&keys](const std::string& table) {
    return query(std::string(keys).replace(keys.find('%'), 1, table));
  };
  const std::string partition = "(SELECT inhrelid FROM pg_inherits WHERE inhparent = 'records'::regclass)";
  load_all({write("old.mrc", {book("1", "Typee")})});
  EXPECT_EQ(keys_of(partition), keys_of("'records'"));
  query(
      "ALTER TABLE records DROP CONSTRAINT records_pkey, ADD PRIMARY KEY (record_number) INCLUDE (title) "
      "WITH (fillfactor = 70) DEFERRABLE");
  query("ALTER TABLE records ADD UNIQUE (title, record_number) DEFERRABLE INITIALLY DEFERRED");
  query("CREATE INDEX ON records (title DESC NULLS LAST) WHERE year > 1900");
  query("CREATE INDEX ON records (lower(title)); CREATE INDEX ON records (upper(title))");
  query("CREATE INDEX ON records USING gin (subjects)");
  for (const char* connections : {"1", "4"}) {
    load_all({write("new.mrc", {book("2", "Omoo"), book("3", "Mardi")}), "--connections", connections});
    EXPECT_EQ(titles(), "2|Omoo\n3|Mardi\n");
    EXPECT_EQ(keys_of(partition), keys_of("'records'"));
    EXPECT_EQ(query("SELECT count(*), bool_and(indisvalid) FROM pg_index WHERE indrelid = 'records'::regclass"),
              "7|t\n");
  }
}

TEST_F(Replacing, GivesIndexesMemoryUnlessTheServerGivesMore) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  load_all({input});
  query(
      "CREATE FUNCTION note(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS "
      "$$BEGIN RAISE EXCEPTION 'memory of %', current_setting('maintenance_work_mem'); END$$");
  query("TRUNCATE records; CREATE INDEX ON records (note(title))");
  expect_failure(load({input, "--connections", "1"}), 1, {"memory of 512MB"});
  expect_failure(load({input, "--connections", "2"}), 1, {"memory of 256MB"});
  expect_failure(load({input, "--connections", "9"}), 1, {"memory of 174762kB"});
  setenv("PGOPTIONS", "-c maintenance_work_mem=300MB", 1);
  const Outcome outcome = load({input, "--connections", "2"});
  unsetenv("PGOPTIONS");
  expect_failure(outcome, 1, {"memory of 300MB"});
}

TEST_F(Replacing, HasRoomForTheNamesOfIndexes) {
  const std::string longest(63, 'n');
  for (int i = 0; i < 2; ++i) load_all({write("in.mrc", {book("1", "Typee")}), "--name", longest});
  EXPECT_EQ(
      query("SELECT count(*) FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indrelid WHERE h.inhparent = '" +
            longest + "'::regclass"),
      "2\n");
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
  expect_failure(load({input, "--columns", "id=001,titles[]=245$a,year=008/7-10", "--name", "own"}), 1,
                 {"public.own: the columns differ", "titles is text, not text[]", "year is missing",
                  "shelf has no values and no default"});
  EXPECT_EQ(query("SELECT record_number FROM own"), "7\n");
  EXPECT_EQ(tables(), "own\n");
}

TEST_F(Replacing, RefusesWhatIsNotATable) {
  query("CREATE VIEW records AS SELECT 1 AS record_number");
  expect_failure(load({write("in.mrc", {book("1", "Typee")})}), 1, {"public.records: is not a table"});
}

TEST_F(Replacing, RefusesATableOfAnotherRole) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  load_all({input});
  query("CREATE ROLE stranger LOGIN; GRANT ALL ON SCHEMA public TO stranger; GRANT ALL ON records TO stranger");
  setenv("PGUSER", "stranger", 1);
  const Outcome outcome = load({input});
  setenv("PGUSER", "postgres", 1);
  expect_failure(outcome, 1, {"public.records: is owned by postgres, and stranger is not a member of that role"});
  query("REVOKE ALL ON records FROM stranger; REVOKE ALL ON SCHEMA public FROM stranger; DROP ROLE stranger");
}

TEST_F(Replacing, UsesTheSchemaThatIsNamed) {
  const std::string input = write("in.mrc", {book("1", "Typee")});
  query("CREATE SCHEMA \"the library\"");
  load_all({input, "--schema", "the library", "--name", "All \"Books\""});
  EXPECT_EQ(query("SELECT title FROM \"the library\".\"All \"\"Books\"\"\""), "Typee\n");
  load_all({input, "--schema", "the library", "--name", "All \"Books\""});
  expect_failure(load({input, "--schema", "no"}), 1, {"no: no such schema"});
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
  expect_failure(load({write("new.mrc", {book("2", "Omoo")})}), 1,
                 {"public.records: another bulkmarc-pgload is loading it"});
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

class Referring : public Replacing {
 protected:
  Referring() { load_all({write("old.mrc", {book("1", "Typee"), book("2", "Omoo")})}); }
  /// A table with a key for items to lead to, which is not the program's own.
  static void make_plain() {
    query("ALTER TABLE records RENAME TO made; CREATE TABLE records AS TABLE made; DROP TABLE made");
    query("ALTER TABLE records ADD PRIMARY KEY (record_number), ADD UNIQUE (control_number)");
  }
};

TEST_F(Referring, ForeignKeysOfTheTableAreKept) {
  query("CREATE TABLE languages (code text PRIMARY KEY); INSERT INTO languages VALUES ('eng')");
  query("ALTER TABLE records ADD FOREIGN KEY (language) REFERENCES languages");
  const std::string partition = query("SELECT inhrelid FROM pg_inherits WHERE inhparent = 'records'::regclass");
  load_all({write("new.mrc", {book("3", "Mardi")})});
  EXPECT_EQ(titles(), "3|Mardi\n");
  EXPECT_NE(query("SELECT inhrelid FROM pg_inherits WHERE inhparent = 'records'::regclass"), partition);
  EXPECT_EQ(query("SELECT count(*) FROM pg_constraint k JOIN pg_inherits i ON k.conrelid = i.inhrelid "
                  "WHERE contype = 'f' AND conparentid <> 0 AND inhparent = 'records'::regclass"),
            "1\n");
  bulkmarc::Record german = book("4", "Die Ringe des Saturn");
  german.add_control("008", "970218s1995    gw            000 1 ger d");
  expect_failure(load({write("german.mrc", {german})}), 1, {"violates foreign key constraint", "(language)=(ger)"});
  EXPECT_EQ(titles(), "3|Mardi\n");
  EXPECT_EQ(tables(), "languages\nrecords\n");
}

TEST_F(Referring, ForeignKeysToTheTableAreRefusedBeforeTheLoad) {
  query("CREATE TABLE items (record bigint REFERENCES records ON DELETE CASCADE); INSERT INTO items VALUES (1)");
  for (const char* upsert : {"", "--upsert"}) {
    std::vector<std::string> arguments = {path("missing.mrc")};
    if (*upsert != 0) arguments.emplace_back(upsert);
    expect_failure(load(arguments), 1,
                   {"public.records: the foreign key items_record_fkey of public.items references it"});
  }
  query("DROP TABLE items");
  make_plain();
  query("CREATE TABLE items (record bigint REFERENCES records ON DELETE SET NULL); INSERT INTO items VALUES (1)");
  expect_failure(load({path("missing.mrc")}), 1, {"items_record_fkey", "DEFERRABLE"});
  EXPECT_EQ(query("SELECT record FROM items"), "1\n");
}

TEST_F(Referring, ForeignKeysToTheTableThatCanWaitAreCheckedAtTheEnd) {
  for (const bool is_plain : {false, true}) {
    if (is_plain) make_plain();
    query("CREATE TABLE items (record bigint REFERENCES records DEFERRABLE); INSERT INTO items VALUES (2)");
    load_all({write("new.mrc", {book("1", "Typee"), book("3", "Mardi")})});
    EXPECT_EQ(titles(), "1|Typee\n3|Mardi\n");
    expect_failure(load({write("short.mrc", {book("4", "Pierre")})}), 1, {"violates foreign key constraint"});
    EXPECT_EQ(titles(), "1|Typee\n3|Mardi\n");
    EXPECT_EQ(tables(), "items\nrecords\n");
    query("DROP TABLE items");
  }
}

TEST_F(Referring, ForeignKeysToTheControlNumberAllowMerging) {
  make_plain();
  query("CREATE TABLE items (id text REFERENCES records (control_number) ON DELETE CASCADE)");
  query("INSERT INTO items VALUES ('1'), ('2')");
  load_all({write("new.mrc", {book("2", "Omoo, revised"), book("3", "Mardi")}), "--upsert"});
  EXPECT_EQ(query("SELECT id FROM items ORDER BY 1"), "1\n2\n");
  folder_.write("ids", "1\n");
  load_all({"--upsert", "--delete-ids", path("ids")});
  EXPECT_EQ(query("SELECT id FROM items"), "2\n");
  expect_failure(load({path("new.mrc")}), 1, {"items_id_fkey"});
}

class OwnColumns : public Replacing {};

TEST_F(OwnColumns, GetTheirDefaultsWhenAllRowsAreReplaced) {
  const std::string input = write("old.mrc", {book("1", "Typee"), book("2", "Omoo")});
  load_all({input});
  query(
      "ALTER TABLE records ADD COLUMN shelf text NOT NULL DEFAULT 'new', ADD COLUMN words tsvector "
      "GENERATED ALWAYS AS (to_tsvector('simple', coalesce(title, ''))) STORED");
  query(
      "UPDATE records SET shelf = 'A 1'; CREATE SEQUENCE copies; ALTER TABLE records ADD COLUMN copy bigint DEFAULT "
      "nextval('copies')");
  load_all({write("new.mrc", {book("2", "Omoo"), book("3", "Mardi")})});
  EXPECT_EQ(query("SELECT control_number, shelf, words, copy FROM records ORDER BY 1"),
            "2|new|'omoo':1|3\n3|new|'mardi':1|4\n");
  EXPECT_EQ(query("SELECT count(*) FROM pg_inherits WHERE inhparent = 'records'::regclass"), "1\n");
}

TEST_F(OwnColumns, ThatAreNumberedByTheTableAreFilled) {
  for (const char* partition : {"", " PARTITION BY RANGE (record_number)"}) {
    query(std::string("CREATE TABLE own (number bigint GENERATED ALWAYS AS IDENTITY, record_number bigint, id text)") +
          partition);
    for (int i = 0; i < 2; ++i) {
      load_all({write("in.mrc", {book("1", "Typee"), book("2", "Omoo")}), "--columns", "id=001", "--name", "own"});
    }
    EXPECT_EQ(query("SELECT number, id FROM own ORDER BY 2"), "3|1\n4|2\n");
    query("INSERT INTO own (record_number, id) VALUES (9, '9')");
    EXPECT_EQ(query("SELECT number FROM own WHERE id = '9'"), "5\n");
    query("DROP TABLE own");
  }
}

TEST_F(OwnColumns, ThatThePlainTableLacksAreAdded) {
  const std::string input = write("in.mrc", {book("1", "Typee"), book("2", "Omoo")});
  const auto columns = [&](const char* list) {
    return std::vector<std::string>{input, "--columns", list, "--name", "own", "--add-columns"};
  };
  for (const char* partition : {"", " PARTITION BY RANGE (record_number)"}) {
    query(std::string("CREATE TABLE own (id text, record_number bigint)") + partition);
    expect_failure(load({input, "--columns", "id=001,title=245$a", "--name", "own"}), 1,
                   {"title is missing", "--add-columns"});
    load_all(columns("id=001,title=245$a,subjects[]=650$a"));
    EXPECT_EQ(query("SELECT id, record_number, title, subjects FROM own ORDER BY 1"), "1|1|Typee|{}\n2|2|Omoo|{}\n");
    load_all(columns("id=001,title=245$a,subjects[]=650$a,more=245"));
    EXPECT_EQ(query("SELECT count(more) FROM own"), "2\n");
    expect_failure(load(columns("id[]=001")), 1, {"id is text, not text[]"});
    query("DROP TABLE own");
  }
}

}  // namespace
