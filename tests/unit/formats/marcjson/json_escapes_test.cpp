#include "formats/marcjson/json_escapes.hpp"

#include <string>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

std::string mended(std::string_view json) {
  Buffer output;
  append_without_lone_surrogates(json, output);
  return std::string(output.view());
}

TEST(JsonEscapesTest, PairsAndOtherEscapesAreKept) {
  for (const char* json : {"", "plain", R"(\ud83d\ude00)", R"(\uD83D\uDE00\n)", R"(\\ud83d)", R"(\u00e9)", R"(\ud83)",
                           R"(\)", R"(\uzzzz)"}) {
    EXPECT_FALSE(holds_lone_surrogates(json)) << json;
    EXPECT_EQ(mended(json), json);
  }
}

TEST(JsonEscapesTest, HalfAPairIsReplaced) {
  EXPECT_TRUE(holds_lone_surrogates(R"(a\ud83d)"));
  EXPECT_EQ(mended(R"(a\ud83db)"), R"(a\ufffdb)");
  EXPECT_EQ(mended(R"(\ude00)"), R"(\ufffd)");
  EXPECT_EQ(mended(R"(\ud83d\ud83d\ude00)"), R"(\ufffd\ud83d\ude00)");
  EXPECT_EQ(mended(R"(\ud83d\u0041\ude00)"), R"(\ufffd\u0041\ufffd)");
}

}  // namespace
}  // namespace bulkmarc
