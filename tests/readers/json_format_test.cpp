#include "readers/json_format.hpp"

#include <gmock/gmock.h>

#include "readers/parsed.hpp"
#include "support/exports.hpp"

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
  EXPECT_EQ(numbers(parse_json(R"({"records":[1,)" + a + "]}")), "syntax ") << "its first element is no record";
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

TEST(JsonFormatTest, WhatIsNoRecordIsRejected) {
  for (const char* text : {"{}", R"({"a":1})", R"({"leader":)", R"({"fields":{"001":"a"}})", R"({"fields":[["001"]]})",
                           R"({"fields":[{"245":{"subfields":{"a":"x"}}}]})", R"({"fields":[{"24":"x"}]})",
                           R"({"fields":[{"245":{"subfields":["x"]}}]})", R"({"fields":[{"001":"\x"}]})",
                           "{\"fields\":[{\"001\":\"a\tb\"}]}"}) {
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

/// Why the text is no record, when such bytes stand behind it in memory; "none" if it is one.
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

TEST(JsonFormatTest, OtherJsonIsNotRecognized) {
  const JsonFormat json;
  EXPECT_TRUE(json.recognizes(record("a")));
  EXPECT_TRUE(json.recognizes("[\n]\n"));
  EXPECT_FALSE(json.recognizes(R"({"name":"package","version":"1.0"})"));
}

}  // namespace
}  // namespace bulkmarc
