#include "formats/marcjson/reader.hpp"

#include <ctime>

#include <gmock/gmock.h>

#include "support/exports.hpp"
#include "support/parsed.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Parsed parse_json(std::string_view text, std::size_t batch_bytes = 1 << 20) {
  return parse<JsonFormat>(text, batch_bytes);
}

constexpr const char* kLeader = "00714cam a2200229 a 4500";

std::string record(std::string_view number) {
  return R"({"leader":"00714cam a2200229 a 4500","fields":[{"001":")" + std::string(number) +
         R"("},{"245":{"ind1":"1","ind2":"0","subfields":[{"a":"Title, the"},{"c":"Author."}]}}]})";
}

/// The record of the only item, which was not rejected.
RecordView only(const Parsed& parsed) {
  EXPECT_EQ(parsed.items.size(), 1U);
  EXPECT_EQ(parsed.items.front().reject, "");
  return parsed.items.front().record.view();
}

std::string field_of(std::string_view json) {
  static Parsed parsed;
  parsed = parse_json(R"({"leader":"00714cam a2200229 a 4500","fields":[)" + std::string(json) + "]}");
  for (const FieldView field : only(parsed).fields()) return std::string(field.bytes());
  return "none";
}

std::vector<std::string> repairs_of(std::string_view json) {
  return parse_json(R"({"leader":"00714cam a2200229 a 4500","fields":[)" + std::string(json) + "]}")
      .items.front()
      .repairs;
}

TEST(JsonFormatTest, RecordsStandInAnArrayOrOneAfterTheOther) {
  const std::string a = record("a");
  const std::string b = record("b");
  for (const std::string& text :
       {"[" + a + "," + b + "]", " [\n" + a + " ,\r\n\t" + b + "\n] \n", a + b, a + "\n" + b, a + "\n\n" + b + "\n",
        "\xEF\xBB\xBF[" + a + "," + b + "]", "\x1E" + a + "\n\x1E" + b, "[" + a + "][" + b + "]"}) {
    for (const std::size_t batch_bytes : {1, 7, 100, 1000}) {
      const Parsed parsed = parse_json(text, batch_bytes);
      EXPECT_EQ(numbers(parsed), "a b ") << text;
      EXPECT_EQ(parsed.items[0].raw, a);
      EXPECT_EQ(parsed.skipped, 0U);
    }
  }
}

TEST(JsonFormatTest, ARecordIsTheSameInEveryLayoutOfJson) {
  const Parsed usual = parse_json(record("a"));
  const std::string_view expected = only(usual).bytes();
  EXPECT_EQ(expected, std::string(kLeader) +
                          "a\x1E"
                          "10\x1F"
                          "aTitle, the\x1F"
                          "cAuthor.\x1E");
  for (
      const char* text :
      {R"({"leader": "00714cam a2200229 a 4500", "fields": [{"001": "a"}, {"245": {"ind1": "1", "ind2": "0",
            "subfields": [{"a": "Title, the"}, {"c": "Author."}]}}]})",
       R"({"fields":[{"001":"a"},{"245":{"subfields":[{"a":"Title, the"},{"c":"Author."}],"ind2":"0","ind1":"1"}}],)"
       R"("leader":"00714cam a2200229 a 4500"})",
       R"({"leader":"00714cam a2200229 a 4500","fields":[{"001":"\u0061","245":{"ind1":"\u0031","ind2":"0",)"
       R"("subfields":[{"a":"Title\u002c the","c":"Author."}]}}]})",
       R"({"id":5,"leader":"00714cam a2200229 a 4500","fields":[{"001":"a"},{"245":{"ind1":"1","ind2":"0",)"
       R"("subfields":[{"a":"Title, the"},{"c":"Author."}]}}],"id":"\"leader\"","n": null ,"x":-1.5e+3,"y":true})",
       R"({"leader":"00714cam a2200229 a 4500","fields":[{"001":"a"},{"245":{"ind1":"1","ind2":"0",)"
       R"("subfields":[{"a":"Title, the"},{"c":"Author."}]}}],"id":"a","id":"\q","x":[5,{}]})",
       R"({"leader":"00714cam a2200229 a 4500","id":{"x":1},"fields":[{},{"0\u00301":"a"},{"245":{"ind1":"1","ind2":"0",)"
       R"("subfields":[{"a":"Title, the"},{"\u0063":"Author."}]}}]})"}) {
    const Parsed parsed = parse_json(text);
    EXPECT_EQ(only(parsed).bytes(), expected) << text;
    EXPECT_THAT(parsed.items.front().repairs, IsEmpty()) << text;
  }
}

TEST(JsonFormatTest, RecordsMayStandInAnArrayThatIsAMemberOfAnObject) {
  const std::string a = record("a");
  const std::string b = record("b");
  const std::string page = R"({"total":2,"page":{"x":[{"y":"}"}]},"records":[)";
  for (const std::string& text :
       {"{\"records\":[" + a + "," + b + "]}", "{ \"records\" : [\n" + a + " , " + b + "\n]\n}\n",
        page + a + "," + b + R"(],"next":"a \"] page\"","last":[1,[2],{"leader":[]}]})",
        page + a + "]}\n" + page + b + "],\"n\":null}", R"({"a":[)" + a + R"(],"fields":["x"],"b":[)" + b + "]}",
        R"({"records":[{"id":"1",)" + a.substr(1) + "," + b + "]}"}) {
    for (const std::size_t batch_bytes : {1, 7, 100, 1000}) {
      const Parsed parsed = parse_json(text, batch_bytes);
      EXPECT_EQ(numbers(parsed), "a b ") << text;
      EXPECT_EQ(parsed.skipped, 0U) << text;
    }
  }
}

TEST(JsonFormatTest, AnObjectAroundRecordsMayBeDamagedOrCutOff) {
  const std::string a = record("a");
  EXPECT_EQ(numbers(parse_json("{\"records\":[" + a)), "a ");
  EXPECT_EQ(numbers(parse_json("{\"records\":[" + a + "],\"total\":")), "a truncated ");
  EXPECT_EQ(numbers(parse_json("{\"records\":[" + a + "]]" + a + "," + record("b") + "\n")), "a a b ");
  EXPECT_EQ(numbers(parse_json("{\"records\":[" + a + "],x}\n" + record("b") + "\n")), "a b ");
  EXPECT_EQ(numbers(parse_json(R"({"records":[1,)" + a + "]}")), "syntax ") << "its first element is not a record";
  EXPECT_EQ(numbers(parse_json(R"({"records":[],"total":0})")), "syntax ");
}

TEST(JsonFormatTest, ARecordIsWhatItsObjectSays) {
  const Parsed parsed = parse_json(record("a"));
  const RecordView view = only(parsed);
  EXPECT_EQ(view.leader(), kLeader);
  EXPECT_EQ(iso2709(view), iso2709(Record(kLeader)
                                       .add_control("001", "a")
                                       .add_data("245", "10", {{'a', "Title, the"}, {'c', "Author."}})
                                       .view()));
  EXPECT_THAT(parsed.items.front().repairs, IsEmpty());
}

TEST(JsonFormatTest, KeysComeInAnyOrderAndAmongOthers) {
  const Parsed parsed =
      parse_json(R"({"_id":{"$oid":"1"},"fields":[{"245":{"subfields":[{"a":"Title"}],"x":[1,{}],)"
                 R"("ind2":"0","ind1":"1"}}],"n":null,"leader":"00714cam a2200229 a 4500","z":true})");
  const RecordView view = only(parsed);
  EXPECT_EQ(view.leader(), kLeader);
  EXPECT_EQ((*view.fields().begin()).bytes(),
            "10\x1F"
            "aTitle");
  EXPECT_THAT(parsed.items.front().repairs, IsEmpty());
}

TEST(JsonFormatTest, StringsMayBeEscaped) {
  EXPECT_EQ(field_of(R"({"245":{"ind1":" ","ind2":"\u0030","subfields":[{"\u0061":"\u00e9 \ud83d\ude00 \"\\\/\n"}]}})"),
            " 0\x1F"
            "aé 😀 \"\\/\n");
  EXPECT_EQ(field_of(R"({"001":"a\u0000b\u001fc"})"), std::string("a\0b\x1F"
                                                                  "c",
                                                                  5));
  EXPECT_EQ(field_of(R"({"\u0030\u0030\u0031":"a"})"), "a");
}

TEST(JsonFormatTest, WhatIso2709CannotHoldIsRepaired) {
  EXPECT_EQ(field_of(R"({"245":{"ind1":" ","ind2":" ","subfields":[{"a":"x\u001fy\u001e"}]}})"),
            "  \x1F"
            "ax\uFFFDy\uFFFD");
  EXPECT_EQ(field_of(R"({"001":"x\ud83dy"})"), "x\uFFFDy");
  EXPECT_THAT(repairs_of(R"({"001":"x\ud83dy"})"), ElementsAre("character"));
  EXPECT_EQ(field_of(R"({"245":{"subfields":[{"a":"x"}]}})"),
            "  \x1F"
            "ax");
  EXPECT_THAT(repairs_of(R"({"245":{"subfields":[{"a":"x"}]}})"), ElementsAre("indicators"));
  EXPECT_EQ(field_of(R"({"245":"x"})"), "  \x1F?x");
  EXPECT_THAT(repairs_of(R"({"245":"x"})"), ElementsAre("subfields"));
  EXPECT_EQ(field_of(R"({"001":{"ind1":"1","ind2":"2","subfields":[{"a":"x"}]}})"),
            "12\x1F"
            "ax");
  EXPECT_EQ(field_of(R"({"008":1990})"), "1990");
  EXPECT_EQ(field_of(R"({"008":null})"), "");
  EXPECT_THAT(repairs_of(R"({"008":true})"), ElementsAre("syntax"));
}

TEST(JsonFormatTest, BytesThatAreNotUtf8BecomeOneSign) {
  EXPECT_EQ(field_of("{\"001\":\"caf\xE9!\"}"), "caf\uFFFD!");
  EXPECT_THAT(repairs_of("{\"001\":\"caf\xE9!\"}"), ElementsAre("invalid_utf8"));
}

TEST(JsonFormatTest, AMissingLeaderIsRepaired) {
  const Parsed parsed = parse_json(R"({"fields":[{"001":"a"}]})");
  EXPECT_EQ(only(parsed).leader(), kDefaultLeader);
  EXPECT_THAT(parsed.items.front().repairs, ElementsAre("leader"));
}

TEST(JsonFormatTest, WhatIsNotARecordIsRejected) {
  for (const char* text :
       {"{}", R"({"a":1})", R"({"leader":)", R"({"fields":{"001":"a"}})", R"({"fields":[["001"]]})",
        R"({"fields":[{"245":{"subfields":{"a":"x"}}}]})", R"({"fields":[{"24":"x"}]})",
        R"({"fields":[{"245":{"subfields":["x"]}}]})", R"({"fields":[{"001":"\x"}]})", R"({"fields":[],"id":5 6})",
        R"({"fields":[],"id":})", R"({"fields":[],"id":5]})", R"({"fields":[],"id"})",
        "{\"fields\":[],\"id\":\"a\tb\"}", "{\"fields\":[{\"001\":\"a\tb\"}]}"}) {
    const Parsed parsed = parse_json(text);
    ASSERT_EQ(parsed.items.size(), 1U) << text;
    EXPECT_NE(parsed.items.front().reject, "") << text;
  }
}

TEST(JsonFormatTest, ARejectIsNamedByItsControlNumber) {
  EXPECT_EQ(
      parse_json(R"({"leader":"x","fields":[{"001": "n 1"},{"245":[]}]})").items.front().record.view().control_number(),
      "n 1");
  EXPECT_EQ(parse_json("{\"leader\":\"x\",\"fields\":[{\"001\": \"n 1\"},{\"245\":\"\t\"}]}")
                .items.front()
                .record.view()
                .control_number(),
            "n 1");
}

TEST(JsonFormatTest, StrayTextIsSkipped) {
  const Parsed parsed = parse_json("// records\n" + record("a") + "\nnull " + record("b") + "}\n");
  EXPECT_EQ(numbers(parsed), "a b ");
  EXPECT_EQ(parsed.skipped, 2U + 7U + 4U + 1U);
}

TEST(JsonFormatTest, WhatIsCutOffIsTruncated) {
  const std::string text = record("a") + "\n" + record("b");
  for (std::size_t cut = record("a").size() + 2; cut < text.size(); ++cut) {
    EXPECT_EQ(numbers(parse_json(text.substr(0, cut), 64)), "a truncated ") << cut;
  }
}

/// Damages the record in the middle in every place, and expects the others to be read.
void expect_neighbours_untouched(const std::string& before, const std::string& between, const std::string& after) {
  const std::string b = record("b");
  for (std::size_t at = 0; at < b.size(); ++at) {
    for (const char* by : {"", "\"", "{", "}", "[", "]", "\\", ",", ":", "x", "\n", "\xFF"}) {
      std::string damaged = b;
      damaged.replace(at, 1, by);
      const Parsed parsed = parse_json(before + record("a") + between + damaged + between + record("c") + after, 300);
      const std::string found = numbers(parsed);
      EXPECT_THAT(found, testing::StartsWith("a ")) << damaged;
      EXPECT_THAT(found, testing::EndsWith("c ")) << damaged;
      EXPECT_LE(parsed.items.size(), 5U) << damaged << "\n" << found;
    }
  }
}

TEST(JsonFormatTest, ADamagedRecordDoesNotTouchItsNeighbours) {
  expect_neighbours_untouched("", "\n", "\n");
  expect_neighbours_untouched("[\n", ",\n", "\n]\n");
  expect_neighbours_untouched("[", ",", "]");
}

TEST(JsonFormatTest, AByteOrderMarkAmongStrayBytesIsFoundHoweverTheyAreDealt) {
  for (const std::size_t batch_bytes : {1, 2, 3, 4, 1000}) {
    const Parsed parsed = parse_json(record("a") + "xy\xEF\xBB\xBFz\xEF\xBBz" + record("b"), batch_bytes);
    EXPECT_EQ(numbers(parsed), "a b ");
    EXPECT_EQ(parsed.skipped, 6U) << batch_bytes;
  }
}

/// Why the text is not a record, with these bytes behind it in memory; "none" if it is one.
std::string reject_before(std::string_view text, char behind) {
  const std::string memory = std::string(text) + std::string(kReadableBeyondPiece, behind);
  Record record;
  RecordBuilder builder;
  builder.begin(record);
  const auto problem = JsonFormat().make_parser()->parse(std::string_view(memory).substr(0, text.size()), builder);
  return problem ? problem->detail + " (001: " + std::string(record.view().control_number()) + ")" : "none";
}

TEST(JsonFormatTest, WhatFollowsADamagedRecordDoesNotDecideWhatBecomesOfIt) {
  const std::string begin = R"({"leader":"00714cam a2200229 a 4500","fields":[{"001" :"a"})";
  for (const char* end : {"]}", "}", "]", "", R"(],"x":{})", R"(],"x":[}})", R"(],"x":[}}})", R"({"245":{]}}]})"}) {
    const std::string expected = reject_before(begin + end, '\0');
    EXPECT_EQ(expected == "none", std::string_view(end) == "]}" || std::string_view(end) == R"(],"x":[}})") << end;
    for (const char behind : {'}', ']', ',', '{', '"', ' '})
      EXPECT_EQ(reject_before(begin + end, behind), expected) << end;
  }
}

TEST(JsonFormatTest, AStringWithoutAnEndIsGivenUp) {
  const Parsed parsed = parse_json("{\"leader\":\"" + std::string(kLongestPiece + 1000, 'x'));
  ASSERT_GE(parsed.items.size(), 1U);
  EXPECT_EQ(parsed.items.front().reject, "syntax");
}

TEST(JsonFormatTest, AnObjectWithoutFieldsIsNotARecord) {
  const std::string misspelt = R"({"leader":"00714cam a2200229 a 4500","Fields":[{"001":"b"}]})";
  const Parsed parsed = parse_json(record("a") + "\n" + misspelt + "\n" + record("c"));
  EXPECT_EQ(numbers(parsed), "a syntax c ");
  EXPECT_EQ(parsed.items[1].record.view().control_number(), "b");
  EXPECT_EQ(numbers(parse_json(R"({"leader":"00714cam a2200229 a 4500"})")), "syntax ");
  EXPECT_EQ(only(parse_json(R"({"leader":"00714cam a2200229 a 4500","fields":[]})")).fields().size(), 0U);
}

TEST(JsonFormatTest, AFieldWhoseSubfieldsAreMisspeltMakesAReject) {
  EXPECT_EQ(
      numbers(parse_json(
          R"({"leader":"00714cam a2200229 a 4500","fields":[{"245":{"ind1":" ","ind2":" ","subfield":[{"a":"x"}]}}]})")),
      "syntax ");
  EXPECT_EQ(field_of(R"({"245":{"ind1":"1","ind2":"0"}})"), "10") << "nothing is lost";
}

TEST(JsonFormatTest, OfAKeyThatStandsTwiceTheFirstCountsOrBothDo) {
  const Parsed leaders =
      parse_json(R"({"leader":"00714cam a2200229 a 4500","leader":"00714cas a2200229 a 4500","fields":[{"001":"a"}]})");
  EXPECT_EQ(only(leaders).leader(), kLeader);
  EXPECT_THAT(leaders.items.front().repairs, ElementsAre("syntax"));
  const Parsed fields =
      parse_json(R"({"leader":"00714cam a2200229 a 4500","fields":[{"001":"a"}],"fields":[{"002":"b"}]})");
  EXPECT_EQ(only(fields).fields().size(), 2U) << "no data is left out";
  EXPECT_THAT(fields.items.front().repairs, ElementsAre("syntax"));
  const char* const content =
      R"({"245":{"ind1":"1","ind1":"2","ind2":"0","subfields":[{"a":"x"}],"subfields":[{"b":"y"}]}})";
  EXPECT_EQ(field_of(content),
            "10\x1F"
            "ax\x1F"
            "by");
  EXPECT_THAT(repairs_of(content), ElementsAre("syntax"));
}

TEST(JsonFormatTest, ATextSequenceHasARecordSeparatorBeforeEachText) {
  const std::string sequence = "\x1E" + record("a") + "\n\x1E" + record("b") + "\n\x1E" + record("c") + "\n";
  for (const std::size_t batch_bytes : {1, 100, 10'000})
    EXPECT_EQ(numbers(parse_json(sequence, batch_bytes)), "a b c ");
  const std::string cut = record("b").substr(0, 70);
  EXPECT_EQ(numbers(parse_json("\x1E" + record("a") + "\n\x1E" + cut + "\x1E" + record("c") + "\n")), "a syntax c ")
      << "a text that was cut off ends where the next one begins";
}

TEST(JsonFormatTest, ADelimiterInAStringIsData) {
  for (const char* delimiter : {"\x1D", "\x1E", "\x1F"}) {
    const std::string odd =
        R"({"leader":"00714cam a2200229 a 4500","fields":[{"001":"b"},{"245":{"ind1":"1","ind2":"0","subfields":[{"a":"Ti)" +
        std::string(delimiter) + R"(tle \" \u00e9"}]}}]})";
    for (const std::string& text :
         {record("a") + "\n" + odd + "\n" + record("c") + "\n", "[" + record("a") + "," + odd + "," + record("c") + "]",
          "[" + record("a") + "," + record("c") + "," + odd + "\n]\n"}) {
      const Parsed parsed = parse_json(text, 300);
      EXPECT_EQ(parsed.items.size(), 3U);
      for (const Parsed::Item& item : parsed.items) {
        EXPECT_EQ(item.reject, "") << text;
        if (item.record.view().control_number() != "b") continue;
        EXPECT_THAT(item.repairs, ElementsAre("delimiter_in_data"));
        EXPECT_EQ(item.problems.front().location.tag, "245");
        EXPECT_EQ(item.problems.front().location.subfield, "a");
      }
    }
  }
}

TEST(JsonFormatTest, AnotherFormatBehindTheRecordsIsOneReject) {
  const std::string mrk = "=LDR  00714cam a2200229 a 4500\n=001  {\"x\"}\n";
  for (const auto& [other, name] :
       {std::pair{iso2709(numbered_records(3)), "ISO 2709"}, std::pair{mrk + "\n" + mrk, "mrk"},
        std::pair{std::string("<collection xmlns=\"http://www.loc.gov/MARC21/slim\">"), "MARCXML"},
        std::pair{std::string("<?xml version=\"1.0\"?>"), "MARCXML"}}) {
    for (const std::string& before : {record("a") + "\n", "[" + record("a") + "]\n",
                                      "{\"records\":[" + record("a") + "]}\n", "[" + record("a") + ",\n"}) {
      for (const std::size_t batch_bytes : {1, 50, 10'000}) {
        const Parsed parsed = parse_json(before + other, batch_bytes);
        EXPECT_EQ(numbers(parsed), "a syntax ") << before << other;
        EXPECT_EQ(parsed.items.back().raw, other);
        EXPECT_EQ(parsed.items.back().problems.front().detail, "another format begins here: " + std::string(name));
      }
    }
  }
}

TEST(JsonFormatTest, AStrayTextThatQuotesAnotherFormatIsStrayHoweverItIsDealt) {
  for (const char* stray :
       {"x=LDR  00714cam", "x<?xml version=\"1.0\"?>", "x00714cam!a2200229!a!4500001", "x\xEF\xBB\xBF<?xml"}) {
    const std::string text = record("a") + stray + "\n" + record("b");
    const Parsed whole = parse_json(text);
    EXPECT_EQ(numbers(whole), "a b ");
    for (const std::size_t batch_bytes : {1, 2, 3, 5, 8, 100}) {
      const Parsed parsed = parse_json(text, batch_bytes);
      EXPECT_EQ(numbers(parsed), "a b ") << stray;
      EXPECT_EQ(parsed.skipped, whole.skipped) << stray;
    }
  }
}

TEST(JsonFormatTest, TimeIsLinearInTheInputWhateverItHolds) {
  const auto seconds = [](std::string_view begin, std::string_view text, std::size_t bytes) {
    std::string input(begin);
    while (input.size() < bytes) input += text;
    const std::clock_t start = std::clock();
    parse_json(input, 4096);
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  const char* const open = R"({"leader":"00714cam a2200229 a 4500","fields":[)";
  for (const char* text : {"[", "{", "{\n", R"({"leader")", R"({"leader":"x)", R"({"001":"\ud83d"},)", R"({"001":1},)",
                           R"({"500":{"ind1":"","subfields":[{"aa":"x"}]}},)", "\x1E", "x,", R"(],"k":[)", "9"}) {
    const double once = seconds(open, text, 15'000);
    EXPECT_LT(seconds(open, text, 120'000), 24 * once + 0.1) << text << ": eight times as much is no 64 times the work";
  }
}

TEST(JsonFormatTest, FindingsSayInWhichFieldTheyAre) {
  const Parsed parsed = parse_json(
      R"({"leader":"00714cam a2200229 a 4500","fields":[{"500":{"ind1":" ","ind2":" ","subfields":[{"a":"x"}]}},{"500":{"ind1":" ","ind2":"","subfields":[{"a":"x"},{"bc":"y"}]}}]})");
  ASSERT_EQ(parsed.items.front().problems.size(), 2U);
  for (const Problem& problem : parsed.items.front().problems) {
    EXPECT_EQ(problem.location.tag, "500");
    EXPECT_EQ(problem.location.occurrence, 2U);
  }
  EXPECT_EQ(parsed.items.front().problems[0].location.position, 1U);
  EXPECT_EQ(parsed.items.front().problems[1].location.position, 5U);
  const FieldLocation replaced =
      parse_json("{\"leader\":\"00714cam a2200229 a 4500\",\"fields\":[{\"001\":\"n1\"},{\"003\":\"caf\xE9\"}]}")
          .items.front()
          .problems.front()
          .location;
  EXPECT_EQ(replaced.tag, "003");
  EXPECT_EQ(replaced.position, 3U);
}

TEST(JsonFormatTest, OtherJsonIsNotRecognized) {
  const JsonFormat json;
  EXPECT_TRUE(json.recognizes(record("a")));
  EXPECT_TRUE(json.recognizes("[\n]\n"));
  EXPECT_FALSE(json.recognizes(R"({"name":"package","version":"1.0"})"));
}

}  // namespace
}  // namespace bulkmarc
