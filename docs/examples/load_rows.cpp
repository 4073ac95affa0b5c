#include <future>
#include <iostream>
#include <stdexcept>

#include <sqlite3.h>
#include <bulkmarc/bulkmarc.hpp>

/// What one thread writes with: a connection of its own.
class Loader {
 public:
  Loader() {
    check(sqlite3_open("catalogue.db", &database_));
    check(sqlite3_busy_timeout(database_, 60'000));  // In SQLite one connection writes at a time, and the others wait.
  }
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  ~Loader() {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
  }

  void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }

  void load(bulkmarc::RowStream& rows) {
    check(sqlite3_prepare_v2(database_, "INSERT INTO loading VALUES (?, ?, ?, ?)", -1, &insert_, nullptr));
    bulkmarc::RowBatch batch;
    while (rows.next(batch)) {
      run("BEGIN IMMEDIATE");
      for (std::size_t row = 0; row < batch.rows(); ++row) insert(batch, row);
      run("COMMIT");
    }
  }

 private:
  void check(int status) {
    if (status != SQLITE_OK && status != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database_));
  }

  void insert(const bulkmarc::RowBatch& batch, std::size_t row) {
    check(sqlite3_bind_int64(insert_, 1, batch.columns()[0].integers[row]));
    for (int column = 1; column < 4; ++column) {
      const bulkmarc::ColumnValues& values = batch.columns()[static_cast<std::size_t>(column)];
      const std::string_view text = values.text(row);
      const char* const begin = values.is_null(row) ? nullptr : text.data();  // SQLite's null.
      check(sqlite3_bind_text64(insert_, column + 1, begin, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    }
    check(sqlite3_step(insert_));
    check(sqlite3_reset(insert_));
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

int main() try {
  Loader loader;
  loader.run(
      "DROP TABLE IF EXISTS loading;"
      "CREATE TABLE loading (number INTEGER PRIMARY KEY, id TEXT, language TEXT, title TEXT)");

  const auto table = bulkmarc::Table::of_columns("id=001,language=008/35-37,title=245$a");
  bulkmarc::RowStream rows(bulkmarc::Source::file("catalogue.mrc"), table);
  auto other = std::async(std::launch::async, [&rows] { Loader().load(rows); });
  loader.load(rows);
  other.get();

  loader.run("BEGIN; DROP TABLE IF EXISTS books; ALTER TABLE loading RENAME TO books; COMMIT");
  std::cout << rows.report().records_exported << " of " << rows.report().records_read << " records loaded\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
