#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "pgload/pgload_test.hpp"

using testing::HasSubstr;

namespace {

class Usage : public PgloadTest {
 protected:
  static void expect_refused(const std::vector<std::string>& arguments, const std::vector<std::string>& words) {
    expect_failure(load(arguments), 2, words);
    EXPECT_EQ(tables(), "");
  }
};

TEST_F(Usage, IsRefusedWhereItContradictsItself) {
  const std::string input = generate("in.mrc", 1);
  expect_refused({}, {"INPUT", "bulkmarc-pgload --help"});
  expect_refused({input, "--unknown"}, {"--unknown"});
  expect_refused({input, "--table", "fields"}, {"--table", "fields"});
  expect_refused({input, "--columns", "id=001"}, {"--columns needs --name"});
  expect_refused({input, "--joint", "+"}, {"--separator requires --columns"});
  expect_refused({input, "--columns", "id=001", "--table", "records"}, {"--table", "--columns"});
  expect_refused({input, "--columns", "id=0", "--name", "own"}, {"id=0"});
  expect_refused({input, "--separator", "+"}, {"--separator", "--columns"});
  expect_refused({input, "--columns", "id=001", "--name", "own", "--upsert"}, {"control_number=001"});
  expect_refused({input, "--connections", "0"}, {"--connections"});
  expect_refused({input, "--connections", "65"}, {"--connections"});
  expect_refused({input, "--delete-where", "LDR/5=\\d"}, {"--delete-where", "--upsert"});
  expect_refused({"--delete-ids", input}, {"--delete-ids", "--upsert"});
  expect_refused({input, "--upsert", "--delete-where", "245$"}, {"245$"});
  expect_refused({input, "--name", ""}, {"--name"});
  expect_refused({input, "--from", "pdf"}, {"--from", "pdf"});
  expect_refused({input, "--where", "245$"}, {"245$"});
  expect_refused({input, "--rejects", "-"}, {"--rejects"});
  expect_refused({"-", "-"}, {"standard input"});
  expect_refused({"-", "--upsert", "--delete-ids", "-"}, {"standard input"});
  expect_refused({input, "--report", input}, {"would replace"});
  const std::string ids = folder_.write("ids", "1\n");
  expect_refused({input, "--upsert", "--delete-ids", ids, "--report", ids}, {"would replace"});
  expect_refused({input, "--upsert", "--delete-ids", ids, "--rejects", ids}, {"would replace"});
}

TEST_F(Usage, HasNoPlaceForAPassword) {
  const std::string input = generate("in.mrc", 1);
  for (const char* conninfo : {"dbname=library password=secret", "postgresql://me:secret@localhost/library",
                               "postgres:///library?password=secret", "password = 'secret'", "sslpassword=secret"}) {
    const Outcome outcome = load({input, "--dbname", conninfo});
    expect_failure(outcome, 2, {"--dbname", ".pgpass", "PGPASSFILE"});
    EXPECT_THAT(outcome.err, testing::Not(HasSubstr("secret"))) << conninfo;
  }
  const Outcome slip = load({input, "--dbnam=postgresql://me:secret@localhost/library"});
  expect_failure(slip, 2, {"--dbnam was not expected; did you mean --dbname?"});
  EXPECT_THAT(slip.err, testing::Not(HasSubstr("secret")));
  expect_refused({input, "--dbname", "nonsense=1"}, {"nonsense"});
}

TEST_F(Usage, TakesTheConnectionFromEnvironmentArgumentsAndServices) {
  const std::string input = generate("in.mrc", 1);
  const std::string database = std::getenv("PGDATABASE");
  const std::string host = std::getenv("PGHOST");
  setenv("PGDATABASE", "no_such_database", 1);
  expect_failure(load({input}), 1, {"no_such_database"});
  load_all({input, "--dbname", database});
  unsetenv("PGHOST");
  load_all({input, "--dbname", "dbname=" + database + " host=" + host});
  folder_.write("services", "[library]\nhost=" + host + "\ndbname=" + database + "\n");
  setenv("PGSERVICEFILE", path("services").c_str(), 1);
  load_all({input, "--dbname", "service=library"});
  unsetenv("PGDATABASE");
  setenv("PGSERVICE", "library", 1);
  load_all({input});
  unsetenv("PGSERVICE");
  unsetenv("PGSERVICEFILE");
  setenv("PGHOST", host.c_str(), 1);
  setenv("PGDATABASE", database.c_str(), 1);
  EXPECT_EQ(query("SELECT count(*) FROM records"), "1\n");
}

TEST_F(Usage, WithoutAServerIsAFailure) {
  const std::string host = std::getenv("PGHOST");
  setenv("PGHOST", path("nowhere").c_str(), 1);
  const Outcome outcome = load({generate("in.mrc", 1)});
  setenv("PGHOST", host.c_str(), 1);
  expect_failure(outcome, 1, {"nowhere"});
}

TEST_F(Usage, ShowsProgressOnATerminalOnly) {
  const std::string input = generate("in.mrc", 2000);
  const Outcome shown = run_on_terminal({input}, 100, "xterm");
  EXPECT_EQ(shown.exit_status, 0);
  EXPECT_THAT(shown.out, HasSubstr("Indexing"));
  EXPECT_THAT(shown.out, HasSubstr("2,000 records"));
  EXPECT_THAT(load({input}).err, testing::StartsWith("records   2,000 read, 2,000 exported"));
}

TEST_F(Usage, TellsItsVersion) {
  EXPECT_EQ(load({"-V"}).out, load({"--version"}).out);
  const Outcome outcome = load({"--version"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.out, testing::StartsWith("bulkmarc-pgload " + std::string(bulkmarc::version())));
}

}  // namespace
