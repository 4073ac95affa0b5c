#include "connection.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

namespace {

constexpr std::size_t kMostBytesAtOnce = std::size_t{1} << 20;

void ignore_notice(void* /*unused*/, const PGresult* /*unused*/) {}

/// libpq ends its messages with a newline, and gives some of them several lines that begin with a tab.
std::string one_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  std::erase(text, '\t');
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string escaped(const PGconn* session, char* text) {
  if (text == nullptr) throw DatabaseError(one_line(PQerrorMessage(session)));
  std::string result = text;
  PQfreemem(text);
  return result;
}

/// Before it, functions are called with their schema.
constexpr const char* kSettings =
    "SET search_path = pg_catalog, pg_temp; SET row_security = off; SET quote_all_identifiers = off";

/// What a thread that opens sessions shares with the one that waits for them.
struct Opening {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::vector<Connection> connections;
  std::exception_ptr failure;
  bool finished = false;
  bool abandoned = false;
};

/// Returns false when nobody waits any more.
bool add(Opening& opening, Connection connection) {
  const std::scoped_lock lock(opening.mutex);
  if (!opening.abandoned) opening.connections.push_back(std::move(connection));
  return !opening.abandoned;
}

void open(Opening& opening, const std::string& conninfo, int count) noexcept {
  std::exception_ptr failure;
  try {
    for (int i = 0; i < count; ++i) {
      if (!add(opening, Connection(conninfo))) return;
    }
  } catch (...) {
    failure = std::current_exception();
  }
  const std::scoped_lock lock(opening.mutex);
  opening.failure = std::move(failure);
  opening.finished = true;
  opening.changed.notify_all();
}

}  // namespace

Connection::Connection(const std::string& conninfo) : session_(nullptr, PQfinish) {
  constexpr std::array kKeywords = {"dbname", "fallback_application_name", "client_encoding",
                                    static_cast<const char*>(nullptr)};
  const std::array values = {conninfo.c_str(), "bulkmarc-pgload", "UTF8", static_cast<const char*>(nullptr)};
  session_.reset(PQconnectdbParams(kKeywords.data(), values.data(), 1));
  if (PQstatus(session_.get()) != CONNECTION_OK) fail_to_connect();
  PQsetNoticeReceiver(session_.get(), ignore_notice, nullptr);
  first_schema_ = query("SELECT pg_catalog.current_schema()").text(0, 0);
  execute(kSettings);
}

std::vector<Connection> open_connections(const std::string& conninfo, int count, const std::stop_token& stop) {
  // In a thread of its own, because looking up an address can't be interrupted, and neither can libpq's attempts to
  // reach one server after the other. It is left behind when a stop is requested.
  const auto opening = std::make_shared<Opening>();
  std::thread([opening, conninfo, count] { open(*opening, conninfo, count); }).detach();
  std::unique_lock lock(opening->mutex);
  opening->changed.wait(lock, stop, [&] { return opening->finished; });
  opening->abandoned = true;
  if (!opening->finished) throw bulkmarc::Error(bulkmarc::ErrorCode::kCancelled, {}, "stopped");
  if (opening->failure != nullptr) std::rethrow_exception(opening->failure);
  return std::move(opening->connections);
}

void Connection::execute(const std::string& statements) {
  require(PQexec(session_.get(), statements.c_str()), PGRES_COMMAND_OK);
}

QueryRows Connection::query(const std::string& statement, const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  return require(PQexecParams(session_.get(), statement.c_str(), static_cast<int>(values.size()), nullptr,
                              values.data(), nullptr, nullptr, 0),
                 PGRES_TUPLES_OK);
}

void Connection::begin_copy(const std::string& statement) {
  require(PQexec(session_.get(), statement.c_str()), PGRES_COPY_IN);
}

void Connection::put(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kMostBytesAtOnce);
    if (PQputCopyData(session_.get(), piece.data(), static_cast<int>(piece.size())) != 1) fail(nullptr);
    bytes.remove_prefix(piece.size());
  }
}

void Connection::end_copy() {
  if (PQputCopyEnd(session_.get(), nullptr) != 1) fail(nullptr);
  require(PQgetResult(session_.get()), PGRES_COMMAND_OK);
  while (PGresult* rest = PQgetResult(session_.get())) PQclear(rest);
}

std::string Connection::quoted(const std::string& name) const {
  return escaped(session_.get(), PQescapeIdentifier(session_.get(), name.data(), name.size()));
}

std::string Connection::literal(const std::string& text) const {
  return escaped(session_.get(), PQescapeLiteral(session_.get(), text.data(), text.size()));
}

QueryRows Connection::require(PGresult* result, ExecStatusType status) {
  QueryRows rows(result);
  if (PQresultStatus(result) != status) fail(result);
  return rows;
}

void Connection::fail_to_connect() const {
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(PQconninfo(session_.get()),
                                                                               PQconninfoFree);
  if (const auto fault = find_misplaced_uri(options.get())) throw DatabaseError(*fault);
  fail(nullptr);
}

void Connection::fail(const PGresult* result) const {
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message == nullptr) throw DatabaseError(one_line(PQerrorMessage(session_.get())));
  const char* detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  throw DatabaseError(one_line(detail == nullptr ? std::string(message) : fmt::format("{} ({})", message, detail)),
                      sqlstate == nullptr ? "" : sqlstate);
}
