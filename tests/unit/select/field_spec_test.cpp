#include "select/condition.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/record.hpp>

#include "select/parser.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Record book() {
  Record record("00000cam a2200000 i 4500");
  record.add_control("001", "nr1")
      .add_control("007", "ta")
      .add_control("008", "240101s2024    fr a     b    001 0 fre d")
      .add_data("245", "12", {{'a', "L'\xC3\xA9t\xC3\xA9 :"}, {'b', "roman /"}, {'c', "A. B."}})
      .add_data("650", " 0", {{'a', "Whales"}, {'x', "Fiction."}})
      .add_data("650", " 7", {{'a', "Baleines"}, {'a', "Mers"}, {'2', "ram"}})
      .add_data("651", " 0", {{'a', "Nantucket"}})
      .add_field("500", "  ");
  return record;
}

std::vector<std::string> values(std::string_view spec, const Record& record = book()) {
  std::vector<std::string> found;
  EXPECT_TRUE(parse_field_spec(spec).each(record.view(), [&](std::string_view value) {
    found.emplace_back(value);
    return true;
  }));
  return found;
}

TEST(FieldSpecTest, AControlFieldIsOneValue) {
  EXPECT_THAT(values("001"), ElementsAre("nr1"));
  EXPECT_THAT(values("00."), ElementsAre("nr1", "ta", "240101s2024    fr a     b    001 0 fre d"));
  EXPECT_THAT(values("009"), IsEmpty());
}

TEST(FieldSpecTest, TheLeaderIsOneValue) {
  EXPECT_THAT(values("LDR"), ElementsAre("00000cam a2200000 i 4500"));
  EXPECT_THAT(values("LDR/5-8"), ElementsAre("cam "));
}

TEST(FieldSpecTest, ADataFieldIsTheValuesOfItsSubfields) {
  EXPECT_THAT(values("245"), ElementsAre("L'\xC3\xA9t\xC3\xA9 :", "roman /", "A. B."));
  EXPECT_THAT(values("500"), ElementsAre(""));
}

TEST(FieldSpecTest, StrayDataIsTheValueOfASubfield) {
  const Record record = Record()
                            .add_field("245",
                                       "10The title\x1F"
                                       "bsub")
                            .add_field("SYS", "000012345");
  EXPECT_THAT(values("245", record), ElementsAre("The title", "sub"));
  EXPECT_THAT(values("245$?", record), ElementsAre("The title"));
  EXPECT_THAT(values("245$b", record), ElementsAre("sub"));
  EXPECT_THAT(values("245$?/0-2", record), ElementsAre("The"));
  EXPECT_THAT(values("245{$?=\\The\\stitle}", record), ElementsAre("The title", "sub"));
  EXPECT_THAT(values("SYS", record), ElementsAre("000012345"));
  EXPECT_THAT(values("SYS$?", record), ElementsAre("000012345"));
  EXPECT_THAT(values("SYS^1", record), ElementsAre(" ")) << "it is all data";
}

TEST(FieldSpecTest, SubfieldsComeInTheOrderOfTheRecord) {
  EXPECT_THAT(values("650$a"), ElementsAre("Whales", "Baleines", "Mers"));
  EXPECT_THAT(values("245$c$a"), ElementsAre("L'\xC3\xA9t\xC3\xA9 :", "A. B."));
  EXPECT_THAT(values("245$b-z"), ElementsAre("roman /", "A. B."));
  EXPECT_THAT(values("650$0-9"), ElementsAre("ram"));
  EXPECT_THAT(values("500$a"), IsEmpty());
}

TEST(FieldSpecTest, DotsStandForAnyCharacterOfATag) {
  EXPECT_THAT(values("65.$a"), ElementsAre("Whales", "Baleines", "Mers", "Nantucket"));
  EXPECT_THAT(values(".5.^2"), ElementsAre("0", "7", "0"));
}

TEST(FieldSpecTest, AnIndicatorIsAValueOfEachDataField) {
  EXPECT_THAT(values("245^1"), ElementsAre("1"));
  EXPECT_THAT(values("650^2"), ElementsAre("0", "7"));
  EXPECT_THAT(values("650^1"), ElementsAre(" ", " "));
  Record damaged;
  damaged.add_field("245", "1")
      .add_field("246",
                 "\x1F"
                 "ax");
  EXPECT_THAT(values("24.^2", damaged), ElementsAre(" ", " "))
      << "the second byte is not an indicator, and is in no output";
  EXPECT_THAT(values("246^1", damaged), ElementsAre(" "));
}

TEST(FieldSpecTest, PositionsCountCharacters) {
  EXPECT_THAT(values("008/35-37"), ElementsAre("fre"));
  EXPECT_THAT(values("245$a/2"), ElementsAre("\xC3\xA9"));
  EXPECT_THAT(values("245$a/2-4"), ElementsAre("\xC3\xA9t\xC3\xA9"));
  EXPECT_THAT(values("245$a/4-#"), ElementsAre("\xC3\xA9 :"));
  EXPECT_THAT(values("007/0-99"), ElementsAre("ta"));
  EXPECT_THAT(values("007/2"), IsEmpty());
}

TEST(FieldSpecTest, PositionsCountCharactersWhereverALongOneStands) {
  for (std::size_t place = 0; place < 20; ++place) {
    const std::string before(place, 'x');
    Record record;
    record.add_data("245", "00", {{'a', before + "\xC3\xA9" + std::string(19 - place, 'x')}});
    const std::string positions = std::to_string(place);
    EXPECT_THAT(values("245$a/" + positions, record), ElementsAre("\xC3\xA9")) << place;
    EXPECT_THAT(values("245$a/0-" + positions, record), ElementsAre(before + "\xC3\xA9"));
    EXPECT_THAT(values("245$a/19", record), ElementsAre(place == 19 ? "\xC3\xA9" : "x")) << place;
    EXPECT_THAT(values("245$a/20", record), IsEmpty()) << place;
  }
}

TEST(FieldSpecTest, PositionsMayCountFromTheEnd) {
  EXPECT_THAT(values("245$a/#"), ElementsAre(":"));
  EXPECT_THAT(values("245$a/#-2"), ElementsAre("\xC3\xA9 :"));
  EXPECT_THAT(values("007/#-9"), ElementsAre("ta"));
}

TEST(FieldSpecTest, AContextChoosesAmongTheFields) {
  EXPECT_THAT(values("650$a{^2=\\7}"), ElementsAre("Baleines", "Mers"));
  EXPECT_THAT(values("650$a{$2}"), ElementsAre("Baleines", "Mers"));
  EXPECT_THAT(values("650$a{!$2}"), ElementsAre("Whales"));
  EXPECT_THAT(values("65.$a{^2=\\0}{$x|$a~\\tuck}"), ElementsAre("Whales", "Nantucket"));
  EXPECT_THAT(values("008/35-37{/7-10=\\2024}"), ElementsAre("fre"));
  EXPECT_THAT(values("LDR/6{/7=\\s}"), IsEmpty());
}

TEST(FieldSpecTest, AValueMayEndTheSearch) {
  int asked = 0;
  const Record record = book();
  EXPECT_FALSE(parse_field_spec("650$a").each(record.view(), [&](std::string_view) { return ++asked < 2; }));
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace bulkmarc
