#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "support/emitted.hpp"

namespace bulkmarc {
namespace {

TEST(MarcJsonTest, FieldsAndSubfieldsAreArraysOfObjectsWithOneKey) {
  Record record("00000nam  2200000 i 4500");
  record.add_data("650", " 0", {{'a', "x"}, {'a', "x"}, {'z', ""}}).add_control("001", "ocm1");
  const std::string expected =
      R"({"leader":"00000nam a2200000 i 4500","fields":[)"
      R"({"650":{"ind1":" ","ind2":"0","subfields":[{"a":"x"},{"a":"x"},{"z":""}]}},{"001":"ocm1"}]})";
  EXPECT_EQ(emit(Format::kJson, record).text, expected);
  EXPECT_EQ(emit(Format::kNdjson, record).text, expected + "\n");
}

TEST(MarcJsonTest, ARecordWithoutFieldsHasAnEmptyArray) {
  EXPECT_EQ(emit(Format::kJson, Record()).text, R"({"leader":"00000nam a2200000 i 4500","fields":[]})");
}

TEST(MarcJsonTest, ControlCharactersAreEscapedByTheirNumber) {
  Record record;
  record.add_control("003", std::string_view("\0\b\n\x1B\x7F\"\\/", 8));
  const Emitted emitted = emit(Format::kJson, record);
  EXPECT_NE(emitted.text.find("\"003\":\"\\u0000\\u0008\\u000a\\u001b\x7F\\\"\\\\/\""), std::string::npos)
      << emitted.text;
  EXPECT_EQ(emitted.repair(), "none");
}

TEST(MarcJsonTest, LeadersTagsIndicatorsAndCodesAreEscapedToo) {
  Record record("0000\"nam a2200000 \\ 4500");
  record.add_data("\"\\\"", "\"\\", {{'"', "x"}, {'\\', "y"}});
  EXPECT_EQ(emit(Format::kJson, record).text,
            R"({"leader":"0000\"nam a2200000 \\ 4500","fields":[)"
            R"({"\"\\\"":{"ind1":"\"","ind2":"\\","subfields":[{"\"":"x"},{"\\":"y"}]}}]})");
}

TEST(MarcJsonTest, TextIsUtf8AsItStands) {
  Record record;
  record.add_data("245", "  ", {{'a', "\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\xE2\x80\xA8"}});
  EXPECT_NE(emit(Format::kJson, record).text.find("\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\xE2\x80\xA8"),
            std::string::npos);
}

TEST(MarcJsonTest, DataOfOddShapeIsKeptAndReported) {
  Record record;
  record.add_field("245", "1");
  EXPECT_EQ(emit(Format::kJson, record).repair(), "several") << "an indicator is missing, and so are subfields";
  record.clear();
  record.add_field("245",
                   "10stray\x1F"
                   "atext");
  const Emitted stray = emit(Format::kJson, record);
  EXPECT_NE(stray.text.find(R"([{"?":"stray"},{"a":"text"}])"), std::string::npos) << stray.text;
  EXPECT_EQ(stray.repair(), "subfields");
  record.clear();
  record.add_field("245",
                   "10\x1F\x1F"
                   "atext\x1F");
  const Emitted empty = emit(Format::kJson, record);
  EXPECT_NE(empty.text.find(R"([{"a":"text"}])"), std::string::npos) << empty.text;
  EXPECT_EQ(empty.repair(), "subfields");
}

TEST(MarcJsonTest, AFieldThatIsAllDataIsOneSubfield) {
  const Emitted emitted = emit(Format::kJson, Record().add_field("FMT", "BK").add_field("LDR", "00000nam"));
  EXPECT_NE(emitted.text.find(R"({"FMT":{"ind1":" ","ind2":" ","subfields":[{"?":"BK"}]}})"), std::string::npos);
  EXPECT_NE(emitted.text.find(R"({"LDR":{"ind1":" ","ind2":" ","subfields":[{"?":"00000nam"}]}})"), std::string::npos);
  EXPECT_EQ(emitted.repair(), "subfields");
}

TEST(MarcJsonTest, FindingsSayWhere) {
  const Emitted emitted = emit(Format::kJson, Record()
                                                  .add_field("245", "10")
                                                  .add_field("245",
                                                             "1stray\x1F"
                                                             "ax"));
  ASSERT_EQ(emitted.result.repairs.size(), 1U);
  EXPECT_EQ(emitted.result.repairs[0].location.tag, "245");
  EXPECT_EQ(emitted.result.repairs[0].location.occurrence, 1U) << "the first of them";
  const Emitted stray = emit(Format::kJson, Record().add_field("245",
                                                               "10stray\x1F"
                                                               "ax"));
  ASSERT_EQ(stray.result.repairs.size(), 1U);
  EXPECT_EQ(stray.result.repairs[0].location.position, 2U);
  EXPECT_EQ(stray.result.repairs[0].location.subfield, "");
  EXPECT_EQ(stray.result.repairs[0].location.snippet, "10stray\\x1Fax");
}

}  // namespace
}  // namespace bulkmarc
