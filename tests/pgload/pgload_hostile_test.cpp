#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "pgload/pgload_test.hpp"

using testing::HasSubstr;
using testing::Not;

namespace {

/// For each function, aggregate, operator and table of PostgreSQL one of the same name and arguments in the schema
/// `trap`, which fails when it is called, or is empty; and types and a cast that do.
constexpr const char* kTraps = R"(
  SET search_path = pg_catalog;
  CREATE SCHEMA trap;
  CREATE FUNCTION trap.sprung(text) RETURNS boolean LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION 'the trap % was sprung', $1; END$$;
  DO $$
  DECLARE it record;
  BEGIN
    FOR it IN SELECT p.oid, p.proname, p.prokind, pg_get_function_identity_arguments(p.oid) AS arguments,
                     pg_get_function_result(p.oid) AS result, pg_get_function_arguments(p.oid) AS with_defaults
              FROM pg_proc p
              WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'w') AND provariadic = 0 AND
                    NOT proargtypes::oid[] && ARRAY['internal'::regtype::oid, 'cstring'::regtype::oid] AND
                    prorettype NOT IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype,
                                       'event_trigger'::regtype, 'record'::regtype) LOOP
      BEGIN
        EXECUTE format('CREATE FUNCTION trap.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', it.proname, it.with_defaults,
                       it.result, format('BEGIN PERFORM trap.sprung(%L); END', it.proname));
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
    END LOOP;
    FOR it IN SELECT oprname, oprleft::regtype AS l, oprright::regtype AS r, proname FROM pg_operator o
              JOIN pg_proc p ON p.oid = o.oprcode WHERE oprleft <> 0 LOOP
      BEGIN
        EXECUTE format('CREATE OPERATOR trap.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = trap.%I)', it.oprname, it.l,
                       it.r, it.proname);
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
    END LOOP;
    FOR it IN SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') LOOP
      BEGIN
        EXECUTE format('CREATE TABLE trap.%I AS TABLE pg_catalog.%I WITH NO DATA', it.relname, it.relname);
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
    END LOOP;
    FOR it IN SELECT unnest(ARRAY['text', 'name', 'oid', 'regclass', 'int8', 'bool', '_text']) AS name LOOP
      EXECUTE format('CREATE DOMAIN trap.%I AS pg_catalog.%I CHECK (trap.sprung(%L))', it.name, it.name, it.name);
    END LOOP;
  END$$;
  CREATE AGGREGATE trap.max(bigint) (SFUNC = trap.int8larger, STYPE = bigint);
  CREATE FUNCTION trap.hashtextextended(pg_catalog.text, integer) RETURNS bigint LANGUAGE plpgsql AS
    $$BEGIN PERFORM trap.sprung('hashtextextended'); END$$;
  CREATE FUNCTION trap.format(pg_catalog.text, pg_catalog.name, pg_catalog.name) RETURNS pg_catalog.text
    LANGUAGE plpgsql AS
    $$BEGIN PERFORM trap.sprung('format'); END$$;
  CREATE TYPE trap.bait AS (value pg_catalog.text);
  CREATE FUNCTION trap.take(pg_catalog.text) RETURNS trap.bait LANGUAGE plpgsql AS
    $$BEGIN PERFORM trap.sprung('cast'); END$$;
  CREATE CAST (pg_catalog.text AS trap.bait) WITH FUNCTION trap.take(pg_catalog.text) AS IMPLICIT;
)";

class Hostile : public PgloadTest {
 protected:
  static void set_for_all_sessions(const std::string& setting) {
    query("ALTER DATABASE \"" + std::string(std::getenv("PGDATABASE")) + "\" SET " + setting);
  }
  static std::string safe_query(const std::string& statement) {
    return query("SET search_path = pg_catalog; " + statement);
  }
};

TEST_F(Hostile, FunctionsOperatorsTypesAndTablesOfTheSearchPathAreNotUsed) {
  query(kTraps);
  ASSERT_GT(std::stoi(query("SELECT count(*) FROM pg_proc WHERE pronamespace = 'trap'::regnamespace")), 1500);
  ASSERT_GT(std::stoi(query("SELECT count(*) FROM pg_operator WHERE oprnamespace = 'trap'::regnamespace")), 300);
  set_for_all_sessions("search_path = trap, pg_catalog");
  for (const char* statement :
       {"SELECT current_schema()", "SELECT 1 WHERE 'a'::pg_catalog.text = 'b'", "SELECT 'a'::text"}) {
    EXPECT_THROW(query(statement), std::runtime_error) << statement;
  }
  const std::string input = generate("in.mrc", 20);
  folder_.write("ids", "000000000003\n");
  for (const char* table : {"records", "subfields"}) {
    load_all({input, "--table", table, "--connections", "2"});
    load_all({input, "--table", table});
    load_all({input, "--table", table, "--upsert", "--delete-where", "001~\\7", "--delete-ids", path("ids")});
    EXPECT_EQ(safe_query(std::string("SELECT count(DISTINCT record_number) FROM trap.") + table), "18\n");
  }
  safe_query("CREATE TABLE trap.own (record_number bigint, control_number pg_catalog.text)");
  load_all({input, "--columns", "control_number=001", "--name", "own"});
  load_all({input, "--columns", "control_number=001,title=245$a", "--name", "own", "--upsert", "--add-columns"});
  EXPECT_EQ(safe_query("SELECT count(title) > 0, count(*) FROM trap.own"), "t|20\n");
}

TEST_F(Hostile, SettingsOfTheDatabaseDoNotChangeWhatIsDone) {
  const std::string input = generate("in.mrc", 20);
  for (const char* setting :
       {"quote_all_identifiers = on", "row_security = off", "standard_conforming_strings = off",
        "default_transaction_isolation = 'serializable'", "transform_null_equals = on", "array_nulls = off"}) {
    set_for_all_sessions(setting);
  }
  load_all({input});
  query("CREATE INDEX by_title ON records (lower(title)); CREATE UNIQUE INDEX ON records (record_number DESC)");
  for (int i = 0; i < 2; ++i) load_all({input});
  load_all({input, "--upsert"});
  EXPECT_EQ(query("SELECT count(*) FROM pg_inherits WHERE inhparent = 'records'::regclass"), "1\n");
  EXPECT_EQ(query("SELECT count(*), bool_and(indisvalid) FROM pg_index WHERE indrelid = 'records'::regclass"), "4|t\n");
  EXPECT_EQ(query("SELECT count(*), count(DISTINCT control_number) FROM records"), "20|20\n");
}

TEST_F(Hostile, NamesAreOnlyNames) {
  const std::string input = generate("in.mrc", 3);
  for (const std::string name : {"a\"; DROP TABLE records; --", "it's", "Bücher 東京 \xF0\x9F\x93\x9A", "%s%n %I",
                                 "select", "a.b", "\\", " ", "$$", "new\nline"}) {
    query("CREATE SCHEMA IF NOT EXISTS \"s;\"\"' ä\"");
    for (int i = 0; i < 2; ++i) load_all({input, "--name", name, "--schema", "s;\"' ä"});
    load_all({input, "--name", name, "--schema", "s;\"' ä", "--upsert"});
  }
  EXPECT_EQ(query("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                  "WHERE nspname = 's;\"'' ä' AND relkind = 'p'"),
            "10\n");
  EXPECT_EQ(query("SELECT count(*) FROM \"s;\"\"' ä\".\"a\"\"; DROP TABLE records; --\""), "3\n");
  expect_failure(load({input, "--name", "not \xFF UTF-8"}), 1, {});
  for (const char* columns : {"ctid=001", "select=001,\"a\"=001", "a;b=001"}) {
    EXPECT_NE(load({input, "--columns", columns, "--name", "odd"}).exit_status, 0) << columns;
  }
  load_all({input, "--columns", "select=001,user=245$a,table[]=650$a", "--name", "order"});
  EXPECT_EQ(tables(), query("SELECT relname FROM pg_class WHERE relkind = 'p' ORDER BY 1"));
}

TEST_F(Hostile, NamesAsLongAsTheyMayBeDoNotCollide) {
  const std::string input = generate("in.mrc", 3);
  const std::string longest(63, 'n');
  std::string two_bytes = "n";
  while (two_bytes.size() < 63) two_bytes += "ä";
  const std::vector<std::string> names = {longest, std::string(62, 'n'), std::string(50, 'n') + "_load_123456",
                                          two_bytes};
  query("CREATE SCHEMA \"" + std::string(63, 's') + "\"");
  for (int i = 0; i < 2; ++i) {
    for (const std::string& name : names) load_all({input, "--name", name, "--schema", std::string(63, 's')});
  }
  EXPECT_EQ(query("SELECT count(*) FROM pg_class WHERE relkind = 'p'"), "4\n");
  EXPECT_EQ(query("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relispartition"), "4\n");
  for (const char* option : {"--name", "--schema"}) {
    expect_failure(load({input, option, std::string(64, 'n')}), 2, {option, "more than 63 bytes"});
  }
  expect_failure(load({input, "--columns", std::string(64, 'c') + "=001", "--name", "long"}), 2,
                 {"more than 63 bytes"});
  load_all({input, "--columns", std::string(63, 'c') + "=001", "--name", "long"});
}

TEST_F(Hostile, RecordsCanNotMakeALoadFail) {
  std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the bytes are to be the same in every run
  std::string noise;
  while (noise.size() < 9000) noise += static_cast<char>('!' + random() % 94);
  std::vector<bulkmarc::Record> records(6);
  records[0].add_control("001", "nul").add_data("245", "00", {{'a', std::string("N\0L", 3)}});
  records[1].add_control("001", "invalid").add_data("245", "00", {{'a', "\xFF\xC0\x80\xED\xA0\x80\xF4\x90\x80\x80"}});
  records[2].add_control("001", noise).add_data("245", "00", {{'a', "a key that no index holds"}});
  records[3].add_control("001", "year").add_control("008", "      99999999999999999999999999999999999");
  records[4].add_control("001", "noncharacter").add_data("245", "00", {{'a', "\xEF\xBF\xBE\xF4\x8F\xBF\xBF"}});
  records[5].add_control("001", "'); DROP TABLE records; --\\.").add_data("245", "00", {{'a', "\\N {\"}"}});
  const std::string input = write("in.mrc", records);
  for (const char* table : {"records", "subfields"}) {
    const Outcome outcome = load({input, "--table", table, "--report", path("report.json")});
    EXPECT_EQ(outcome.exit_status, 3) << outcome.err;
    EXPECT_THAT(folder_.read("report.json"), HasSubstr("\"control_number\": 1"));
    EXPECT_EQ(query(std::string("SELECT count(DISTINCT record_number) FROM ") + table), "5\n");
    load({input, "--table", table, "--upsert"});
    EXPECT_EQ(query(std::string("SELECT count(DISTINCT record_number) FROM ") + table), "5\n");
  }
  EXPECT_EQ(query("SELECT title FROM records WHERE control_number = 'nul'"), "N\xEF\xBF\xBDL\n");
}

class RowSecurity : public PgloadTest {
 protected:
  RowSecurity() {
    query("CREATE ROLE keeper LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO keeper");
    setenv("PGUSER", "keeper", 1);
  }
  ~RowSecurity() override {
    setenv("PGUSER", "postgres", 1);
    query("DROP OWNED BY keeper; DROP ROLE keeper");
  }
};

TEST_F(RowSecurity, ThatHidesRowsRefusesTheLoad) {
  const std::string input = generate("in.mrc", 3);
  query("CREATE TABLE own (record_number bigint, control_number text); INSERT INTO own VALUES (1, 'a'), (2, 'b')");
  query("ALTER TABLE own ENABLE ROW LEVEL SECURITY; CREATE POLICY visible ON own USING (record_number > 1)");
  const std::vector<std::string> arguments = {input, "--columns", "control_number=001", "--name", "own"};
  load_all(arguments);
  query("ALTER TABLE own FORCE ROW LEVEL SECURITY");
  const std::string before = Session().query("SELECT count(*) FROM own");
  for (const bool upsert : {false, true}) {
    std::vector<std::string> words = arguments;
    if (upsert) words.emplace_back("--upsert");
    expect_failure(load(words), 1, {"public.own: policies hide rows from keeper", "BYPASSRLS"});
  }
  EXPECT_EQ(query("SELECT count(*) FROM own"), before);
  EXPECT_EQ(tables(), "own\n");
}

TEST_F(RowSecurity, HoldsForThePartitionToo) {
  const std::string input = generate("in.mrc", 3);
  query("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO public");
  load_all({input});
  query("ALTER TABLE records ENABLE ROW LEVEL SECURITY; ALTER TABLE records FORCE ROW LEVEL SECURITY");
  query("CREATE POLICY visible ON records USING (record_number = 2)");
  load_all({input});
  setenv("PGUSER", "postgres", 1);
  query("CREATE ROLE visitor; GRANT USAGE ON SCHEMA public TO visitor");
  const std::string partition =
      query("SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'records'::regclass");
  EXPECT_EQ(query("SET ROLE visitor; SELECT record_number FROM records"), "2\n");
  EXPECT_EQ(query("SET ROLE visitor; SELECT record_number FROM " + partition), "");
  query("DROP OWNED BY visitor; DROP ROLE visitor");
  EXPECT_EQ(query("SELECT count(*) FROM records"), "3\n");
}

}  // namespace
