#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/record.hpp>
#include <bulkmarc/record_view.hpp>

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> subfields(std::string_view tag, std::string_view bytes) {
  std::vector<std::string> found;
  for (const SubfieldView subfield : FieldView(tag, bytes).subfields()) {
    found.push_back(std::string(1, subfield.code) + "=" + std::string(subfield.value));
  }
  return found;
}

TEST(FieldViewTest, SubfieldsComeInTheirOrderWithTheirRepeats) {
  EXPECT_THAT(subfields("245",
                        "10\x1F"
                        "aone\x1F"
                        "btwo\x1F"
                        "aone"),
              ElementsAre("a=one", "b=two", "a=one"));
}

TEST(FieldViewTest, AnEmptyValueIsASubfield) {
  EXPECT_THAT(subfields("245",
                        "10\x1F"
                        "a\x1F"
                        "b"),
              ElementsAre("a=", "b="));
}

TEST(FieldViewTest, WhatBelongsToNoSubfieldIsSkipped) {
  EXPECT_THAT(subfields("245",
                        "10stray\x1F"
                        "aone\x1F\x1F"
                        "btwo\x1F"),
              ElementsAre("a=one", "b=two"));
}

TEST(FieldViewTest, FieldsWithoutSubfieldsHaveNone) {
  EXPECT_THAT(subfields("245", ""), IsEmpty());
  EXPECT_THAT(subfields("245", "10"), IsEmpty());
  EXPECT_THAT(subfields("245", "\x1F"), IsEmpty());
}

TEST(FieldViewTest, AControlFieldHasNoSubfieldsWhateverItHolds) {
  EXPECT_THAT(subfields("001",
                        "10\x1F"
                        "aone"),
              IsEmpty());
}

TEST(FieldViewTest, TheTags00XAreControlFields) {
  EXPECT_TRUE(FieldView("001", "").is_control());
  EXPECT_TRUE(FieldView("00A", "").is_control());
  EXPECT_FALSE(FieldView("010", "").is_control());
  EXPECT_FALSE(FieldView("100", "").is_control());
}

TEST(FieldViewTest, AMissingIndicatorIsABlank) {
  EXPECT_EQ(FieldView("245",
                      "10\x1F"
                      "a")
                .indicator(1),
            '0');
  EXPECT_EQ(FieldView("245", "1").indicator(0), '1');
  EXPECT_EQ(FieldView("245", "1").indicator(1), ' ');
  EXPECT_EQ(FieldView("245", "").indicator(0), ' ');
}

TEST(FieldViewTest, ASubfieldIsFoundByTheFirstOfItsCode) {
  const FieldView field("650",
                        " 0\x1F"
                        "afirst\x1F"
                        "asecond");
  EXPECT_EQ(field.subfield('a'), "first");
  EXPECT_EQ(field.subfield('z'), "");
}

TEST(RecordViewTest, TheControlNumberIsTheFirst001) {
  Record record;
  record.add_control("003", "DLC").add_control("001", "one").add_control("001", "two");
  EXPECT_EQ(record.view().control_number(), "one");
}

TEST(RecordViewTest, ARecordWithout001HasNoControlNumber) { EXPECT_EQ(Record().view().control_number(), ""); }

}  // namespace
}  // namespace bulkmarc
