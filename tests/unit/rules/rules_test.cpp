#include "rules/rules_impl.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/record.hpp>

#include "record/internals.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kSchema = R"({
  "title": "some of MARC 21",
  "fields": {
    "LDR": {"positions": {"05": {}}},
    "001": {"tag": "001", "repeatable": false},
    "100": {"repeatable": false, "indicator1": {"codes": {"0": {}, "1": {}}}, "indicator2": null,
            "subfields": {"a": {"repeatable": false, "required": true}, "e": {"repeatable": true}}},
    "245": {"repeatable": false, "indicator2": {"codes": "digits"}, "subfields": {"a": {}}},
    "650": {"required": true, "repeatable": true, "indicator1": {"codes": {"#": "none"}}}
  },
  "codelists": {"digits": {"codes": {"0": {}, "1": {}}}}
})";

std::vector<Problem> problems(const Rules& rules, const Record& record) {
  std::vector<Problem> found;
  Internals::of(rules)->check(record.view(), found);
  return found;
}

std::vector<std::string> texts(const Rules& rules, const Record& record) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems(rules, record)) {
    const FieldLocation& at = problem.location;
    texts.push_back(problem.detail);
    if (!at.tag.empty()) texts.back() += " @" + at.tag + "/" + std::to_string(at.occurrence) + at.subfield;
  }
  return texts;
}

Record sound() {
  Record record("00000cam a2200000 i 4500");
  record.add_control("001", "1").add_data("100", "1 ", {{'a', "A"}, {'e', "b"}, {'e', "c"}});
  record.add_data("245", "10", {{'a', "T"}}).add_data("650", " 0", {{'a', "S"}}).add_data("650", " 7", {{'q', "S"}});
  return record;
}

TEST(RulesTest, ASoundRecordBreaksNone) {
  EXPECT_THAT(texts(Rules(), sound()), IsEmpty());
  EXPECT_THAT(texts(Rules::with_avram_schema(kSchema), sound()), IsEmpty());
}

TEST(RulesTest, ARecordNeedsANumberAndABibliographicOneATitle) {
  EXPECT_THAT(texts(Rules(), Record("00000cam a2200000 i 4500")),
              ElementsAre("there is no field 001", "there is no field 245"));
  EXPECT_EQ(problems(Rules(), Record())[0].reason, Reason::kMissing);
  EXPECT_THAT(texts(Rules(), Record("00000nz  a2200000n  4500")), ElementsAre("there is no field 001"));
}

TEST(RulesTest, WhatIsNotRepeatableIsToldOnceWithItsPlace) {
  Record record = sound();
  record.add_data("245", "10", {{'a', "U"}}).add_data("245", "10", {{'a', "V"}}).add_data("650", " 0", {{'a', "S"}});
  EXPECT_THAT(texts(Rules(), record), ElementsAre("field 245 is not repeatable @245/2"));
  EXPECT_EQ(problems(Rules(), record)[0].reason, Reason::kRepeated);
}

TEST(RulesTest, ASchemaDefinesFieldsIndicatorsAndSubfields) {
  Record record("00000cam a2200000 i 4500");
  record.add_control("001", "1").add_control("003", "x").add_data("100", "2x", {{'e', "A"}, {'z', "B"}, {'9', "C"}});
  record.add_data("245", "13", {{'a', "T"}, {'a', "U"}, {'b', "V"}, {'b', "W"}}).add_data("999", "xx", {{'a', "S"}});
  record.add_data("650", "1 ", {{'a', "S"}});
  EXPECT_THAT(
      texts(Rules::with_avram_schema(kSchema), record),
      ElementsAre("indicator 1 of field 100 can't be \"2\" @100/1", "indicator 2 of field 100 can't be \"x\" @100/1",
                  "subfield z of field 100 is not defined @100/1z", "field 100 has no subfield a @100/1",
                  "indicator 2 of field 245 can't be \"3\" @245/1", "subfield b of field 245 is not defined @245/1b",
                  "indicator 1 of field 650 can't be \"1\" @650/1"));
  EXPECT_EQ(problems(Rules::with_avram_schema(kSchema), record)[0].reason, Reason::kUndefined);
  record = sound();
  record.add_data("100", "1 ", {{'a', "A"}, {'a', "B"}, {'a', "C"}}).add_data("651", " 0", {{'a', "S"}});
  record.remove_fields("650");
  EXPECT_THAT(texts(Rules::with_avram_schema(kSchema), record),
              ElementsAre("field 100 is not repeatable @100/2", "subfield a of field 100 is not repeatable @100/2a",
                          "field 651 is not defined @651/1", "there is no field 650"));
}

TEST(RulesTest, ASchemaWithoutTitlesNeedsNone) {
  const Rules unimarc = Rules::with_avram_schema(R"({"fields": {"200": {"required": true}}})");
  EXPECT_THAT(texts(unimarc, Record("00000cam a2200000 i 4500")),
              ElementsAre("there is no field 001", "there is no field 200"));
}

TEST(RulesTest, ARecordHasABoundedNumberOfProblems) {
  Record record = sound();
  for (int i = 0; i < 1000; ++i) record.add_data("651", " 0", {{'a', "S"}});
  EXPECT_THAT(problems(Rules::with_avram_schema(kSchema), record), SizeIs(100));
}

TEST(RulesTest, FieldsThatAreHardlyFieldsAreChecked) {
  Record record = sound();
  record.add_field("650", "")
      .add_field("100", "1")
      .add_field("245",
                 "stray\x1F\x1F"
                 "ax\x1F{y");
  EXPECT_THAT(texts(Rules::with_avram_schema(kSchema), record), Not(IsEmpty()));
}

struct Mistake {
  std::string_view schema;
  std::string_view message;
};

std::ostream& operator<<(std::ostream& out, const Mistake& mistake) { return out << mistake.schema; }

class MistakenSchema : public testing::TestWithParam<Mistake> {};

TEST_P(MistakenSchema, IsRefusedWithItsPlace) {
  try {
    static_cast<void>(Rules::with_avram_schema(GetParam().schema));
    ADD_FAILURE() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
    EXPECT_THAT(error.what(), HasSubstr(std::string(GetParam().message)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Avram, MistakenSchema,
    testing::Values(
        Mistake{"", "is not JSON, from byte 1 on"},                                //
        Mistake{R"({"fields": {]})", "is not JSON, from byte 13 on"},              //
        Mistake{"[]", "/: expected an object, found array"},                       //
        Mistake{"{}", "/: has no fields"},                                         //
        Mistake{R"({"fields": []})", "/fields: expected an object, found array"},  //
        Mistake{R"({"fields": {"2450": {}}})", "/fields/2450: expected a tag"},
        Mistake{R"({"fields": {"245": 1}})", "/fields/245: expected an object, found number"},
        Mistake{R"({"fields": {"245": {"repeatable": "no"}}})",
                "/fields/245/repeatable: expected true or false, found string"},
        Mistake{R"({"fields": {"245": {"indicator1": "0"}}})", "/fields/245/indicator1: expected an object"},
        Mistake{R"({"fields": {"245": {"indicator1": {"codes": {"00": {}}}}}})",
                "/fields/245/indicator1/codes: expected one character of ASCII, found \"00\""},
        Mistake{R"({"fields": {"245": {"subfields": {"": {}}}}})", "/fields/245/subfields/: expected one"},
        Mistake{R"({"fields": {"245": {"subfields": {"a": []}}}})", "/fields/245/subfields/a: expected an object"}));

}  // namespace
}  // namespace bulkmarc
