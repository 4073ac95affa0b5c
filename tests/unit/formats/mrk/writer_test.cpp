#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "support/emitted.hpp"

namespace bulkmarc {
namespace {

std::string mrk(const Record& record) { return emit(Format::kMrk, record).text; }

TEST(MrkTest, ARecordIsALineForEachFieldAndAnEmptyLine) {
  Record record("00000nam  2200000 i 4500");
  record.add_control("001", "oc 1").add_data("245", "1 ", {{'a', "Moby Dick /"}, {'c', ""}});
  EXPECT_EQ(mrk(record),
            "=LDR  00000nam a2200000 i 4500\n"
            "=001  oc\\1\n"
            "=245  1\\$aMoby Dick /$c\n"
            "\n");
}

TEST(MrkTest, SpecialCharactersInDataBecomeMnemonics) {
  Record record;
  record.add_data("365", "  ", {{'a', "$5 {and} \\ 6"}}).add_control("009", "a$\\{}");
  EXPECT_NE(mrk(record).find("=365  \\\\$a{dollar}5 {lcub}and{rcub} \\ 6\n"), std::string::npos) << mrk(record);
  EXPECT_NE(mrk(record).find("=009  a{dollar}{bsol}{lcub}{rcub}\n"), std::string::npos) << mrk(record);
}

TEST(MrkTest, LineBreaksInDataBecomeBlanksAndAreReported) {
  Record record;
  record.add_data("520", "  ", {{'a', "one\ntwo\r\nthree"}});
  const Emitted emitted = emit(Format::kMrk, record);
  EXPECT_NE(emitted.text.find("$aone two  three\n"), std::string::npos) << emitted.text;
  EXPECT_EQ(emitted.repair(), "character");
}

TEST(MrkTest, AnIndicatorThatLooksLikeABlankIsReported) {
  Record record;
  record.add_data("245", "\\1", {{'a', "x"}});
  const Emitted emitted = emit(Format::kMrk, record);
  EXPECT_NE(emitted.text.find("=245  \\1$ax\n"), std::string::npos) << emitted.text;
  EXPECT_EQ(emitted.repair(), "indicators");
}

TEST(MrkTest, AFieldWithTheTagOfTheLeaderDoesNotBecomeASecondOne) {
  const Record all_data = Record().add_control("001", "x").add_field("LDR", "00000nam a2200000 i 4500");
  const Record with_subfields = Record().add_control("001", "x").add_data("LDR", "  ", {{'a', "y"}});
  for (const Record& record : {all_data, with_subfields}) {
    const Emitted emitted = emit(Format::kMrk, record);
    EXPECT_EQ(emitted.text.rfind("=LDR"), 0U) << emitted.text;
    EXPECT_NE(emitted.text.find("=ldr  \\\\$"), std::string::npos) << emitted.text;
    const Finding& repair = emitted.result.repairs.back();
    EXPECT_EQ(repair.code, Reason::kCharacter);
    EXPECT_EQ(repair.location.tag, "LDR");
  }
}

TEST(MrkTest, AFieldThatIsAllDataIsOneSubfield) {
  EXPECT_EQ(mrk(Record().add_field("FMT", "BK").add_field("SYS", "000012345")),
            "=LDR  00000nam a2200000 i 4500\n"
            "=FMT  \\\\$?BK\n"
            "=SYS  \\\\$?000012345\n"
            "\n");
}

TEST(MrkTest, FindingsSayWhere) {
  const auto location_in = [](std::string_view tag, std::string_view bytes) {
    const Emitted emitted = emit(Format::kMrk, Record()
                                                   .add_field(tag,
                                                              "  \x1F"
                                                              "a")
                                                   .add_field(tag, bytes));
    EXPECT_EQ(emitted.result.repairs.size(), 1U);
    return emitted.result.repairs.at(0).location;
  };
  const FieldLocation line_end = location_in("520",
                                             "  \x1F"
                                             "aone\x1F"
                                             "btwo\nthree");
  EXPECT_EQ(line_end.tag, "520");
  EXPECT_EQ(line_end.occurrence, 2U);
  EXPECT_EQ(line_end.subfield, "b");
  EXPECT_EQ(line_end.position, 12U);
  EXPECT_EQ(line_end.snippet, "one\\x1Fbtwo\\x0Athree");
  EXPECT_EQ(location_in("520",
                        "\\ \x1F"
                        "ax")
                .position,
            0U);
  EXPECT_EQ(location_in("520", "  \x1F\x01x").position, 3U);
  EXPECT_EQ(location_in("520",
                        "  \x1F"
                        "ax\x1F")
                .position,
            5U);
}

}  // namespace
}  // namespace bulkmarc
