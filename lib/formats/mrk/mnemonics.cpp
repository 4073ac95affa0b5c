#include "formats/mrk/mnemonics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "text/byte_set.hpp"
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

constexpr auto kMnemonics = std::to_array<Mnemonic>({
    // What has a meaning in the format, or divides it.
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
    Mnemonic{"gs", "\x1D"},
    Mnemonic{"rs", "\x1E"},
    Mnemonic{"us", "\x1F"},
    // What follows {esc} where another set of MARC-8 begins.
    Mnemonic{"arabic", "(3"},
    Mnemonic{"cjk", "$1"},
    Mnemonic{"cyril", "(N"},
    Mnemonic{"greek", "g"},
    Mnemonic{"hebrew", "(2"},
    Mnemonic{"latin", "(B"},
    Mnemonic{"sub", "b"},
    Mnemonic{"super", "p"},
    // The rest of ASCII.
    Mnemonic{"excl", "!"},
    Mnemonic{"gt", ">"},
    Mnemonic{"hyphen", "-"},
    Mnemonic{"lowbar", "_"},
    Mnemonic{"pipe", "|"},
    Mnemonic{"space", " "},
    Mnemonic{"spcirc", "^"},
    Mnemonic{"spgrave", "`"},
    Mnemonic{"sptilde", "~"},
    Mnemonic{"spundscr", "_"},
    Mnemonic{"squf", "|"},
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
    combining("circb", "\u032D", 0),
    combining("vlineb", "\u0329", 0),
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
    Mnemonic{"IJlig", "\u0132"},
    Mnemonic{"ijlig", "\u0133"},
    Mnemonic{"No", "№"},
    Mnemonic{"osuper", "º"},
    Mnemonic{"rdquofh", "”"},
    Mnemonic{"rdquor", "”"},
    Mnemonic{"rsquor", "’"},
    Mnemonic{"shy", "\u00AD"},
    // Greek and Cyrillic letters, which MARCMaker itself writes in Latin ones.
    Mnemonic{"agr", "α"},
    Mnemonic{"bgr", "β"},
    Mnemonic{"ggr", "γ"},
    Mnemonic{"Acy", "А"},
    Mnemonic{"acy", "а"},
    Mnemonic{"Bcy", "Б"},
    Mnemonic{"bcy", "б"},
    Mnemonic{"Vcy", "В"},
    Mnemonic{"vcy", "в"},
    Mnemonic{"Gcy", "Г"},
    Mnemonic{"gcy", "г"},
    Mnemonic{"GEcy", "Г"},
    Mnemonic{"gecy", "г"},
    Mnemonic{"GHcy", "Ґ"},
    Mnemonic{"ghcy", "ґ"},
    Mnemonic{"Dcy", "Д"},
    Mnemonic{"dcy", "д"},
    Mnemonic{"GJEcy", "Ѓ"},
    Mnemonic{"gjecy", "ѓ"},
    Mnemonic{"DJEcy", "Ђ"},
    Mnemonic{"djecy", "ђ"},
    Mnemonic{"YEcy", "Е"},
    Mnemonic{"yecy", "е"},
    Mnemonic{"IOcy", "Ё"},
    Mnemonic{"iocy", "ё"},
    Mnemonic{"IEcy", "Є"},
    Mnemonic{"iecy", "є"},
    Mnemonic{"ZHcy", "Ж"},
    Mnemonic{"zhcy", "ж"},
    Mnemonic{"ZHuacy", "Ж"},
    Mnemonic{"zhuacy", "ж"},
    Mnemonic{"Zcy", "З"},
    Mnemonic{"zcy", "з"},
    Mnemonic{"DZEcy", "Ѕ"},
    Mnemonic{"dzecy", "ѕ"},
    Mnemonic{"Icy", "И"},
    Mnemonic{"icy", "и"},
    Mnemonic{"IYcy", "И"},
    Mnemonic{"iycy", "и"},
    Mnemonic{"YIcy", "Ї"},
    Mnemonic{"yicy", "ї"},
    Mnemonic{"JIcy", "Ї"},
    Mnemonic{"jicy", "ї"},
    Mnemonic{"Iumlcy", "Ї"},
    Mnemonic{"iumlcy", "ї"},
    Mnemonic{"Jcy", "Й"},
    Mnemonic{"jcy", "й"},
    Mnemonic{"JEcy", "Ј"},
    Mnemonic{"jecy", "ј"},
    Mnemonic{"Kcy", "К"},
    Mnemonic{"kcy", "к"},
    Mnemonic{"KJEcy", "Ќ"},
    Mnemonic{"kjecy", "ќ"},
    Mnemonic{"Lcy", "Л"},
    Mnemonic{"lcy", "л"},
    Mnemonic{"LJEcy", "Љ"},
    Mnemonic{"ljecy", "љ"},
    Mnemonic{"Mcy", "М"},
    Mnemonic{"mcy", "м"},
    Mnemonic{"Ncy", "Н"},
    Mnemonic{"ncy", "н"},
    Mnemonic{"NJEcy", "Њ"},
    Mnemonic{"njecy", "њ"},
    Mnemonic{"Ocy", "О"},
    Mnemonic{"ocy", "о"},
    Mnemonic{"Pcy", "П"},
    Mnemonic{"pcy", "п"},
    Mnemonic{"Rcy", "Р"},
    Mnemonic{"rcy", "р"},
    Mnemonic{"Scy", "С"},
    Mnemonic{"scy", "с"},
    Mnemonic{"Tcy", "Т"},
    Mnemonic{"tcy", "т"},
    Mnemonic{"TSHEcy", "Ћ"},
    Mnemonic{"tshecy", "ћ"},
    Mnemonic{"Ucy", "У"},
    Mnemonic{"ucy", "у"},
    Mnemonic{"Ubrevecy", "Ў"},
    Mnemonic{"ubrevecy", "ў"},
    Mnemonic{"Fcy", "Ф"},
    Mnemonic{"fcy", "ф"},
    Mnemonic{"KHcy", "Х"},
    Mnemonic{"khcy", "х"},
    Mnemonic{"Hcy", "Г"},
    Mnemonic{"hcy", "г"},
    Mnemonic{"TScy", "Ц"},
    Mnemonic{"tscy", "ц"},
    Mnemonic{"CHcy", "Ч"},
    Mnemonic{"chcy", "ч"},
    Mnemonic{"DZHEcy", "Џ"},
    Mnemonic{"dzhecy", "џ"},
    Mnemonic{"SHcy", "Ш"},
    Mnemonic{"shcy", "ш"},
    Mnemonic{"SHCHcy", "Щ"},
    Mnemonic{"shchcy", "щ"},
    Mnemonic{"HARDcy", "Ъ"},
    Mnemonic{"hardcy", "ъ"},
    Mnemonic{"Ycy", "Ы"},
    Mnemonic{"ycy", "ы"},
    Mnemonic{"SOFTcy", "Ь"},
    Mnemonic{"softcy", "ь"},
    Mnemonic{"Ecy", "Э"},
    Mnemonic{"ecy", "э"},
    Mnemonic{"YUcy", "Ю"},
    Mnemonic{"yucy", "ю"},
    Mnemonic{"YAcy", "Я"},
    Mnemonic{"yacy", "я"},
});

/// Of a letter and its mark together.
constexpr std::size_t kLongestName = 9;
/// What is longer than this, or holds other bytes, is a text in braces and no mnemonic that we might not know.
constexpr std::size_t kLongestUnknown = 20;

const Mnemonic* find(std::string_view name) {
  const auto* found = std::ranges::find(kMnemonics, name, &Mnemonic::name);
  return found == kMnemonics.end() ? nullptr : found;
}

constexpr ByteSet kLetter("A-Za-z");
constexpr ByteSet kNameByte("A-Za-z0-9");

/// The value of two hexadecimal digits in upper case.
std::optional<std::uint8_t> parse_code(std::string_view name) {
  if (name.size() != 2 || name.find_first_not_of("0123456789ABCDEF") != std::string_view::npos) return std::nullopt;
  std::uint8_t code = 0;
  std::from_chars(name.data(), name.data() + name.size(), code, 16);
  return code;
}

constexpr bool is_of_ascii(std::uint8_t code) { return code < 0x80; }

/// What a mnemonic stands for: a character or some, or a letter with a mark.
struct Meaning {
  std::string_view base;
  const Mnemonic* mark = nullptr;
};

std::optional<Meaning> meaning_of(std::string_view name) {
  static constexpr auto kAscii = [] {
    std::array<char, 0x80> codes{};
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<char>(i);
    return codes;
  }();
  if (name.empty()) return std::nullopt;
  if (name.size() == 1) {
    if (!kNameByte.contains(name.front())) return std::nullopt;
    return Meaning{name};
  }
  const auto meaning = [](const Mnemonic& known) {
    return known.combining ? Meaning{{}, &known} : Meaning{known.character};
  };
  if (const Mnemonic* known = find(name)) return meaning(*known);
  if (const auto code = parse_code(name)) {
    if (is_of_ascii(*code)) return Meaning{{&kAscii[*code], 1}};
    const auto* found = std::ranges::find(kMnemonics, *code, &Mnemonic::code);
    if (found != kMnemonics.end()) return meaning(*found);
  }
  const Mnemonic* mark = kLetter.contains(name.front()) ? find(name.substr(1)) : nullptr;
  if (mark == nullptr || !mark->combining) return std::nullopt;
  return Meaning{name.substr(0, 1), mark};
}

/// Builds a text in UTF-8, and holds combining characters back until their letter is there.
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

  void mnemonic(const Meaning& meaning) {
    if (meaning.base.empty()) {
      held_ += meaning.mark->character;
    } else {
      base(meaning.base);
      if (meaning.mark != nullptr) output_ += meaning.mark->character;
    }
  }

  void end() { base({}); }

 private:
  void base(std::string_view character) {
    output_ += character;
    output_ += held_;
    held_.clear();
  }

  std::string& output_;
  std::string held_;
};

/// Builds a text in MARC-8, where combining characters stand before their letter.
class Marc8Composer {
 public:
  explicit Marc8Composer(std::string& output) : output_(output) {}

  void text(std::string_view text) { output_ += text; }
  void mnemonic(const Meaning& meaning) {
    if (meaning.mark != nullptr) character(meaning.mark->character);
    if (!meaning.base.empty()) character(meaning.base);
  }
  void end() {}

 private:
  void character(std::string_view character) {
    if (is_ascii(character)) {
      output_ += character;
      return;
    }
    const auto* found = std::ranges::find_if(
        kMnemonics, [character](const Mnemonic& known) { return known.code != 0 && known.character == character; });
    if (found != kMnemonics.end()) {
      output_ += static_cast<char>(found->code);
    } else {
      output_ += reference_to(character);
    }
  }

  /// The form in which MARC-8 has characters that its sets lack.
  static std::string reference_to(std::string_view character) {
    unsigned value = static_cast<unsigned char>(character.front()) & (character.size() == 2 ? 0x1FU : 0x0FU);
    for (const char byte : character.substr(1)) value = value << 6 | (static_cast<unsigned char>(byte) & 0x3FU);
    return fmt::format("&#x{:04X};", value);
  }

  std::string& output_;
};

template <class Composer>
std::size_t replace_mnemonics(std::string_view text, Composer composer) {
  std::size_t unknown = 0;
  for (std::size_t brace; (brace = text.find('{')) != std::string_view::npos;) {
    composer.text(text.substr(0, brace));
    text.remove_prefix(brace);
    const std::size_t end = text.substr(0, kLongestUnknown + 2).find('}');
    const std::string_view name = end == std::string_view::npos ? std::string_view{} : text.substr(1, end - 1);
    if (const auto meaning = name.size() > kLongestName ? std::nullopt : meaning_of(name)) {
      composer.mnemonic(*meaning);
      text.remove_prefix(end + 1);
    } else {
      unknown += !name.empty() && all_in(name, kNameByte) ? 1 : 0;
      composer.text(text.substr(0, 1));
      text.remove_prefix(1);
    }
  }
  composer.text(text);
  composer.end();
  return unknown;
}

}  // namespace

std::size_t append_without_mnemonics(std::string_view text, std::string& output) {
  return replace_mnemonics(text, Composer(output));
}

std::size_t append_mnemonics_as_marc8(std::string_view text, std::string& output) {
  return replace_mnemonics(text, Marc8Composer(output));
}

}  // namespace bulkmarc
