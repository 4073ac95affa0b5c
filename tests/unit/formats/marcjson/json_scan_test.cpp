#include "formats/marcjson/json_scan.hpp"

#include <ostream>
#include <random>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace bulkmarc {

bool operator==(const JsonEnd& a, const JsonEnd& b) { return std::tie(a.kind, a.length) == std::tie(b.kind, b.length); }
std::ostream& operator<<(std::ostream& out, const JsonEnd& end) {
  return out << (end.kind == JsonEnd::Kind::kEnd    ? "end "
                 : end.kind == JsonEnd::Kind::kMore ? "more "
                                                    : "error ")
             << end.length;
}

namespace {

JsonEnd end(std::size_t length) { return {JsonEnd::Kind::kEnd, length}; }
JsonEnd error(std::size_t at) { return {JsonEnd::Kind::kError, at}; }
constexpr JsonEnd kMore = {JsonEnd::Kind::kMore, 0};

TEST(JsonScanTest, AnObjectEndsWhereItsBracketIsClosed) {
  EXPECT_EQ(find_json_end("{}{}", true), end(2));
  EXPECT_EQ(find_json_end("[[],{\"a\":[]}] ", true), end(13));
  EXPECT_EQ(find_json_end(R"({"a":"}"} })", true), end(9));
  EXPECT_EQ(find_json_end(R"({"a":"\"}"} })", true), end(11));
  EXPECT_EQ(find_json_end(R"({"a":"\\"} })", true), end(10));
  EXPECT_EQ(find_json_end(R"({ "a" : 1.5e+3 , "b" : null } })", true), end(29));
}

TEST(JsonScanTest, WhatDoesNotEndNeedsMore) {
  for (const char* text :
       {"{", "{\"", "{\"a", "{\"a\":\"\\", "{\"a\":\"\\\"", "{\"a\":[1,", "{\"a\":{}", "{\"a\":tr"}) {
    EXPECT_EQ(find_json_end(text, true), kMore) << text;
  }
}

TEST(JsonScanTest, ErrorsAreFoundWhereTheyStand) {
  EXPECT_EQ(find_json_end("{\"a\":\"b\n{\"c\":\"d\"}", true), error(5)) << "a line end within a string";
  EXPECT_EQ(find_json_end("{\"a\":\"b\":\"c\"}{", true), end(13)) << "a wrong comma moves no end";
  EXPECT_EQ(find_json_end_carefully("{\"a\":\"b\":\"c\"}"), error(5));
  EXPECT_EQ(find_json_end("{\"a\":b\",\"c\":\"d\"}", true), error(1)) << "a lost quote";
  EXPECT_EQ(find_json_end_carefully("{\"a\":[}"), error(1));
  EXPECT_EQ(find_json_end_carefully("{\"a\" 1}"), error(1));
  EXPECT_EQ(find_json_end_carefully("{1:2}"), error(0));
  EXPECT_EQ(find_json_end_carefully("{\"a\":1,}"), error(1));
}

TEST(JsonScanTest, TheEndIsTheSameHoweverMuchIsThere) {
  for (const std::string& text : {std::string("{\"a\":[{\"b\":[{\"c\":[[\"d\"]]}]}]}"), std::string("{\"a\":[}]"),
                                  std::string("{\"a\":\"") + std::string(100, 'x') + "\n\"}"}) {
    const std::string longer = text + std::string(200, ' ');
    const JsonEnd expected = find_json_end(longer, true);
    for (std::size_t length = 0; length < longer.size(); ++length) {
      const JsonEnd found = find_json_end(std::string_view(longer).substr(0, length + 1), false);
      EXPECT_TRUE(found.kind == JsonEnd::Kind::kMore || found == expected) << text << " " << length;
    }
    EXPECT_EQ(find_json_end(longer, false), expected);
  }
}

TEST(JsonScanTest, DeepNestingIsAnError) {
  EXPECT_EQ(find_json_end(std::string(kDeepestJson, '[') + std::string(kDeepestJson, ']'), true),
            end(2 * kDeepestJson));
  EXPECT_EQ(find_json_end(std::string(1'000'000, '['), true), error(0));
}

/// JSON of brackets, strings and escapes, in which little is rare.
std::string random_json(std::mt19937& random, int depth) {
  const auto pick = [&random](unsigned count) { return static_cast<unsigned>(random()) % count; };
  std::string text = "\"";
  switch (depth == 0 ? 0U : pick(4)) {
    case 0:
      for (unsigned i = pick(30); i > 0; --i) {
        static constexpr std::string_view kPieces[] = {"a", "{", "}", "[", "]", ",", ":", "\\\"", "\\\\", "\\n", "é"};
        text += kPieces[pick(std::size(kPieces))];
      }
      return text + "\"";
    case 1:
      text = "{";
      for (unsigned i = pick(5); i > 0; --i) {
        text += random_json(random, 0) + ":" + random_json(random, depth - 1) + (i > 1 ? ", " : "");
      }
      return text + "}";
    case 2:
      text = "[";
      for (unsigned i = pick(5); i > 0; --i) text += random_json(random, depth - 1) + (i > 1 ? "," : "");
      return text + "]";
    default:
      return "17";
  }
}

TEST(JsonScanTest, TheFastScanAgreesWithTheCarefulOne) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = "{\"a\":" + random_json(random, 5) + ",\"b\":[" + random_json(random, 4) + "]}";
    const std::string more = text + "{\"c\":\"" + std::string(i % 70, 'x');
    EXPECT_EQ(find_json_end(more, true), end(text.size())) << text;
    EXPECT_EQ(find_json_end_carefully(more), end(text.size())) << text;
    const std::size_t length = random() % text.size();
    EXPECT_EQ(find_json_end("{" + text.substr(1, length), true), find_json_end_carefully("{" + text.substr(1, length)));
  }
}

}  // namespace
}  // namespace bulkmarc
