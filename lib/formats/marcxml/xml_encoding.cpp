#include "formats/marcxml/xml_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>
#include <iconv.h>

#include "formats/marcxml/xml_markup.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

struct EncodingSign {
  std::string_view bytes;
  std::string_view encoding;
};
/// How documents begin whose declaration can't be read as ASCII; the longer signs first.
constexpr std::array kEncodingSigns = {
    EncodingSign{{"\xFF\xFE\0\0", 4}, "UTF-32LE"},
    EncodingSign{{"\0\0\xFE\xFF", 4}, "UTF-32BE"},
    EncodingSign{{"<\0\0\0", 4}, "UTF-32LE"},
    EncodingSign{{"\0\0\0<", 4}, "UTF-32BE"},
    EncodingSign{"\xFF\xFE", "UTF-16LE"},
    EncodingSign{"\xFE\xFF", "UTF-16BE"},
    EncodingSign{{"<\0", 2}, "UTF-16LE"},
    EncodingSign{{"\0<", 2}, "UTF-16BE"},
    EncodingSign{"\xEF\xBB\xBF", ""},
};

constexpr std::array<std::string_view, 4> kNamesOfUtf8 = {"utf-8", "utf8", "us-ascii", "ascii"};
/// How the names of encodings begin that have a byte for each character, and a character for most bytes.
constexpr std::array<std::string_view, 8> kNamesOfSingleBytes = {"iso-8859", "iso8859", "iso_8859",  "windows-125",
                                                                 "cp125",    "latin",   "macintosh", "koi8"};

/// The value of the declaration's `encoding`, or nothing.
std::string_view declared_encoding(std::string_view document) {
  const std::string_view declaration = document.substr(0, document.find("?>"));
  if (!declaration.starts_with("<?xml")) return {};
  const std::size_t word = declaration.find("encoding");
  if (word == xml::kNowhere) return {};
  const std::size_t quote = declaration.find_first_of("\"'", word);
  if (quote == xml::kNowhere) return {};
  const std::string_view value = declaration.substr(quote + 1);
  return value.substr(0, value.find(declaration[quote]));
}

/// True when a document in the encoding `actual`, as kEncodingSigns has it, may say that it is `declared`, in lower
/// case.
bool agree(std::string_view actual, std::string_view declared) {
  if (declared.empty()) return true;
  if (actual.empty()) return std::ranges::find(kNamesOfUtf8, declared) != kNamesOfUtf8.end();
  const bool is_wide = actual.starts_with("UTF-32");
  return declared.find(is_wide ? "32" : "16") != xml::kNowhere ||
         declared.find(is_wide ? "ucs-4" : "ucs-2") != xml::kNowhere;
}

/// The declaration of a document in UTF-16 or UTF-32, in ASCII.
std::string narrowed_declaration(std::string_view document) {
  constexpr std::size_t kLongestDeclaration = 1024;
  std::string declaration(document.substr(0, kLongestDeclaration));
  std::erase_if(declaration, [](char byte) { return byte == '\0' || byte == '\xFE' || byte == '\xFF'; });
  return declaration;
}

/// True when `text` of ASCII is the same in an encoding. Also true for one that nobody knows.
bool holds_ascii(const std::string& encoding, std::string_view text) {
  iconv_t converter = iconv_open("UTF-8", encoding.c_str());
  if (reinterpret_cast<std::intptr_t>(converter) == -1) return true;
  std::string from(text);
  std::string to(4 * text.size() + 16, '\0');
  char* in = from.data();
  char* out = to.data();
  std::size_t left = from.size();
  std::size_t room = to.size();
  iconv(converter, &in, &left, &out, &room);
  iconv_close(converter);
  to.resize(to.size() - room);
  return to == text;
}

/// True when the text is valid UTF-8 beyond ASCII, but for a character that is cut off.
bool is_utf8_beyond_ascii(std::string_view text) {
  constexpr std::size_t kLongestCharacter = 4;
  for (std::size_t cut = 0; cut < kLongestCharacter && cut <= text.size(); ++cut) {
    const std::string_view whole = text.substr(0, text.size() - cut);
    if (is_utf8(whole)) return !is_ascii(whole);
  }
  return false;
}

bool may_be(const std::string& declared, std::string_view document) {
  if (!holds_ascii(declared, document.substr(0, document.find("?>")))) return false;
  const auto begins_with = [&declared](std::string_view name) { return declared.starts_with(name); };
  return !std::ranges::any_of(kNamesOfSingleBytes, begins_with) || !is_utf8_beyond_ascii(document);
}

}  // namespace

XmlEncoding xml_encoding_of(std::string_view first_bytes) {
  constexpr std::size_t kLongestName = 40;
  const auto contradiction = [](std::string_view declared, std::string_view actual) {
    return fmt::format("the XML declaration says \"{}\", the text is in {}", declared.substr(0, kLongestName),
                       actual.empty() ? "UTF-8" : actual);
  };
  const auto* const sign = std::ranges::find_if(
      kEncodingSigns, [first_bytes](const EncodingSign& each) { return first_bytes.starts_with(each.bytes); });
  if (sign != kEncodingSigns.end()) {
    const std::string narrowed = sign->encoding.empty() ? std::string() : narrowed_declaration(first_bytes);
    const std::string_view document = sign->encoding.empty() ? first_bytes.substr(sign->bytes.size()) : narrowed;
    const std::string declared = in_lower_case(declared_encoding(document));
    const bool agrees = agree(sign->encoding, declared);
    return {std::string(sign->encoding), agrees ? std::string() : contradiction(declared, sign->encoding)};
  }
  const std::string_view name = declared_encoding(first_bytes);
  const std::string declared = in_lower_case(name);
  if (agree({}, declared)) return {};
  if (!may_be(declared, first_bytes)) return {{}, contradiction(name, {})};
  return {std::string(name), {}};
}

}  // namespace bulkmarc
