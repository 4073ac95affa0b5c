#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <bulkmarc/report.hpp>

#include "report/report_text.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

/// The character that `bytes`, which are valid UTF-8, are.
char32_t decode(std::string_view bytes) {
  if (bytes.size() == 1) return static_cast<unsigned char>(bytes[0]);
  char32_t character = static_cast<unsigned char>(bytes[0]) & (0x7FU >> bytes.size());
  for (const char byte : bytes.substr(1)) character = character << 6 | (static_cast<unsigned char>(byte) & 0x3FU);
  return character;
}

/// Controls (C0, DEL, C1), separators of lines, and what changes the direction of text or hides it.
bool acts_on_terminals(char32_t character) {
  const auto is_in = [character](char32_t first, char32_t last) { return first <= character && character <= last; };
  return is_in(0x00, 0x1F) || is_in(0x7F, 0x9F) || character == 0x061C || is_in(0x200E, 0x200F) ||
         is_in(0x2028, 0x202E) || is_in(0x2066, 0x206F) || is_in(0xFFF9, 0xFFFB);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || acts_on_terminals(decode(text.substr(0, length)))) {
      result += '?';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

/// What JSON's own escapes leave stands only within strings, but for the line breaks between its lines.
std::string escape_controls(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  while (!json.empty()) {
    const std::size_t length = utf8_length(json);
    const char32_t character = length == 0 ? 0 : decode(json.substr(0, length));
    if (length != 0 && character != U'\n' && acts_on_terminals(character)) {
      result += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
    } else {
      result += json.substr(0, length == 0 ? 1 : length);
    }
    json.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

}  // namespace bulkmarc
