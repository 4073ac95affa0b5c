#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <libpq-fe.h>

/// Why `conninfo` can't be used, or nothing: it can't be parsed, or it holds a password, which every user of the
/// machine could see in the list of processes. Quotes nothing that may be a password.
std::optional<std::string> find_fault_with_conninfo(const std::string& conninfo);

/// Which part of a connection seems to hold a whole URI, and so perhaps a password, which libpq and the server would
/// quote in their messages; or nothing.
std::optional<std::string> find_misplaced_uri(const PQconninfoOption* options);

/// The message with `***` in the place of what may be a password: in `password=...` and in `user:...@host`.
std::string without_passwords(std::string_view message);

/// The longest name, in bytes, that PostgreSQL does not cut.
inline constexpr std::size_t kLongestName = 63;

/// An error of PostgreSQL or of the connection, in its own words, without passwords.
class DatabaseError : public std::runtime_error {
 public:
  explicit DatabaseError(const std::string& message, std::string sqlstate = "")
      : std::runtime_error(without_passwords(message)), sqlstate_(std::move(sqlstate)) {}

  /// PostgreSQL's five characters for the kind of error; empty if the error is not the server's.
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

/// The rows of a query, as text.
class QueryRows {
 public:
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }
  /// REQUIRES: a row and a column that the query has. Empty if the value is null.
  [[nodiscard]] std::string text(std::size_t row, int column) const {
    return PQgetvalue(result_.get(), static_cast<int>(row), column);
  }
  [[nodiscard]] bool is_true(std::size_t row, int column) const { return text(row, column) == "t"; }

 private:
  friend class Connection;
  explicit QueryRows(PGresult* result) : result_(result, PQclear) {}
  std::unique_ptr<PGresult, void (*)(PGresult*)> result_;
};

/// A session with the server. Every function throws DatabaseError when the server or the connection fails. One thread
/// at a time.
///
/// Names without a schema are PostgreSQL's own, whatever the search path of the database or the role: whoever may
/// create a function there must not have it called. Rows that row-level security would hide are an error.
class Connection {
 public:
  /// `conninfo` is the name of a database or a connection string of libpq, which may be empty; libpq's environment and
  /// files provide what it does not say.
  explicit Connection(const std::string& conninfo);

  /// The first schema of the search path that the session began with; empty if there is none.
  [[nodiscard]] const std::string& first_schema() const { return first_schema_; }

  /// Runs statements and ignores their results; several are one transaction.
  void execute(const std::string& statements);
  /// Runs one statement; `parameters` are its $1, $2 ...
  QueryRows query(const std::string& statement, const std::vector<std::string>& parameters = {});

  /// Begins `statement`, a COPY FROM STDIN. Between it and end_copy() only put() may be called.
  void begin_copy(const std::string& statement);
  void put(std::string_view bytes);
  /// Returns when the server has received, and committed, everything that was put.
  void end_copy();

  /// A name, quoted for SQL.
  [[nodiscard]] std::string quoted(const std::string& name) const;
  /// A text, quoted for SQL.
  [[nodiscard]] std::string literal(const std::string& text) const;

  /// Asks the server to cancel this session's statement; null if the connection is lost. May be used by any thread, and
  /// outlive this.
  using Cancel = std::unique_ptr<PGcancel, void (*)(PGcancel*)>;
  [[nodiscard]] Cancel cancel() const { return {PQgetCancel(session_.get()), PQfreeCancel}; }
  /// The socket of the session, or -1.
  [[nodiscard]] int socket() const { return PQsocket(session_.get()); }

 private:
  QueryRows require(PGresult* result, ExecStatusType status);
  [[noreturn]] void fail(const PGresult* result) const;
  [[noreturn]] void fail_to_connect() const;

  std::unique_ptr<PGconn, void (*)(PGconn*)> session_;
  std::string first_schema_;
};

/// Opens `count` sessions. Throws Error (kCancelled) as soon as a stop is requested, however long the server takes to
/// answer.
std::vector<Connection> open_connections(const std::string& conninfo, int count, const std::stop_token& stop);

/// Calls `work` with each of the connections, in a thread of its own. When one fails, requests a stop, and throws what
/// happened to it when all have ended.
void on_each(std::span<Connection> connections, std::stop_source& stop, const std::function<void(Connection&)>& work);

/// A transaction that is rolled back unless commit() is called.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {
    connection_.execute("BEGIN ISOLATION LEVEL READ COMMITTED");
  }
  ~Transaction() {
    if (is_open_) roll_back();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    is_open_ = false;
    connection_.execute("COMMIT");
  }

 private:
  void roll_back() noexcept try {
    connection_.execute("ROLLBACK");
  } catch (...) {  // Then the session is lost, and the server rolls back.
  }

  Connection& connection_;
  bool is_open_ = true;
};
