#include "connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <bulkmarc/error.hpp>

namespace {

constexpr std::string_view kPassword = "password";
constexpr std::string_view kMask = "***";
constexpr std::string_view kEndsOfWord = " \t\n\"";

using Options = std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)>;

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Whether libpq reads the text as more than the name of a database.
bool is_connection_string(const std::string& text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://") || text.find('=') != std::string::npos;
}

/// `user:something@host`, with or without a scheme before it.
bool has_user_and_password(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::size_t scheme = text.find("://");
  const std::size_t user = scheme == std::string_view::npos || scheme > at ? 0 : scheme + 3;
  return text.substr(0, at).find(':', user) != std::string_view::npos;
}

/// Each percent sign may hide a letter of "password".
bool may_hold_password(const std::string& conninfo) {
  return lower_case(conninfo).find("pass") != std::string::npos || conninfo.find_first_of("@%") != std::string::npos;
}

/// libpq's message quotes what it can't parse, which may be the rest of a password that contains a blank.
std::string why_unreadable(const std::string& conninfo, const char* message) {
  if (message == nullptr || may_hold_password(conninfo)) return "is not a valid connection string";
  std::string text = message;
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

/// Where a value that begins at `from` ends.
std::size_t end_of_value(std::string_view text, std::size_t from) {
  if (from < text.size() && text[from] == '\'') {
    std::size_t end = from + 1;
    while (end < text.size() && text[end] != '\'') end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
  }
  return std::min(text.find_first_of(" \t\n&\"", from), text.size());
}

std::string mask_assignments(std::string_view text) {
  const std::string lower = lower_case(text);
  std::string masked;
  std::size_t done = 0;
  for (std::size_t found = lower.find(kPassword); found != std::string::npos;
       found = lower.find(kPassword, found + 1)) {
    if (found < done) continue;
    const std::size_t sign = std::min(text.find_first_not_of(" \t", found + kPassword.size()), text.size());
    if (sign == text.size() || text[sign] != '=') continue;
    const std::size_t value = std::min(text.find_first_not_of(" \t", sign + 1), text.size());
    masked.append(text.substr(done, value - done)).append(kMask);
    done = end_of_value(text, value);
  }
  return masked.append(text.substr(done));
}

std::string mask_word(std::string_view word) {
  if (!has_user_and_password(word)) return std::string(word);
  const std::size_t scheme = word.find("://");
  const std::size_t colon = word.find(':', scheme == std::string_view::npos ? 0 : scheme + 3);
  return std::string(word.substr(0, colon + 1)).append(kMask).append(word.substr(word.rfind('@')));
}

}  // namespace

std::optional<std::string> find_fault_with_conninfo(const std::string& conninfo) {
  if (!is_connection_string(conninfo)) {
    if (!has_user_and_password(conninfo)) return std::nullopt;
    return "is neither a database name nor a URI that begins with postgresql://";
  }
  char* message = nullptr;
  const Options options(PQconninfoParse(conninfo.c_str(), &message), PQconninfoFree);
  if (options == nullptr) {
    const std::unique_ptr<char, void (*)(void*)> owned(message, PQfreemem);
    return why_unreadable(conninfo, message);
  }
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    const std::string_view keyword = option->keyword;
    if ((keyword == kPassword || keyword == "sslpassword") && option->val != nullptr) {
      return "others can see a password on the command line: put it into ~/.pgpass, or the file that PGPASSFILE names";
    }
  }
  return find_misplaced_uri(options.get());
}

std::optional<std::string> find_misplaced_uri(const PQconninfoOption* options) {
  constexpr std::array<std::string_view, 5> kQuoted = {"dbname", "host", "hostaddr", "port", "user"};
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val == nullptr || std::ranges::find(kQuoted, option->keyword) == kQuoted.end()) continue;
    const std::string_view value = option->val;
    const bool is_address =
        option->keyword != std::string_view("user") && option->keyword != std::string_view("dbname");
    // A host that begins with @ is an abstract Unix socket.
    const bool is_odd = is_address && value.find('@', 1) != std::string_view::npos;
    if (is_odd || has_user_and_password(value) || value.find("://") != std::string_view::npos) {
      return fmt::format("the {} of the connection can't be a URI or a part of one (in a URI, write @ as %40)",
                         option->keyword);
    }
  }
  return std::nullopt;
}

std::string without_passwords(std::string_view message) {
  const std::string assignments = mask_assignments(message);
  const std::string_view text = assignments;
  std::string masked;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kEndsOfWord, at), text.size());
    masked += mask_word(text.substr(at, end - at));
    if (end < text.size()) masked += text[end];
    at = end + 1;
  }
  return masked;
}

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

/// Functions that are called before these settings need their schema.
constexpr const char* kSettings =
    "SET search_path = pg_catalog, pg_temp; SET row_security = off; SET quote_all_identifiers = off";

/// A server that can then ends a statement, such as one that builds an index, soon after this program was killed.
constexpr const char* kNoticesLostClient =
    "SELECT pg_catalog.set_config(name, '1s', false) FROM pg_catalog.pg_settings "
    "WHERE name = 'client_connection_check_interval'";

/// Shared by the thread that opens sessions and the one that waits for them.
struct Opening {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::vector<Connection> connections;
  std::exception_ptr failure;
  bool finished = false;
  bool abandoned = false;
};

/// Returns false when nobody is waiting any longer.
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
  query(kNoticesLostClient);
}

std::vector<Connection> open_connections(const std::string& conninfo, int count, const std::stop_token& stop) {
  // In a thread of its own, because neither the lookup of an address nor libpq's attempts to reach one server after
  // the other can be interrupted. It is left behind when a stop is requested.
  const auto opening = std::make_shared<Opening>();
  std::thread([opening, conninfo, count] { open(*opening, conninfo, count); }).detach();
  std::unique_lock lock(opening->mutex);
  opening->changed.wait(lock, stop, [&] { return opening->finished; });
  opening->abandoned = true;
  if (!opening->finished) throw bulkmarc::Error(bulkmarc::ErrorCode::kCancelled, {}, "stopped");
  if (opening->failure != nullptr) std::rethrow_exception(opening->failure);
  return std::move(opening->connections);
}

void on_each(std::span<Connection> connections, std::stop_source& stop, const std::function<void(Connection&)>& work) {
  std::mutex mutex;
  std::exception_ptr failure;
  {
    std::vector<std::jthread> threads;
    threads.reserve(connections.size());
    for (Connection& connection : connections) {
      threads.emplace_back([&] {
        try {
          work(connection);
        } catch (...) {
          const std::scoped_lock lock(mutex);
          if (failure == nullptr) failure = std::current_exception();
          stop.request_stop();
        }
      });
    }
  }
  if (failure != nullptr) std::rethrow_exception(failure);
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
