#include "formats/marcjson/json_escapes.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace bulkmarc {

namespace {

constexpr std::string_view kDelimiters = "\x1D\x1E\x1F";
constexpr std::string_view kQuoteOrDelimiter = "\"\\\x1D\x1E\x1F";
constexpr std::size_t kEscapeLength = 6;  // \uXXXX

std::optional<unsigned> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  const char lower = static_cast<char>(digit | 0x20);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a' + 10);
  return std::nullopt;
}

/// The surrogate that the text begins with as an escape, or 0.
unsigned surrogate_at(std::string_view text) {
  if (text.size() < kEscapeLength || text[0] != '\\' || text[1] != 'u') return 0;
  unsigned unit = 0;
  for (const char digit : text.substr(2, 4)) {
    const auto value = hex_digit(digit);
    if (!value) return 0;
    unit = unit << 4 | *value;
  }
  return unit >= 0xD800 && unit <= 0xDFFF ? unit : 0;
}

/// The position of the next lone surrogate, or npos.
std::size_t find_lone_surrogate(std::string_view json, std::size_t at) {
  while ((at = json.find('\\', at)) != std::string_view::npos) {
    const unsigned unit = surrogate_at(json.substr(at));
    if (unit == 0) {
      at += 2;
      continue;
    }
    const bool is_first = unit < 0xDC00;
    if (!is_first || surrogate_at(json.substr(at + kEscapeLength)) < 0xDC00) return at;
    at += 2 * kEscapeLength;
  }
  return std::string_view::npos;
}

}  // namespace

bool holds_lone_surrogates(std::string_view json) { return find_lone_surrogate(json, 0) != std::string_view::npos; }

void append_without_lone_surrogates(std::string_view json, Buffer& output) {
  std::size_t at = 0;
  for (std::size_t lone; (lone = find_lone_surrogate(json, at)) != std::string_view::npos; at = lone + kEscapeLength) {
    output.append(json.substr(at, lone - at));
    output.append("\\ufffd");
  }
  output.append(json.substr(at));
}

bool holds_delimiters(std::string_view json) { return json.find_first_of(kDelimiters) != std::string_view::npos; }

void append_with_escaped_delimiters(std::string_view json, Buffer& output) {
  bool in_string = false;
  for (std::size_t at = 0; at < json.size();) {
    const std::size_t next = std::min(json.find_first_of(kQuoteOrDelimiter, at), json.size());
    output.append(json.substr(at, next - at));
    at = next;
    if (at == json.size()) break;
    std::size_t length = 1;
    if (json[at] == '\\' && in_string) {
      length = 2;
      output.append(json.substr(at, length));
    } else if (in_string && kDelimiters.find(json[at]) != std::string_view::npos) {
      output.append(json[at] == '\x1D' ? "\\u001d" : json[at] == '\x1E' ? "\\u001e" : "\\u001f");
    } else {
      in_string ^= json[at] == '"';
      output.append(json.substr(at, length));
    }
    at += length;
  }
}

}  // namespace bulkmarc
