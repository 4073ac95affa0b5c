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

TEST(FieldViewTest, StrayDataIsASubfieldAndADelimiterWithoutACodeIsNot) {
  EXPECT_THAT(subfields("245",
                        "10stray\x1F"
                        "aone\x1F\x1F"
                        "btwo\x1F"),
              ElementsAre("?=stray", "a=one", "b=two"));
  EXPECT_THAT(subfields("245",
                        "1\x01\x1F"
                        "aone"),
              ElementsAre("?=\x01", "a=one"))
      << "it is not an indicator";
  EXPECT_THAT(subfields("245", "10stray"), ElementsAre("?=stray"));
  EXPECT_THAT(subfields("245", "10s\x1F"), ElementsAre("?=s"));
}

TEST(FieldViewTest, AFieldWithoutDelimitersAndWithATagThatIsNotANumberIsAllData) {
  for (const char* tag : {"FMT", "SYS", "LDR", "9AB"}) {
    EXPECT_THAT(subfields(tag, "BK"), ElementsAre("?=BK")) << tag;
    EXPECT_EQ(FieldView(tag, "BK").indicator(0), ' ');
    EXPECT_EQ(FieldView(tag, "BK").indicator_count(), 0U);
    EXPECT_THAT(subfields(tag, "000012345"), ElementsAre("?=000012345"));
    EXPECT_THAT(subfields(tag, "   "), ElementsAre("?=   "));
  }
}

TEST(FieldViewTest, OtherFieldsHaveIndicators) {
  EXPECT_THAT(subfields("FMT",
                        "10\x1F"
                        "aone"),
              ElementsAre("a=one"));
  EXPECT_FALSE(FieldView("FMT", "10\x1F").is_all_data());
  EXPECT_FALSE(FieldView("FMT", "  ").is_all_data()) << "these are indicators of a field without subfields";
  EXPECT_FALSE(FieldView("FMT", "").is_all_data());
  EXPECT_FALSE(FieldView("999", "BK").is_all_data());
  EXPECT_FALSE(FieldView("00A", "BK").is_all_data());
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
