#include "readers/mrk_format.hpp"

#include <gmock/gmock.h>

#include "readers/parsed.hpp"
#include "support/exports.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kLeader = "00714cam a2200229 a 4500";

Parsed parse_mrk(std::string_view text, std::size_t batch_bytes = 1 << 20) {
  return parse<MrkFormat>(text, batch_bytes);
}

std::string record(std::string_view number) {
  return "=LDR  00714cam a2200229 a 4500\n=001  " + std::string(number) + "\n=245  10$aTitle$cAuthor.\n\n";
}

struct Field {
  std::string bytes;
  std::vector<std::string> repairs;
};
Field field_of(std::string_view line) {
  const Parsed parsed = parse_mrk("=LDR  00714cam a2200229 a 4500\n" + std::string(line));
  EXPECT_EQ(numbers(parsed).find("syntax"), std::string::npos) << line;
  for (const FieldView field : parsed.items.front().record.view().fields()) {
    return {std::string(field.bytes()), parsed.items.front().repairs};
  }
  return {};
}

TEST(MrkFormatTest, ARecordIsWhatItsLinesSay) {
  const Parsed parsed = parse_mrk(record("a"));
  ASSERT_EQ(parsed.items.size(), 1U);
  EXPECT_EQ(
      iso2709(parsed.items.front().record.view()),
      iso2709(
          Record(kLeader).add_control("001", "a").add_data("245", "10", {{'a', "Title"}, {'c', "Author."}}).view()));
  EXPECT_THAT(parsed.items.front().repairs, IsEmpty());
}

TEST(MrkFormatTest, RecordsEndWithAnEmptyLineOrBeforeTheNextLeader) {
  const std::string a = "=LDR  00714cam a2200229 a 4500\n=001  a\n";
  const std::string b = "=LDR  00714cam a2200229 a 4500\n=001  b\n";
  for (const std::string& text : {a + "\n" + b, a + "\n\n\n" + b + "\n\n", a + b, a + " \t\n" + b,
                                  "\xEF\xBB\xBF" + a + "\n" + b, a + "\n=LDR  00714cam a2200229 a 4500\n=001  b"}) {
    for (const std::size_t batch_bytes : {1, 7, 40, 1000}) {
      const Parsed parsed = parse_mrk(text, batch_bytes);
      EXPECT_EQ(numbers(parsed), "a b ") << text;
      EXPECT_EQ(parsed.skipped, 0U);
    }
  }
}

TEST(MrkFormatTest, TheLeaderMayBeCalled000) {
  const std::string text = "=000  00714cam a2200229 a 4500\n=001  a\n=000  00714cam a2200229 a 4500\n=001  b\n";
  EXPECT_EQ(numbers(parse_mrk(text, 3)), "a b ");
  const Parsed parsed = parse_mrk("=LDR  00714cam a2200229 a 4500\n=000  x\n=001  a\n");
  EXPECT_EQ(numbers(parsed), "a ") << "otherwise it is a field";
  EXPECT_EQ(parsed.items.front().record.view().fields().size(), 2U);
}

TEST(MrkFormatTest, LinesMayEndAsOnOtherSystems) {
  std::string text = record("a") + record("b");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
  const Parsed parsed = parse_mrk(text, 20);
  EXPECT_EQ(numbers(parsed), "a b ");
  EXPECT_EQ(iso2709(parsed.items.front().record.view()), iso2709(parse_mrk(record("a")).items.front().record.view()));
}

TEST(MrkFormatTest, BlanksAreWrittenInTwoWays) {
  EXPECT_EQ(field_of("=245  \\0$aTitle").bytes,
            " 0\x1F"
            "aTitle");
  EXPECT_EQ(field_of("=245   0$aTitle").bytes,
            " 0\x1F"
            "aTitle");
  EXPECT_EQ(field_of("=245 10$aTitle").bytes,
            "10\x1F"
            "aTitle");
  EXPECT_EQ(field_of("=008  981111s\\\\\\\\ x").bytes, "981111s     x");
  EXPECT_EQ(field_of("=500  \\\\$aC:\\path").bytes,
            "  \x1F"
            "aC:\\path")
      << "in variable data \\ is itself";
  const Parsed parsed = parse_mrk("=LDR  00714cam\\a2200229\\a\\4500\n=001  a\n");
  EXPECT_EQ(parsed.items.front().record.view().leader(), kLeader);
}

TEST(MrkFormatTest, MnemonicsStandForCharacters) {
  EXPECT_EQ(field_of("=245  10$a{dollar}5 {AElig} caf{acute}e {what}$b{lcub}x{rcub}").bytes,
            "10\x1F"
            "a$5 Æ cafe\u0301 {what}\x1F"
            "b{x}");
  EXPECT_EQ(field_of("=001  a{bsol}b").bytes, "a\\b");
}

TEST(MrkFormatTest, OddFieldsAreRepaired) {
  EXPECT_EQ(field_of("=245  $aTitle").bytes,
            "  \x1F"
            "aTitle");
  EXPECT_THAT(field_of("=245  $aTitle").repairs, ElementsAre("indicators"));
  EXPECT_EQ(field_of("=245  10Title").bytes, "10\x1F?Title");
  EXPECT_THAT(field_of("=245  10Title").repairs, ElementsAre("subfields"));
  EXPECT_EQ(field_of("=245  10$aTitle$").bytes,
            "10\x1F"
            "aTitle");
  EXPECT_EQ(field_of("=245").bytes, "  ");
  EXPECT_EQ(field_of("=245  10$aTitle\nand more\n").bytes,
            "10\x1F"
            "aTitle and more");
  EXPECT_THAT(field_of("=245  10$aTitle\nand more\n").repairs, ElementsAre("syntax"));
  EXPECT_EQ(field_of("=245  10$acaf\xE9").bytes,
            "10\x1F"
            "acaf\uFFFD");
  EXPECT_THAT(field_of("=245  10$acaf\xE9").repairs, ElementsAre("invalid_utf8"));
}

TEST(MrkFormatTest, AMissingLeaderIsRepaired) {
  const Parsed parsed = parse_mrk("=001  a\n\n=001  b\n");
  EXPECT_EQ(numbers(parsed), "a b ");
  EXPECT_THAT(parsed.items.front().repairs, ElementsAre("leader"));
}

TEST(MrkFormatTest, ALineWithoutASoundTagMakesAReject) {
  const Parsed parsed = parse_mrk("=LDR  00714cam a2200229 a 4500\n=24\n\n" + record("b"));
  EXPECT_EQ(numbers(parsed), "syntax b ");
}

TEST(MrkFormatTest, StrayTextIsSkipped) {
  const Parsed parsed = parse_mrk("Records of the day\n\n" + record("a") + "The end\n" + record("b") + "\x1A", 10);
  EXPECT_EQ(numbers(parsed), "a b ");
  EXPECT_EQ(parsed.skipped, 19U + 8U);
}

TEST(MrkFormatTest, OtherTextIsNotRecognized) {
  const MrkFormat mrk;
  EXPECT_TRUE(mrk.recognizes(record("a")));
  EXPECT_TRUE(mrk.recognizes("\xEF\xBB\xBF=001  a"));
  EXPECT_TRUE(mrk.recognizes("\n\n"));
  EXPECT_FALSE(mrk.recognizes("a = b"));
}

}  // namespace
}  // namespace bulkmarc
