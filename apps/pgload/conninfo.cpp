#include "conninfo.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

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

/// Whether libpq takes the text for more than the name of a database.
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

/// libpq's message quotes what it can't read, which may be the rest of a password with a blank in it.
std::string why_unreadable(const std::string& conninfo, const char* message) {
  if (message == nullptr || may_hold_password(conninfo)) return "is not a connection string as libpq reads it";
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
    return "is neither the name of a database nor a URI that begins with postgresql://";
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
      return "a password on the command line can be seen by others: put it into ~/.pgpass, or a file that PGPASSFILE "
             "names";
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
