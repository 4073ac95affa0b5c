#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>

#include "generated_records.hpp"
#include "text/utf8.hpp"

namespace {

using bulkmarc::FieldView;
using bulkmarc::RecordView;
using bulkmarc::SubfieldView;

constexpr std::uint64_t kSample = 20'000;

/// Decodes what is known to be valid UTF-8.
std::u32string characters(std::string_view text) {
  std::u32string decoded;
  for (const char byte : text) {
    const auto unit = static_cast<unsigned char>(byte);
    if (unit < 0x80) {
      decoded += unit;
    } else if (unit >= 0xC0) {
      decoded += static_cast<char32_t>(unit & (unit >= 0xE0 ? 0x0F : 0x1F));
    } else {
      decoded.back() = decoded.back() << 6 | (unit & 0x3F);
    }
  }
  return decoded;
}

std::string_view script_of(char32_t character) {
  static const std::map<char32_t, std::string_view> kBlocks = {
      {0x0000, "ASCII"},      {0x0080, "Latin"}, {0x0250, ""},           {0x0300, "combining"}, {0x0370, "Greek"},
      {0x0400, "Cyrillic"},   {0x0530, ""},      {0x0590, "Hebrew"},     {0x0600, "Arabic"},    {0x0700, ""},
      {0x0900, "Devanagari"}, {0x0980, ""},      {0x1EA0, "Vietnamese"}, {0x1F00, ""},          {0x3041, "Hiragana"},
      {0x30A1, "Katakana"},   {0x3100, ""},      {0x4E00, "Han"},        {0xA000, ""},          {0xAC00, "Hangul"},
      {0xD7A4, ""},
  };
  return std::prev(kBlocks.upper_bound(character))->second;
}

unsigned digit(char byte) { return byte == 'X' ? 10 : static_cast<unsigned>(byte - '0'); }

bool is_modulo_11(std::string_view digits) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += static_cast<unsigned>(digits.size() - i) * digit(digits[i]);
  return sum % 11 == 0;
}

bool is_isbn(std::string_view isbn) {
  if (isbn.size() == 10) return is_modulo_11(isbn);
  unsigned sum = 0;
  for (std::size_t i = 0; i < isbn.size(); ++i) sum += (i % 2 == 0 ? 1 : 3) * digit(isbn[i]);
  return isbn.size() == 13 && sum % 10 == 0;
}

bool is_issn(std::string issn) {
  if (issn.size() != 9 || issn[4] != '-') return false;
  return is_modulo_11(issn.erase(4, 1));
}

/// Every subfield of all fields with this tag and code.
std::vector<std::string> values(std::string_view tag, char code) {
  std::vector<std::string> found;
  for_each_record(1, kSample, [&](const RecordView& record) {
    for (const FieldView field : record.fields()) {
      if (field.tag() != tag) continue;
      for (const SubfieldView subfield : field.subfields()) {
        if (subfield.code == code) found.emplace_back(subfield.value);
      }
    }
  });
  return found;
}

TEST(GeneratorContent, IsValidUtf8WithoutControlCharacters) {
  for_each_record(1, kSample, [](const RecordView& record) {
    EXPECT_EQ(record.leader()[9], 'a');
    for (const FieldView field : record.fields()) {
      ASSERT_TRUE(bulkmarc::is_utf8(field.bytes())) << record.control_number();
      std::u32string text = characters(field.bytes());
      if (!field.is_control()) std::erase(text, U'\x1F');
      EXPECT_TRUE(std::ranges::all_of(text, [](char32_t c) { return c >= 0x20 && !(c >= 0x7F && c < 0xA0); }));
    }
  });
}

TEST(GeneratorContent, IsWhatTheSchemaOfMarcXmlAllows) {
  const std::regex leader("[0-9 ]{5}[0-9A-Za-z ][0-9A-Za-z][0-9A-Za-z ]{3}22[0-9 ]{5}[0-9A-Za-z ]{3}4500");
  for_each_record(1, kSample, [&](const RecordView& record) {
    EXPECT_TRUE(std::regex_match(std::string(record.leader()), leader)) << record.leader();
    for (const FieldView field : record.fields()) {
      if (field.is_control()) continue;
      constexpr std::string_view kIndicators = " 0123456789";
      EXPECT_NE(kIndicators.find(field.indicator(0)), std::string_view::npos) << field.tag();
      EXPECT_NE(kIndicators.find(field.indicator(1)), std::string_view::npos) << field.tag();
      EXPECT_NE(field.subfields().begin(), field.subfields().end()) << field.tag();
      for (const SubfieldView subfield : field.subfields()) {
        EXPECT_TRUE((subfield.code >= 'a' && subfield.code <= 'z') || (subfield.code >= '0' && subfield.code <= '9'));
        EXPECT_FALSE(subfield.value.empty()) << field.tag() << subfield.code << " in " << record.control_number();
      }
    }
  });
}

TEST(GeneratorContent, HasTheFixedFieldsOfItsMaterial) {
  for_each_record(1, kSample, [](const RecordView& record) {
    std::map<std::string_view, std::size_t> lengths;
    for (const FieldView field : record.fields()) {
      if (!field.is_control()) continue;
      EXPECT_TRUE(lengths.emplace(field.tag(), field.bytes().size()).second) << field.tag();
    }
    EXPECT_GE(lengths["001"], 12u);
    EXPECT_EQ(lengths["005"], 16u);
    EXPECT_EQ(lengths["008"], 40u);
    EXPECT_EQ(lengths.contains("006") ? lengths["006"] : 18u, 18u);
  });
}

TEST(GeneratorContent, HoldsEveryKindOfRecord) {
  std::map<std::string, double> shares;
  for_each_record(1, kSample, [&](const RecordView& record) {
    shares[std::string(record.leader().substr(6, 2))] += 1.0 / kSample;
  });
  EXPECT_NEAR(shares["z "], 0.1, 0.02);
  EXPECT_NEAR(shares["am"], 0.65, 0.05);
  for (const char* kind : {"as", "jm", "cm", "em", "gm"}) EXPECT_GT(shares[kind], 0.01) << kind;
}

TEST(GeneratorContent, HoldsEveryScript) {
  std::map<std::string_view, std::size_t> fields;
  for_each_record(1, kSample, [&](const RecordView& record) {
    for (const FieldView field : record.fields()) {
      std::set<std::string_view> scripts;
      for (const char32_t character : characters(field.bytes())) scripts.insert(script_of(character));
      for (const std::string_view script : scripts) ++fields[script];
    }
  });
  for (const char* script : {"Latin", "combining", "Greek", "Cyrillic", "Hebrew", "Arabic", "Devanagari", "Vietnamese",
                             "Hiragana", "Katakana", "Han", "Hangul"}) {
    EXPECT_GT(fields[script], kSample / 500) << script;
  }
}

TEST(GeneratorContent, LinksEveryFieldInItsOriginalScript) {
  std::size_t links = 0;
  for_each_record(1, kSample, [&](const RecordView& record) {
    std::multiset<std::string> expected;
    std::multiset<std::string> found;
    for (const FieldView field : record.fields()) {
      const std::string_view link = field.subfield('6');
      if (link.empty()) continue;
      if (field.tag() == "880") {
        found.emplace(link.substr(0, 6));
      } else {
        expected.insert(std::string(field.tag()) + std::string(link.substr(3)));
      }
    }
    EXPECT_EQ(found, expected) << record.control_number();
    links += found.size();
  });
  EXPECT_GT(links, kSample / 2);
}

TEST(GeneratorContent, HoldsTheCharactersThatFormatsMustEscape) {
  std::map<char, std::size_t> counts;
  for_each_record(1, kSample, [&](const RecordView& record) {
    for (const FieldView field : record.fields()) {
      for (const char byte : field.bytes()) ++counts[byte];
    }
  });
  for (const char special : std::string_view("&<>\"'${}")) {
    EXPECT_GT(counts[special], kSample / 100) << special;
  }
}

TEST(GeneratorContent, HasStandardNumbersWithTheirCheckDigits) {
  EXPECT_THAT(values("020", 'a'),
              testing::AllOf(testing::SizeIs(testing::Gt(1'000u)), testing::Each(testing::Truly(is_isbn))));
  EXPECT_THAT(values("022", 'a'),
              testing::AllOf(testing::SizeIs(testing::Gt(500u)), testing::Each(testing::Truly(is_issn))));
  EXPECT_THAT(values("785", 'x'),
              testing::AllOf(testing::SizeIs(testing::Gt(100u)), testing::Each(testing::Truly(is_issn))));
}

TEST(GeneratorContent, HasControlNumbersOfTheLibraryOfCongressInTheirForm) {
  const std::regex lccn("[a-z ]{3}[0-9]{8} |[a-z ]{2}20[0-9]{8}");
  EXPECT_THAT(values("010", 'a'), testing::AllOf(testing::SizeIs(testing::Gt(kSample / 2)),
                                                 testing::Each(testing::Truly([&](const std::string& value) {
                                                   return std::regex_match(value, lccn);
                                                 }))));
}

}  // namespace
