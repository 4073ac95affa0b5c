#include "text/charset.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <iconv.h>

namespace bulkmarc {
namespace {

std::string decoded(std::string_view name, std::string_view bytes) {
  CharsetDecoder decoder(*charset_from_name(name));
  Buffer output;
  decoder.append(bytes, output);
  decoder.finish(output);
  return std::string(output.view());
}

/// One byte in UTF-8 by the system's converter, or nothing.
std::string by_system(const std::string& name, char byte) {
  void* const converter = iconv_open("UTF-8", name.c_str());
  if (converter == reinterpret_cast<void*>(-1)) return "?";  // NOLINT
  std::string output(16, '\0');
  char* from = &byte;
  std::size_t left = 1;
  char* to = output.data();
  std::size_t room = output.size();
  const bool failed = iconv(converter, &from, &left, &to, &room) == static_cast<std::size_t>(-1);
  iconv(converter, nullptr, nullptr, &to, &room);  // Some hold a letter back that may combine.
  iconv_close(converter);
  output.resize(failed ? 0 : output.size() - room);
  return output;
}

TEST(CharsetTest, SingleBytesAreWhatTheSystemTakesThemFor) {
  for (const Charset& charset : all_charsets()) {
    std::string name(charset.name);
    if (name == "iso5426" || name == "iso6937") continue;
    if (name.starts_with("iso8859")) name = "ISO-8859" + name.substr(7);
    for (int byte = 0x80; byte < 0x100; ++byte) {
      const std::string expected = by_system(name, static_cast<char>(byte));
      const std::string found = decoded(charset.name, std::string(1, static_cast<char>(byte)));
      EXPECT_EQ(found, expected.empty() ? "\xEF\xBF\xBD" : expected) << name << " " << std::hex << byte;
    }
  }
}

TEST(CharsetTest, AccentsComeBehindTheirLetters) {
  EXPECT_EQ(decoded("iso5426",
                    "caf\xC2"
                    "e \xC8u\xE9"),
            "cafe\xCC\x81 u\xCC\x88\xC3\x98");
  EXPECT_EQ(decoded("ISO6937",
                    "\xC1\xC2"
                    "a"),
            "a\xCC\x80\xCC\x81");
}

TEST(CharsetTest, AnAccentMayStandAtTheEndOfAPiece) {
  CharsetDecoder decoder(*charset_from_name("iso5426"));
  Buffer output;
  EXPECT_EQ(decoder.append("\xC2", output), std::string_view::npos);
  EXPECT_EQ(decoder.append("e", output), std::string_view::npos);
  EXPECT_TRUE(decoder.finish(output));
  EXPECT_EQ(output.view(), "e\xCC\x81");
}

TEST(CharsetTest, WhatIsNoCharacterIsReplacedAndItsPlaceTold) {
  CharsetDecoder decoder(*charset_from_name("cp1252"));
  Buffer output;
  EXPECT_EQ(decoder.append("ab\x81\x8D", output), 2U);
  EXPECT_EQ(output.view(), "ab\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(decoded("iso5426", "\xC2"), "\xEF\xBF\xBD\xCC\x81");
  EXPECT_EQ(decoded("iso5426", "\xC2\na"), "\xEF\xBF\xBD\xCC\x81\na");
}

TEST(CharsetTest, NamesAreKnownInAnyCase) {
  EXPECT_NE(charset_from_name("Latin1"), nullptr);
  EXPECT_EQ(charset_from_name("utf-8"), nullptr);
  EXPECT_EQ(charset_from_name(""), nullptr);
}

}  // namespace
}  // namespace bulkmarc
