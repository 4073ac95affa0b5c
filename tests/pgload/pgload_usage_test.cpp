#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "pgload/pgload_test.hpp"
#include "support/find_all.hpp"

using testing::HasSubstr;

namespace {

using Words = std::set<std::string>;

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
  expect_refused({input, "--columns", "id=001"}, {"--columns needs a --name"});
  expect_refused({input, "--columns", "id=001", "--table", "records"}, {"--table", "--columns"});
  expect_refused({input, "--columns", "id=0", "--name", "own"}, {"id=0"});
  expect_refused({input, "--joint", "+"}, {"--joint", "--columns"});
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

/// What bash offers after `bulkmarc-pgload -`.
Words offered_by_bash() {
  const std::string script = "bash -c 'source \"" BULKMARC_SOURCE_DIR
                             "/apps/pgload/completions/bulkmarc-pgload.bash\"; COMP_WORDS=(bulkmarc-pgload -); "
                             "COMP_CWORD=1; _bulkmarc_pgload; printf \"%s\\n\" \"${COMPREPLY[@]}\"'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(script.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) output += buffer.data();
  return find_all(output, "([^\n]+)");
}

class Help : public Usage {
 protected:
  static Words options() {
    const std::string help = load({"--help"}).out;
    Words options = find_all(help, "\n +(--?[a-zA-Z][-a-z0-9]*)");
    options.merge(find_all(help, "\n +-[a-zA-Z],(--[a-z][-a-z0-9]*)"));
    EXPECT_THAT(options, testing::IsSupersetOf({"--help", "--upsert", "-q", "--quiet"}));
    return options;
  }
  static std::string read(const std::string& path) { return read_file(std::string(BULKMARC_SOURCE_DIR "/") + path); }
};

TEST_F(Help, AgreesWithTheManPage) {
  const std::string page = read("docs/man/bulkmarc-pgload.1");
  const std::string plain =
      std::regex_replace(std::regex_replace(page, std::regex(R"(\\f[A-Z])"), ""), std::regex(R"(\\-)"), "-");
  const std::size_t begin = plain.find(".SH OPTIONS");
  const std::size_t end = plain.find(".SH EXIT STATUS");
  ASSERT_LT(begin, end);
  EXPECT_EQ(find_all(plain.substr(begin, end - begin), "(?:^|[^-a-z])(--?[a-zA-Z][-a-z0-9]*)(?![-a-z0-9])"), options());
  EXPECT_EQ(find_all(page, "\\.TP\n\\.B ([0-9])\n"), (Words{"0", "1", "2", "3"}));
}

TEST_F(Help, AgreesWithTheCompletions) {
  const std::string folder = "apps/pgload/completions/";
  EXPECT_EQ(offered_by_bash(), options());
  const std::string zsh = read(folder + "_bulkmarc-pgload");
  Words offered = find_all(zsh, "'(--[a-z0-9-]+)\\[");
  offered.merge(find_all(zsh, "\\{(-[a-zA-Z]),--"));
  offered.merge(find_all(zsh, "\\{-[a-zA-Z],(--[a-z0-9-]+)\\}"));
  EXPECT_EQ(offered, options());
  const std::string fish = read(folder + "bulkmarc-pgload.fish");
  Words in_fish;
  for (const std::string& name : find_all(fish, "complete [^\n]* -l ([a-z0-9-]+)")) in_fish.insert("--" + name);
  for (const std::string& name : find_all(fish, "complete [^\n]* -s ([a-zA-Z]) ")) in_fish.insert("-" + name);
  EXPECT_EQ(in_fish, options());
}

}  // namespace
