#include "text/marc8.hpp"

#include <algorithm>
#include <string>

#include "text/marc8_tables.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr char kEscape = '\x1B';
constexpr std::size_t kEastAsianLength = 3;

bool is_high(char byte) { return (static_cast<unsigned char>(byte) & 0x80) != 0; }
unsigned code_of(char byte) { return static_cast<unsigned char>(byte) & 0x7F; }
bool is_graphic(char byte) { return code_of(byte) > 0x20 && code_of(byte) < 0x7F; }

/// Decodes one text (loc.gov/marc/specifications/speccharmarc8.html). It reads escape sequences as YAZ does.
class Marc8Decoder {
 public:
  Marc8Decoder(std::string_view bytes, Buffer& output) : bytes_(bytes), output_(output) {}

  std::size_t decode() {
    while (at_ < bytes_.size()) step();
    if (!marks_.empty()) replace();
    return replaced_;
  }

 private:
  void step() {
    const char byte = bytes_[at_];
    if (byte == kEscape) return escape();
    if (!is_high(byte) && (g0_ == &ascii_ || !is_graphic(byte))) return plain();
    const bool is_control = code_of(byte) < 0x20;
    const Marc8Set& set = is_control ? ansel_ : is_high(byte) ? *g1_ : *g0_;
    if (set.final_byte == kEastAsian) return east_asian();
    ++at_;
    take(set.characters[code_of(byte)]);
  }

  /// Takes what is the same in UTF-8. Only the first of it is the base of the marks that wait.
  void plain() {
    put(static_cast<unsigned char>(bytes_[at_++]));
    const std::size_t begin = at_;
    while (at_ < bytes_.size() && !is_high(bytes_[at_]) && bytes_[at_] != kEscape &&
           (g0_ == &ascii_ || !is_graphic(bytes_[at_]))) {
      ++at_;
    }
    output_.append(bytes_.substr(begin, at_ - begin));
  }

  /// Takes an escape, `$` where the set has codes of several bytes, `(` or `,` for G0, `)` or `-` for G1, `!` before
  /// the final byte of ANSEL, and a final byte.
  void escape() {
    std::size_t at = at_ + 1;
    const auto skip = [&](std::string_view any) {
      const bool found = at < bytes_.size() && any.find(bytes_[at]) != std::string_view::npos;
      at += found ? 1 : 0;
      return found;
    };
    skip("$");
    const bool into_g1 = !skip("(,") && skip(")-");
    skip("!");
    const auto sets = marc8_sets();
    const auto called = at < bytes_.size() ? std::ranges::find(sets, bytes_[at], &Marc8Set::final_byte) : sets.end();
    if (called == sets.end()) {
      ++at_;
      return replace();
    }
    (into_g1 ? g1_ : g0_) = &*called;
    at_ = at + 1;
  }

  void east_asian() {
    const std::string_view rest = bytes_.substr(at_, kEastAsianLength);
    char32_t code = 0;
    std::size_t length = 0;
    for (; length < rest.size() && is_graphic(rest[length]) && is_high(rest[length]) == is_high(rest[0]); ++length) {
      code = code << 8 | code_of(rest[length]);
    }
    at_ += std::max<std::size_t>(length, 1);
    const auto characters = east_asian_characters();
    const auto found = std::ranges::lower_bound(characters, code, {}, &EastAsianCharacter::code);
    const bool known = length == kEastAsianLength && found != characters.end() && found->code == code;
    take(known ? found->character : 0);
  }

  void take(char32_t character) {
    if (character == 0) {
      replace();
    } else if ((character & kCombining) != 0) {
      marks_ += character & ~kCombining;
    } else if (character != kNothing) {
      put(character);
    }
  }

  void put(char32_t character) {
    append_character(character, output_);
    for (const char32_t mark : marks_) append_character(mark, output_);
    marks_.clear();
  }

  void replace() {
    ++replaced_;
    put(U'\uFFFD');
  }

  std::string_view bytes_;
  Buffer& output_;
  const Marc8Set& ansel_ = marc8_sets()[0];
  const Marc8Set& ascii_ = marc8_sets()[1];
  const Marc8Set* g0_ = &ascii_;
  const Marc8Set* g1_ = &ansel_;
  std::u32string marks_;  // That wait for their base.
  std::size_t at_ = 0;
  std::size_t replaced_ = 0;
};

}  // namespace

bool can_decode_marc8() { return !marc8_sets().empty(); }

std::size_t append_marc8(std::string_view bytes, Buffer& output) { return Marc8Decoder(bytes, output).decode(); }

}  // namespace bulkmarc
