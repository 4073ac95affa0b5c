#pragma once

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <bulkmarc/bulkmarc.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/process.hpp"
#include "pgload/cluster.hpp"
#include "support/temporary_folder.hpp"

/// A session of the tests' own, with the database that the environment names.
class Session {
 public:
  Session();

  /// Runs a statement. Its rows, one a line, with `|` between the values; NULL is empty. Throws what the server says.
  std::string query(const std::string& statement);
  /// Fills a table from a file in PostgreSQL's text COPY format.
  void copy(const std::string& table, std::string_view bytes);

 private:
  std::unique_ptr<PGconn, void (*)(PGconn*)> session_;
};

/// Runs bulkmarc-pgload, with a database and a folder of its own.
class PgloadTest : public testing::Test {
 protected:
  explicit PgloadTest(Cluster& cluster = Cluster::shared());

  /// Writes a generated catalogue in ISO 2709, and returns its path.
  std::string generate(const std::string& name, std::uint64_t records, std::uint64_t seed = 1) const;
  /// Writes these records in ISO 2709, and returns the path.
  std::string write(const std::string& name, const std::vector<bulkmarc::Record>& records) const;
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }

  static Outcome load(const std::vector<std::string>& arguments) { return Process(arguments, {}).wait(); }
  /// Loads, and expects that nothing was rejected and nothing said.
  static void load_all(std::vector<std::string> arguments);
  /// What a statement gives in a new session.
  static std::string query(const std::string& statement) { return Session().query(statement); }
  /// Everything in the table, whatever the order of its rows.
  static std::string fingerprint(const std::string& table);
  /// The names of all tables but the partitions.
  static std::string tables();

  /// Expects that the program failed with this status and one line on standard error that holds all of `words`.
  static void expect_failure(const Outcome& outcome, int exit_status, const std::vector<std::string>& words);

  TemporaryFolder folder_;
};
