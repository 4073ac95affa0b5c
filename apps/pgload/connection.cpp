#include "connection.hpp"

#include <algorithm>
#include <array>
#include <climits>

#include <fmt/format.h>

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

/// Whether libpq takes the text for more than the name of a database.
bool is_connection_string(const std::string& text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://") || text.find('=') != std::string::npos;
}

}  // namespace

std::optional<std::string> find_fault_with_conninfo(const std::string& conninfo) {
  if (!is_connection_string(conninfo)) return std::nullopt;
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(conninfo.c_str(), &message), PQconninfoFree);
  if (options == nullptr) {
    const std::unique_ptr<char, void (*)(void*)> owned(message, PQfreemem);
    return message == nullptr ? "can't be read" : one_line(message);
  }
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    const std::string_view keyword = option->keyword;
    if ((keyword == "password" || keyword == "sslpassword") && option->val != nullptr) {
      return "a password on the command line can be seen by others: put it into ~/.pgpass, or a file that PGPASSFILE "
             "names";
    }
  }
  return std::nullopt;
}

Connection::Connection(const std::string& conninfo) : session_(nullptr, PQfinish) {
  constexpr std::array kKeywords = {"dbname", "fallback_application_name", "client_encoding",
                                    static_cast<const char*>(nullptr)};
  const std::array values = {conninfo.c_str(), "bulkmarc-pgload", "UTF8", static_cast<const char*>(nullptr)};
  session_.reset(PQconnectdbParams(kKeywords.data(), values.data(), 1));
  if (PQstatus(session_.get()) != CONNECTION_OK) fail(nullptr);
  PQsetNoticeReceiver(session_.get(), ignore_notice, nullptr);
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

void Connection::fail(const PGresult* result) const {
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message == nullptr) throw DatabaseError(one_line(PQerrorMessage(session_.get())));
  const char* detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  throw DatabaseError(one_line(detail == nullptr ? std::string(message) : fmt::format("{} ({})", message, detail)),
                      sqlstate == nullptr ? "" : sqlstate);
}
