#include "support/charset_text.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

const std::vector<KnownCharset>& known_charsets() {
  static const std::vector<KnownCharset> kCharsets = {
      {"latin1", {{"\xC9", "\u00C9"}, {"\xE9", "\u00E9"}, {"\xFF", "\u00FF"}, {"\xA0", "\u00A0"}, {"\xDF", "\u00DF"}}},
      {"cp1252", {{"\xC9", "\u00C9"}, {"\xE9", "\u00E9"}, {"\x80", "\u20AC"}, {"\x93", "\u201C"}, {"\x9C", "\u0153"}}},
      {"iso5426",
       {{"\xC2"
         "e",
         "e\u0301"},
        {"\xC1"
         "a",
         "a\u0300"},
        {"\xC1\xC2"
         "o",
         "o\u0300\u0301"},
        {"\xFA", "\u0153"},
        {"\xE1", "\u00C6"},
        {"\xFB", "\u00DF"}}}};
  return kCharsets;
}

std::string encoded(const KnownCharset& charset, std::string_view utf8) {
  std::string bytes;
  while (!utf8.empty()) {
    const auto letter =
        std::ranges::find_if(charset.letters, [&](const CharsetLetter& each) { return utf8.starts_with(each.utf8); });
    if (letter == charset.letters.end()) {
      if (static_cast<unsigned char>(utf8.front()) >= 0x80) throw std::runtime_error("is not of " + charset.name);
      bytes += utf8.front();
      utf8.remove_prefix(1);
    } else {
      bytes += letter->bytes;
      utf8.remove_prefix(letter->utf8.size());
    }
  }
  return bytes;
}
