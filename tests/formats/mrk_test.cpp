#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "formats/emitted.hpp"

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

}  // namespace
}  // namespace bulkmarc
