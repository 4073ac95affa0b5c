#include "text/marc8.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "text/byte_set.hpp"
#include "text/marc8_tables.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr char kEscape = '\x1B';
constexpr std::size_t kEastAsianLength = 3;
constexpr ByteSet kHexDigit("0-9A-Fa-f");
constexpr ByteSet kLetterOrDigit("0-9A-Za-z");

bool is_high(char byte) { return (static_cast<unsigned char>(byte) & 0x80) != 0; }
unsigned code_of(char byte) { return static_cast<unsigned char>(byte) & 0x7F; }
bool is_graphic(char byte) { return code_of(byte) > 0x20 && code_of(byte) < 0x7F; }

/// What an escape sequence calls.
struct Call {
  const Marc8Set* set;
  bool into_upper_half;
  std::size_t length;
};

/// The call that `bytes` begins with: an escape, `$` where the set has codes of several bytes, `(` or `,` for the lower
/// half (G0), `)` or `-` for the upper one (G1), `!` before the final byte of ANSEL, and a final byte. Nothing where
/// the escape leads to no set.
std::optional<Call> first_call(std::string_view bytes) {
  std::size_t at = 1;
  const auto skip = [&](std::string_view any) {
    const bool found = at < bytes.size() && any.find(bytes[at]) != std::string_view::npos;
    at += found ? 1 : 0;
    return found;
  };
  skip("$");
  const bool into_upper_half = !skip("(,") && skip(")-");
  skip("!");
  const auto sets = marc8_sets();
  const auto called = at < bytes.size() ? std::ranges::find(sets, bytes[at], &Marc8Set::final_byte) : sets.end();
  if (called == sets.end()) return std::nullopt;
  return Call{&*called, into_upper_half, at + 1};
}

/// A numeric character reference, as LC's lossless conversion to MARC-8 writes it.
struct Reference {
  char32_t character;
  std::size_t length;
};

/// The reference that `bytes` begins with, if it stands for a character that MARC-8 may lack.
std::optional<Reference> first_reference(std::string_view bytes) {
  constexpr std::size_t kMostDigits = 6;
  constexpr char32_t kFirst = 0xA0;
  if (!bytes.starts_with(kReferenceSign)) return std::nullopt;
  char32_t character = 0;
  std::size_t at = kReferenceSign.size();
  const std::size_t digits_end = std::min(bytes.size(), at + kMostDigits);
  for (; at < digits_end && kHexDigit.contains(bytes[at]); ++at) {
    const auto digit = static_cast<unsigned char>(bytes[at]);
    character = character << 4 | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10U);
  }
  const bool is_surrogate = character >= 0xD800 && character < 0xE000;
  if (at >= bytes.size() || bytes[at] != ';' || character < kFirst || is_surrogate || character > 0x10FFFF) {
    return std::nullopt;
  }
  return Reference{character, at + 1};
}

/// Decodes one text (loc.gov/marc/specifications/speccharmarc8.html). It reads escape sequences as YAZ does.
class Marc8Decoder {
 public:
  Marc8Decoder(std::string_view bytes, Buffer& output) : bytes_(bytes), output_(output) {}

  Marc8Flaws decode() {
    while (at_ < bytes_.size()) step();
    if (!marks_.empty()) replace();
    return flaws_;
  }

 private:
  void step() {
    begin_ = at_;
    const char byte = bytes_[at_];
    if (byte == kEscape) return escape();
    if (byte == '&' && g0_ == &ascii_ && take_reference()) return;
    if (!is_high(byte) && (g0_ == &ascii_ || !is_graphic(byte))) return plain();
    const bool is_control = code_of(byte) < 0x20;
    const Marc8Set& set = is_control ? ansel_ : is_high(byte) ? *g1_ : *g0_;
    if (is_high(byte) && &set == &ansel_ && utf8_length(bytes_.substr(at_)) > 1) doubt();
    if (set.final_byte == kEastAsian) return east_asian();
    ++at_;
    take(set.characters[code_of(byte)]);
  }

  /// Takes what is the same in UTF-8. Only the first of it is the base of the marks that wait.
  void plain() {
    put(static_cast<unsigned char>(bytes_[at_++]));
    const std::size_t begin = at_;
    while (at_ < bytes_.size() && !is_high(bytes_[at_]) && bytes_[at_] != kEscape && bytes_[at_] != '&' &&
           (g0_ == &ascii_ || !is_graphic(bytes_[at_]))) {
      ++at_;
    }
    output_.append(bytes_.substr(begin, at_ - begin));
  }

  bool take_reference() {
    const auto reference = first_reference(bytes_.substr(at_));
    if (!reference) return false;
    at_ += reference->length;
    put(reference->character);
    return true;
  }

  void escape() {
    const auto call = first_call(bytes_.substr(at_));
    if (!call) {
      ++at_;
      return replace();
    }
    (call->into_upper_half ? g1_ : g0_) = call->set;
    at_ += call->length;
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
    if (marks_.empty()) return;
    if (character < 0x80 && !kLetterOrDigit.contains(static_cast<char>(character))) doubt();
    for (const char32_t mark : marks_) append_character(mark, output_);
    marks_.clear();
  }

  void replace() {
    ++flaws_.replaced;
    flaws_.first = std::min(flaws_.first, begin_);
    put(U'\uFFFD');
  }
  void doubt() {
    ++flaws_.doubtful;
    flaws_.first = std::min(flaws_.first, begin_);
  }

  std::string_view bytes_;
  Buffer& output_;
  const Marc8Set& ansel_ = marc8_sets()[0];
  const Marc8Set& ascii_ = marc8_sets()[1];
  const Marc8Set* g0_ = &ascii_;
  const Marc8Set* g1_ = &ansel_;
  std::u32string marks_;  // That wait for their base.
  std::size_t at_ = 0;
  std::size_t begin_ = 0;  // Of what is decoded in this step.
  Marc8Flaws flaws_;
};

}  // namespace

bool can_decode_marc8() { return !marc8_sets().empty(); }

Marc8Flaws append_marc8(std::string_view bytes, Buffer& output) { return Marc8Decoder(bytes, output).decode(); }

bool calls_upper_half(std::string_view text) {
  bool called = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (called && is_high(text[at])) return true;
    if (text[at] != kEscape) continue;
    const auto call = first_call(text.substr(at));
    if (!call) continue;
    if (call->into_upper_half) called = call->set != marc8_sets().data();
    at += call->length - 1;
  }
  return false;
}

}  // namespace bulkmarc
