#include "formats/mrk/reader.hpp"

#include <ctime>

#include <gmock/gmock.h>

#include "support/exports.hpp"
#include "support/parsed.hpp"
#include "text/marc8.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
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
  EXPECT_TRUE(mrk.recognizes("# a comment\r\r\t=001  a"));
  EXPECT_TRUE(mrk.recognizes("LDR  00714cam a2200229 a 4500\r001  a"));
  EXPECT_FALSE(mrk.recognizes("a = b"));
  EXPECT_FALSE(mrk.recognizes("= b"));
}

/// Reads in batches of several sizes, and expects that they do not matter.
Parsed parse_in_every_way(std::string_view text) {
  Parsed whole = parse_mrk(text);
  for (const std::size_t batch_bytes : {1, 2, 3, 7, 16, 40, 64, 100}) {
    const Parsed parsed = parse_mrk(text, batch_bytes);
    EXPECT_EQ(numbers(parsed), numbers(whole)) << text;
    EXPECT_EQ(parsed.skipped, whole.skipped) << text;
    for (std::size_t i = 0; i < std::min(parsed.items.size(), whole.items.size()); ++i) {
      EXPECT_EQ(parsed.items[i].raw, whole.items[i].raw) << text;
      EXPECT_EQ(parsed.items[i].repairs, whole.items[i].repairs) << text;
    }
  }
  return whole;
}

std::string with_line_ends(std::string text, std::string_view end) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += end.size()) text.replace(at, 1, end);
  return text;
}

TEST(MrkFormatTest, CarriageReturnsLineFeedsAndBothEachEndALine) {
  const std::string text = record("a") + record("b") + record("c");
  for (const char* end : {"\r", "\r\n", "\n"}) {
    const Parsed parsed = parse_in_every_way(with_line_ends(text, end));
    EXPECT_EQ(numbers(parsed), "a b c ");
    EXPECT_EQ(parsed.skipped, 0U);
    for (const Parsed::Item& item : parsed.items) {
      EXPECT_THAT(item.repairs, IsEmpty());
      EXPECT_EQ(item.record.view().fields().size(), 2U);
    }
  }
  EXPECT_EQ(numbers(parse_in_every_way(record("a") + with_line_ends(record("b"), "\r") + record("c"))), "a b c ");
}

TEST(MrkFormatTest, AnIndentedRecordKeepsItsFields) {
  for (const char* indent : {" ", "\t", "    ", "\u200E"}) {
    std::string indented = record("b");
    for (std::size_t at = 0; (at = indented.find('=', at)) != std::string::npos; at += std::string(indent).size() + 1) {
      indented.insert(at, indent);
    }
    const Parsed parsed = parse_in_every_way(record("a") + indented + record("c"));
    EXPECT_EQ(numbers(parsed), "a b c ") << indent;
    EXPECT_EQ(iso2709(parsed.items[1].record.view()), iso2709(parse_mrk(record("b")).items[0].record.view()));
    EXPECT_THAT(parsed.items[1].repairs, ElementsAre("syntax"));
    EXPECT_THAT(parsed.items[2].repairs, IsEmpty());
  }
}

TEST(MrkFormatTest, LinesWithoutEqualsSignsAreFieldsAllTheSame) {
  std::string bare = record("b");
  std::erase(bare, '=');
  for (const std::string& text :
       {record("a") + bare + record("c"), record("a") + with_line_ends(bare, "\r") + record("c")}) {
    const Parsed parsed = parse_in_every_way(text);
    EXPECT_EQ(numbers(parsed), "a b c ");
    EXPECT_EQ(iso2709(parsed.items[1].record.view()), iso2709(parse_mrk(record("b")).items[0].record.view()));
    EXPECT_THAT(parsed.items[1].repairs, ElementsAre("syntax"));
  }
  const Parsed one = parse_in_every_way("=LDR  00714cam a2200229 a 4500\n=001  a\n245 10$aTitle\n500  \\\\$aNote\n\n");
  EXPECT_EQ(one.items.front().record.view().fields().size(), 3U);
  EXPECT_EQ(numbers(parse_in_every_way("100 records of today\n\n" + record("a"))), "a ") << "this is not a field";
}

TEST(MrkFormatTest, LinesThatBeginWithANumberSignAreComments) {
  const Parsed parsed = parse_in_every_way(
      "# first\n#\n\n=LDR  00714cam a2200229 a 4500\n# second\n=001  a\n#=001  b\n=245  10$aTitle\n# third\n\n# last");
  EXPECT_EQ(numbers(parsed), "a ");
  EXPECT_EQ(parsed.skipped, 0U);
  EXPECT_THAT(parsed.items.front().repairs, IsEmpty());
  EXPECT_EQ(parsed.items.front().record.view().fields().size(), 2U);
}

TEST(MrkFormatTest, WrappedLinesAreJoinedWithOneBlank) {
  for (const char* text :
       {"=245  10$aTitle /$cAuthor\n ; with others.", "=245  10$aTitle /$cAuthor \n; with others.",
        "=245  10$aTitle /$cAuthor\r\n\t ; with\r\nothers.", "=245  10$aTitle\n / $cAuthor\n\u200E ; with others."}) {
    const Field field = field_of(text);
    EXPECT_THAT(field.bytes, testing::EndsWith("Author ; with others.")) << text;
    EXPECT_THAT(field.repairs, ElementsAre("syntax"));
  }
  EXPECT_EQ(field_of("=245  10$aTitle\n= Parallel title").bytes,
            "10\x1F"
            "aTitle = Parallel title");
  EXPECT_EQ(field_of("=245  10$aTitle\n = Parallel title").bytes,
            "10\x1F"
            "aTitle = Parallel title");
}

TEST(MrkFormatTest, WithoutLeadersAndEmptyLinesAControlNumberBeginsARecord) {
  const Parsed parsed =
      parse_in_every_way("=001  a\n=040  \\\\$aX\n=100  1\\$aBach\n=001  b\n=100  1\\$aHandel\n=001  c\n");
  EXPECT_EQ(numbers(parsed), "a b c ");
  for (const Parsed::Item& item : parsed.items) EXPECT_THAT(item.repairs, ElementsAre("syntax", "leader"));
  EXPECT_EQ(numbers(parse_in_every_way("=LDR  00714cam a2200229 a 4500\n=001  a\n=001  b\n=245  10$aTitle\n")), "a ")
      << "a record with a leader may have two control numbers";
}

TEST(MrkFormatTest, OfTwoLeadersInARowTheFirstOneCounts) {
  const Parsed parsed = parse_in_every_way("=LDR  00714cam a2200229 a 4500\n=LDR  00714cas a2200229 a 4500\n=001  a\n");
  EXPECT_EQ(numbers(parsed), "a ");
  EXPECT_EQ(parsed.items.front().record.view().leader(), kLeader);
  EXPECT_THAT(parsed.items.front().repairs, ElementsAre("syntax"));
}

TEST(MrkFormatTest, MarksOfDirectionBesideDelimitersAndTagsAreTakenOff) {
  for (const char* line : {"=880  10\u200E$6245-01\u200E$a\u200EX y\u200F$\u202Ac\u202Cz\u200E",
                           "=\u200E880\u200E  \u200E10$6245-01$aX y$cz"}) {
    const Field field = field_of(line);
    EXPECT_EQ(field.bytes,
              "10\x1F"
              "6245-01\x1F"
              "aX y\x1F"
              "cz")
        << line;
    EXPECT_THAT(field.repairs, ElementsAre("syntax"));
  }
  EXPECT_EQ(field_of("=880  10$aX\u200Ey").bytes,
            "10\x1F"
            "aX\u200Ey");
}

TEST(MrkFormatTest, UnknownMnemonicsAreKeptAndReported) {
  EXPECT_THAT(field_of("=245  10$aTitle {what}").repairs, ElementsAre("syntax"));
  EXPECT_THAT(field_of("=001  {FF}").repairs, ElementsAre("syntax"));
  EXPECT_THAT(field_of("=245  10$aTitle {lcub}what{rcub} { and }").repairs, IsEmpty());
}

TEST(MrkFormatTest, ARecordInMarc8IsConverted) {
  if (!can_decode_marc8()) GTEST_SKIP() << "this build can't decode MARC-8";
  const std::string begin = "=LDR  00714cam  2200229 a 4500\n";
  for (const auto& [line, taken] : {std::pair{"=245  10$aCaf\xE2"
                                              "e $bM\xE8uller",
                                              "10\x1F"
                                              "aCafe\u0301 \x1F"
                                              "bMu\u0308ller"},
                                    std::pair{"=245  10$aCaf\xE2"
                                              "e {AElig}{eacute}{acute}e",
                                              "10\x1F"
                                              "aCafe\u0301 Æe\u0301e\u0301"},
                                    std::pair{"=245  10$a{esc}{cyril}A{esc}{latin}b",
                                              "10\x1F"
                                              "aаb"}}) {
    const Parsed parsed = parse_mrk(begin + line);
    ASSERT_EQ(parsed.items.size(), 1U);
    const RecordView view = parsed.items.front().record.view();
    EXPECT_EQ((*view.fields().begin()).bytes(), taken);
    EXPECT_EQ(view.leader(), kLeader) << "it is UTF-8 now";
    EXPECT_THAT(parsed.items.front().repairs, IsEmpty());
  }
  const Parsed wrong = parse_mrk(begin + "=245  10$aa\xFFz");
  EXPECT_THAT(wrong.items.front().repairs, ElementsAre("invalid_marc8"));
  EXPECT_EQ(wrong.items.front().problems.front().location.tag, "245");
  const Parsed doubtful = parse_mrk(begin + "=245  10$aRen\xE2 e");
  EXPECT_THAT(doubtful.items.front().repairs, ElementsAre("invalid_marc8"));
  EXPECT_THAT(doubtful.items.front().problems.front().detail, HasSubstr("hardly"));
  EXPECT_THAT(parse_mrk(begin + "=245  10$aCafé").items.front().repairs, ElementsAre("mislabelled"));
  EXPECT_THAT(parse_mrk(begin + "=245  10$aCaf{acute}e").items.front().repairs, IsEmpty());
}

TEST(MrkFormatTest, AnotherFormatBehindTheRecordsIsOneReject) {
  const std::string json = R"({"leader":"00714cam a2200229 a 4500","fields":[{"001":"x"}]})";
  const std::string iso = iso2709(numbered_records(3));
  for (const auto& [other, name] :
       {std::pair{iso, "ISO 2709"}, std::pair{json + "\n" + json, "JSON"}, std::pair{"[\n " + json + "]", "JSON"},
        std::pair{"\x1E" + json, "JSON"}, std::pair{std::string("<?xml version=\"1.0\"?><collection/>"), "MARCXML"},
        std::pair{std::string("<marc:record xmlns:marc=\"x\"/>"), "MARCXML"}}) {
    for (const std::string& before : {record("a"), "=LDR  00714cam a2200229 a 4500\n=001  a\n" + std::string()}) {
      const Parsed parsed = parse_in_every_way(before + other);
      EXPECT_EQ(numbers(parsed), "a syntax ") << other;
      EXPECT_EQ(parsed.items.back().raw, other);
      EXPECT_EQ(parsed.items.back().problems.front().detail, "another format begins here: " + std::string(name));
    }
  }
}

std::string repeated(std::string_view text, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) all += text;
  return all;
}

TEST(MrkFormatTest, TimeIsLinearInTheInputWhateverItHolds) {
  const std::string begin = "=LDR  00714cam a2200229 a 4500\n=001  a\n";
  const auto seconds = [&](std::string_view text, std::size_t bytes) {
    const std::string input = begin + repeated(text, bytes);
    const std::clock_t start = std::clock();
    parse_mrk(input, 4096);
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  for (const char* text : {"=245  10$aTitle\r", "=245  10$aTitle\n", "=245  \x24", "x\n", "#\n", "=001  a\n", "\u200E",
                           " ", "{what}", "{acute}", "$", "<a:", "\n\n<x", "=LDR  00714cam a2200229 a 4500\n"}) {
    const double once = seconds(text, 25'000);
    EXPECT_LT(seconds(text, 200'000), 24 * once + 0.1) << text << ": eight times as much is no 64 times the work";
  }
}

TEST(MrkFormatTest, FindingsSayInWhichFieldTheyAre) {
  const Parsed parsed =
      parse_mrk("=LDR  00714cam a2200229 a 4500\n=500  \\\\$aOne\n=500  \\\\Two\n=500  \\\\$aThree\nfour\n");
  ASSERT_EQ(parsed.items.front().problems.size(), 2U);
  const FieldLocation stray = parsed.items.front().problems[0].location;
  EXPECT_EQ(stray.tag, "500");
  EXPECT_EQ(stray.occurrence, 2U);
  EXPECT_EQ(stray.subfield, "?");
  EXPECT_EQ(stray.position, 2U);
  EXPECT_EQ(stray.snippet, "  \\x1F?Two");
  EXPECT_EQ(parsed.items.front().problems[1].location.occurrence, 3U);
}

}  // namespace
}  // namespace bulkmarc
