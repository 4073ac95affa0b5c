#include "pgload/pgload_test.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <stdexcept>

#include "generator/catalogue.hpp"
#include "support/exports.hpp"

namespace {

using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

Result checked(PGresult* result) {
  Result owned(result, PQclear);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)
    throw std::runtime_error(PQresultErrorMessage(result));
  return owned;
}

/// Each test has a database, which goes with the cluster.
std::string create_database() {
  static int number = 0;
  const std::string name = "test" + std::to_string(++number);
  Session().query("CREATE DATABASE " + name);
  return name;
}

}  // namespace

Session::Session() : session_(PQconnectdb(""), PQfinish) {
  if (PQstatus(session_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(session_.get()));
  PQsetNoticeProcessor(
      session_.get(), [](void*, const char*) {}, nullptr);
}

std::string Session::query(const std::string& statement) {
  const Result result = checked(PQexec(session_.get(), statement.c_str()));
  std::string lines;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      lines.append(column == 0 ? "" : "|").append(PQgetvalue(result.get(), row, column));
    }
    lines += '\n';
  }
  return lines;
}

void Session::copy(const std::string& table, std::string_view bytes) {
  checked(PQexec(session_.get(), ("COPY " + table + " FROM STDIN").c_str()));
  PQputCopyData(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
  PQputCopyEnd(session_.get(), nullptr);
  checked(PQgetResult(session_.get()));
}

PgloadTest::PgloadTest(Cluster& cluster) {
  cluster.select("postgres");
  cluster.select(create_database());
}

std::string PgloadTest::generate(const std::string& name, std::uint64_t records, std::uint64_t seed) const {
  const Catalogue catalogue(seed);
  const auto make = [&catalogue](std::uint64_t index, bulkmarc::Record& record) { catalogue.make(index, record); };
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kIso2709;
  bulkmarc::export_records(bulkmarc::Source::indexed(records, make),
                           bulkmarc::Target::file(path(name), {.sync = false}), options);
  return path(name);
}

std::string PgloadTest::write(const std::string& name, const std::vector<bulkmarc::Record>& records) const {
  return folder_.write(name, iso2709(records));
}

void PgloadTest::load_all(std::vector<std::string> arguments) {
  arguments.push_back("--quiet");
  const Outcome outcome = load(arguments);
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.out + outcome.err, "");
}

std::string PgloadTest::fingerprint(const std::string& table) {
  return query("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM " + table + " t");
}

std::string PgloadTest::tables() {
  return query(
      "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
      "WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname NOT IN ('pg_catalog', 'information_schema') "
      "ORDER BY 1");
}

void PgloadTest::expect_failure(const Outcome& outcome, int exit_status, const std::vector<std::string>& words) {
  EXPECT_EQ(outcome.exit_status, exit_status);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, testing::MatchesRegex("bulkmarc-pgload: [^\n]+\n"));
  for (const std::string& word : words) EXPECT_THAT(outcome.err, testing::HasSubstr(word));
}
