#include "formats/marcxml/xml_markup.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace bulkmarc::xml {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

bool is_character(std::uint32_t code) {
  return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0xD800) ||
         (code >= 0xE000 && code < 0xFFFE) || (code >= 0x10000 && code < 0x110000);
}

/// The code that the digits of a character reference give, `x` before hexadecimal ones.
std::optional<std::uint32_t> parse_code(std::string_view digits) {
  const int base = digits.starts_with('x') ? 16 : 10;
  if (base == 16) digits.remove_prefix(1);
  std::uint32_t code = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code, base);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return code;
}

void append_utf8(std::uint32_t code, std::string& output) {
  const auto append = [&output](std::uint32_t byte) { output += static_cast<char>(byte); };
  const auto append_rest = [&append, code](int shift) { append(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    append(code);
  } else if (code < 0x800) {
    append(0xC0 | code >> 6);
    append_rest(0);
  } else if (code < 0x10000) {
    append(0xE0 | code >> 12);
    append_rest(6);
    append_rest(0);
  } else {
    append(0xF0 | code >> 18);
    append_rest(12);
    append_rest(6);
    append_rest(0);
  }
}

}  // namespace

std::size_t length_of_tag(std::string_view text) {
  char quote = '\0';
  for (std::size_t at = 1; (at = text.find_first_of(quote == '\0'  ? "\"'<>"
                                                    : quote == '"' ? "\"<"
                                                                   : "'<",
                                                    at)) != kNowhere;
       ++at) {
    if (text[at] == '<') return 0;
    if (text[at] == '>') return at + 1;
    quote = quote == '\0' ? text[at] : '\0';
  }
  return kNowhere;
}

std::size_t append_reference(std::string_view text, std::string& output) {
  constexpr std::size_t kLongestReference = 32;
  const std::size_t end = text.substr(0, kLongestReference).find(';');
  if (end == kNowhere) return 0;
  const std::string_view name = text.substr(1, end - 1);
  if (name.starts_with('#')) {
    const auto code = parse_code(name.substr(1));
    if (!code || !is_character(*code)) return 0;
    append_utf8(*code, output);
    return end + 1;
  }
  const auto* const entity = std::ranges::find(kEntities, name, &std::pair<std::string_view, char>::first);
  if (entity == kEntities.end()) return 0;
  output += entity->second;
  return end + 1;
}

}  // namespace bulkmarc::xml
