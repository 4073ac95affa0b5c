#include "text/mrk_mnemonics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

struct Mnemonic {
  std::string_view name;
  std::string_view character;
  std::uint8_t code = 0;  // In MARC-8 (ANSEL), where it has one: its two hexadecimal digits are a mnemonic too.
  bool combining = false;
};

constexpr Mnemonic combining(std::string_view name, std::string_view character, std::uint8_t code) {
  return {name, character, code, true};
}

constexpr std::array kMnemonics = {
    // What has a meaning in the format, and the rest of ASCII.
    Mnemonic{"dollar", "$"},
    Mnemonic{"lcub", "{"},
    Mnemonic{"rcub", "}"},
    Mnemonic{"bsol", "\\"},
    Mnemonic{"amp", "&"},
    Mnemonic{"apos", "'"},
    Mnemonic{"ast", "*"},
    Mnemonic{"colon", ":"},
    Mnemonic{"comma", ","},
    Mnemonic{"commat", "@"},
    Mnemonic{"equals", "="},
    Mnemonic{"esc", "\x1B"},
    Mnemonic{"excl", "!"},
    Mnemonic{"gt", ">"},
    Mnemonic{"hyphen", "-"},
    Mnemonic{"lowbar", "_"},
    Mnemonic{"lpar", "("},
    Mnemonic{"lsqb", "["},
    Mnemonic{"lt", "<"},
    Mnemonic{"num", "#"},
    Mnemonic{"percnt", "%"},
    Mnemonic{"period", "."},
    Mnemonic{"plus", "+"},
    Mnemonic{"quest", "?"},
    Mnemonic{"quot", "\""},
    Mnemonic{"rpar", ")"},
    Mnemonic{"rsqb", "]"},
    Mnemonic{"semi", ";"},
    Mnemonic{"sol", "/"},
    Mnemonic{"verbar", "|"},
    // The extended Latin set of MARC-8.
    Mnemonic{"joiner", "\u200D", 0x8D},
    Mnemonic{"nonjoin", "\u200C", 0x8E},
    Mnemonic{"Lstrok", "Ł", 0xA1},
    Mnemonic{"Ostrok", "Ø", 0xA2},
    Mnemonic{"Dstrok", "Đ", 0xA3},
    Mnemonic{"THORN", "Þ", 0xA4},
    Mnemonic{"AElig", "Æ", 0xA5},
    Mnemonic{"OElig", "Œ", 0xA6},
    Mnemonic{"softsign", "\u02B9", 0xA7},
    Mnemonic{"mlprime", "\u02B9"},
    Mnemonic{"middot", "·", 0xA8},
    Mnemonic{"flat", "♭", 0xA9},
    Mnemonic{"reg", "®", 0xAA},
    Mnemonic{"plusmn", "±", 0xAB},
    Mnemonic{"Ohorn", "Ơ", 0xAC},
    Mnemonic{"Uhorn", "Ư", 0xAD},
    Mnemonic{"mlrhring", "\u02BC", 0xAE},
    Mnemonic{"alif", "\u02BC"},
    Mnemonic{"mllhring", "\u02BB", 0xB0},
    Mnemonic{"ayn", "\u02BB"},
    Mnemonic{"lstrok", "ł", 0xB1},
    Mnemonic{"ostrok", "ø", 0xB2},
    Mnemonic{"dstrok", "đ", 0xB3},
    Mnemonic{"thorn", "þ", 0xB4},
    Mnemonic{"aelig", "æ", 0xB5},
    Mnemonic{"oelig", "œ", 0xB6},
    Mnemonic{"hardsign", "\u02BA", 0xB7},
    Mnemonic{"mlPrime", "\u02BA"},
    Mnemonic{"inodot", "ı", 0xB8},
    Mnemonic{"pound", "£", 0xB9},
    Mnemonic{"eth", "ð", 0xBA},
    Mnemonic{"ohorn", "ơ", 0xBC},
    Mnemonic{"uhorn", "ư", 0xBD},
    Mnemonic{"deg", "°", 0xC0},
    Mnemonic{"scriptl", "ℓ", 0xC1},
    Mnemonic{"phono", "℗", 0xC2},
    Mnemonic{"copy", "©", 0xC3},
    Mnemonic{"sharp", "♯", 0xC4},
    Mnemonic{"iquest", "¿", 0xC5},
    Mnemonic{"iexcl", "¡", 0xC6},
    Mnemonic{"szlig", "ß", 0xC7},
    Mnemonic{"euro", "€", 0xC8},
    combining("hooka", "\u0309", 0xE0),
    combining("grave", "\u0300", 0xE1),
    combining("acute", "\u0301", 0xE2),
    combining("circ", "\u0302", 0xE3),
    combining("tilde", "\u0303", 0xE4),
    combining("macr", "\u0304", 0xE5),
    combining("breve", "\u0306", 0xE6),
    combining("dot", "\u0307", 0xE7),
    combining("uml", "\u0308", 0xE8),
    combining("diaer", "\u0308", 0xE8),
    combining("caron", "\u030C", 0xE9),
    combining("ring", "\u030A", 0xEA),
    combining("llig", "\uFE20", 0xEB),
    combining("rlig", "\uFE21", 0xEC),
    combining("rcommaa", "\u0315", 0xED),
    combining("dblac", "\u030B", 0xEE),
    combining("candra", "\u0310", 0xEF),
    combining("cedil", "\u0327", 0xF0),
    combining("ogon", "\u0328", 0xF1),
    combining("hookr", "\u0328", 0xF1),
    combining("dotb", "\u0323", 0xF2),
    combining("dbldotb", "\u0324", 0xF3),
    combining("ringb", "\u0325", 0xF4),
    combining("dblunder", "\u0333", 0xF5),
    combining("under", "\u0332", 0xF6),
    combining("commab", "\u0326", 0xF7),
    combining("hookl", "\u0326", 0xF7),
    combining("rcedil", "\u031C", 0xF8),
    combining("breveb", "\u032E", 0xF9),
    combining("ldbltil", "\uFE22", 0xFA),
    combining("rdbltil", "\uFE23", 0xFB),
    combining("commaa", "\u0313", 0xFE),
    // What MARC-8 has no character for, and other sets have.
    Mnemonic{"ETH", "Ð"},
    Mnemonic{"brvbar", "¦"},
    Mnemonic{"bull", "•"},
    Mnemonic{"cent", "¢"},
    Mnemonic{"curren", "¤"},
    Mnemonic{"dagger", "†"},
    Mnemonic{"Dagger", "‡"},
    Mnemonic{"divide", "÷"},
    Mnemonic{"fnof", "ƒ"},
    Mnemonic{"frac12", "½"},
    Mnemonic{"frac14", "¼"},
    Mnemonic{"frac34", "¾"},
    Mnemonic{"hellip", "…"},
    Mnemonic{"laquo", "«"},
    Mnemonic{"ldquo", "“"},
    Mnemonic{"lsquo", "‘"},
    Mnemonic{"lsquor", "‚"},
    Mnemonic{"mdash", "—"},
    Mnemonic{"micro", "µ"},
    Mnemonic{"nbsp", "\u00A0"},
    Mnemonic{"ndash", "–"},
    Mnemonic{"not", "¬"},
    Mnemonic{"ordf", "ª"},
    Mnemonic{"ordm", "º"},
    Mnemonic{"para", "¶"},
    Mnemonic{"raquo", "»"},
    Mnemonic{"rdquo", "”"},
    Mnemonic{"rsquo", "’"},
    Mnemonic{"sect", "§"},
    Mnemonic{"sup1", "¹"},
    Mnemonic{"sup2", "²"},
    Mnemonic{"sup3", "³"},
    Mnemonic{"times", "×"},
    Mnemonic{"trade", "™"},
    Mnemonic{"yen", "¥"},
};

constexpr std::size_t kLongestName = 8;

const Mnemonic* find(std::string_view name) {
  const auto* found = std::ranges::find(kMnemonics, name, &Mnemonic::name);
  return found == kMnemonics.end() ? nullptr : found;
}

bool is_letter(char byte) { return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z'); }

/// The value of two hexadecimal digits in upper case.
std::optional<std::uint8_t> parse_code(std::string_view name) {
  if (name.size() != 2 || name.find_first_not_of("0123456789ABCDEF") != std::string_view::npos) return std::nullopt;
  std::uint8_t code = 0;
  std::from_chars(name.data(), name.data() + name.size(), code, 16);
  return code;
}

/// Builds the text, and holds combining characters back until their letter is there.
class Composer {
 public:
  explicit Composer(std::string& output) : output_(output) {}

  void text(std::string_view text) {
    if (!held_.empty() && !text.empty()) {
      const std::size_t letter = std::max<std::size_t>(utf8_length(text), 1);
      base(text.substr(0, letter));
      text.remove_prefix(letter);
    }
    output_ += text;
  }

  /// Returns false when it is not known.
  bool mnemonic(std::string_view name) {
    if (const Mnemonic* known = find(name)) return add(*known);
    if (const auto code = parse_code(name)) return add_code(*code);
    if (name.size() < 2 || !is_letter(name.front())) return false;
    const Mnemonic* mark = find(name.substr(1));
    if (mark == nullptr || !mark->combining) return false;
    base(name.substr(0, 1));
    output_ += mark->character;
    return true;
  }

  void flush() { base({}); }

 private:
  void base(std::string_view character) {
    output_ += character;
    output_ += held_;
    held_.clear();
  }

  bool add(const Mnemonic& mnemonic) {
    if (mnemonic.combining) {
      held_ += mnemonic.character;
    } else {
      base(mnemonic.character);
    }
    return true;
  }

  bool add_code(std::uint8_t code) {
    if (code >= 0x20 && code < 0x7F) {
      const char character = static_cast<char>(code);
      base({&character, 1});
      return true;
    }
    const auto* found = std::ranges::find(kMnemonics, code, &Mnemonic::code);
    return code != 0 && found != kMnemonics.end() && add(*found);
  }

  std::string& output_;
  std::string held_;
};

}  // namespace

void append_without_mnemonics(std::string_view text, std::string& output) {
  Composer composer(output);
  for (std::size_t brace; (brace = text.find('{')) != std::string_view::npos;) {
    composer.text(text.substr(0, brace));
    text.remove_prefix(brace);
    const std::size_t end = text.substr(0, kLongestName + 2).find('}');
    if (end != std::string_view::npos && composer.mnemonic(text.substr(1, end - 1))) {
      text.remove_prefix(end + 1);
    } else {
      composer.text(text.substr(0, 1));
      text.remove_prefix(1);
    }
  }
  composer.text(text);
  composer.flush();
}

}  // namespace bulkmarc
