#pragma once

#include <string>
#include <string_view>
#include <vector>

/// A character beyond ASCII, both ways.
struct CharsetLetter {
  std::string bytes;  ///< In the character set: an accent stands before its letter.
  std::string utf8;
};

/// Some of a character set, written down from its standard and not from the library's tables.
struct KnownCharset {
  std::string name;                    ///< As InputOptions::charset takes it.
  std::vector<CharsetLetter> letters;  ///< Each can be told from the others by the beginning of its UTF-8.
};

/// Latin-1, Windows-1252 and ISO 5426.
const std::vector<KnownCharset>& known_charsets();

/// UTF-8 in a character set. REQUIRES: it is of ASCII and of the letters of `charset`.
std::string encoded(const KnownCharset& charset, std::string_view utf8);
