#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <yaz/yaz-iconv.h>

#include "text/marc8_tables.hpp"

// Run by the build: asks YAZ for every character of MARC-8, and prints the tables as C++. So the library has YAZ's
// tables, and its users need not load YAZ and the thirty libraries behind it.

namespace {

using bulkmarc::kCombining;
using bulkmarc::kEastAsian;
using bulkmarc::kNothing;

constexpr char kFirst = 0x21;
constexpr char kLast = 0x7E;
constexpr std::size_t kFewestEastAsian = 10'000;

class Yaz {
 public:
  /// The character of a code in the set that is called into G0 (or G1), or 0 where there is none.
  [[nodiscard]] char32_t character(char set, char half, const std::string& code) const {
    // The blank behind it shows which characters combine: YAZ writes them after their base.
    const std::vector<char32_t> characters = decode(std::string{'\x1B', half, set} + code + ' ');
    if (characters.size() != 2) return 0;
    return characters[0] == ' ' ? characters[1] | kCombining : characters[0];
  }

 private:
  [[nodiscard]] std::vector<char32_t> decode(std::string bytes) const {
    char* from = bytes.data();
    std::size_t left = bytes.size();
    unsigned char output[32];
    char* to = reinterpret_cast<char*>(output);
    std::size_t room = sizeof output;
    yaz_iconv(converter_.get(), nullptr, nullptr, nullptr, nullptr);
    if (yaz_iconv(converter_.get(), &from, &left, &to, &room) == static_cast<std::size_t>(-1)) return {};
    std::vector<char32_t> characters;
    for (std::size_t i = 0; i < sizeof output - room; i += 4) {
      characters.push_back(char32_t{output[i]} << 24 | char32_t{output[i + 1]} << 16 | char32_t{output[i + 2]} << 8 |
                           char32_t{output[i + 3]});
    }
    return characters;
  }

  std::unique_ptr<yaz_iconv_struct, int (*)(yaz_iconv_t)> converter_{yaz_iconv_open("UCS4", "MARC8"), yaz_iconv_close};
};

void print_set(const Yaz& yaz, char set) {
  char32_t characters[128] = {};
  for (char code = kFirst; set != kEastAsian && code <= kLast; ++code) {
    characters[static_cast<unsigned char>(code)] = yaz.character(set, '(', {code});
  }
  if (set == 'E') {
    for (char code = 0; code < 0x20; ++code) {
      characters[static_cast<unsigned char>(code)] = yaz.character(set, ')', {static_cast<char>(code | 0x80)});
    }
    characters[0x6C] = characters[0x7B] = kNothing;
  }
  std::printf("    {'%c', {", set);
  for (const char32_t character : characters) std::printf("%#lx,", static_cast<unsigned long>(character));
  std::printf("}},\n");
}

std::size_t print_east_asian(const Yaz& yaz) {
  std::size_t count = 0;
  for (char first = kFirst; first <= kLast; ++first) {
    for (char second = kFirst; second <= kLast; ++second) {
      for (char third = kFirst; third <= kLast; ++third) {
        const char32_t character = yaz.character(kEastAsian, '(', {first, second, third});
        if (character == 0) continue;
        std::printf("    {0x%02x%02x%02x, %#lx},\n", static_cast<unsigned>(first), static_cast<unsigned>(second),
                    static_cast<unsigned>(third), static_cast<unsigned long>(character));
        ++count;
      }
    }
  }
  return count;
}

}  // namespace

int main() {
  const Yaz yaz;
  std::printf("#include \"text/marc8_tables.hpp\"\n\nnamespace bulkmarc {\nnamespace {\n\n");
  std::printf("constexpr Marc8Set kSets[] = {\n");
  for (const char set : {'E', 'B', 's', 'g', 'b', 'p', '2', 'N', 'Q', '3', '4', 'S', kEastAsian}) print_set(yaz, set);
  std::printf("};\n\nconstexpr EastAsianCharacter kEastAsianCharacters[] = {\n");
  const std::size_t east_asian = print_east_asian(yaz);
  std::printf("};\n\n}  // namespace\n\n");
  std::printf("std::span<const Marc8Set> marc8_sets() { return kSets; }\n\n");
  std::printf("std::span<const EastAsianCharacter> east_asian_characters() { return kEastAsianCharacters; }\n\n");
  std::printf("}  // namespace bulkmarc\n");
  return east_asian < kFewestEastAsian || std::fflush(stdout) != 0 ? 1 : 0;
}
