#include "select/parser.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

namespace bulkmarc {
namespace {

using testing::HasSubstr;

TEST(ParserTest, ConditionsOfTheSubsetAreUnderstood) {
  for (const char* text : {
           "650",
           "?650",
           "!650",
           "LDR/6=\\a",
           "LDR/06=\\a",
           "008/35-37=\\eng",
           "008/35-37!=\\eng",
           "007/0-#~\\x",
           "008/#=\\d",
           "245$a/#-1=\\.)",
           "650$a",
           "245$a$b~\\x",
           "245$a-c~\\x",
           "245$0-9",
           "245$$$|${$}",
           "245^1=\\1",
           "6..^2!=\\7",
           "...$9",
           "00.",
           "CAT$a",
           "650$a=\\",
           "650$a~\\\\sBibliography\\s",
           "650$a~\\Sea stories",
           "650$a~\\a=b!c~d?e$f",
           "650$a~\\\\{\\}\\|\\\\\\$\\=\\!\\~\\?",
           "LDR/6=\\a|LDR/6=\\t",
           "{LDR/6=\\a|LDR/6=\\t}{650}{!856}",
           " { LDR/6 = \\a| !856 } { ?650 } ",
           "650{^2=\\0}",
           "650$a{^2=\\0|^2=\\7}{$x}~\\Whales",
           "{650$a{^2=\\0}|651$a{!$x}}{008/0{/1=\\4}}",
           "008/7-10<\\1900",
           "008/7-10 >= 1900 ",
           "{008/7-10=1900-1999|008/7-10!=5}",
           "#650>=3",
           "{#650{^2=\\0}!=1-2}",
           "650{#$a>1|$b~*\\x}",
           "650$a~/a|b}{,/",
           "650$a !~* /\\//",
           "650$a~*\\(",
           "245~//",
       }) {
    EXPECT_NO_THROW(static_cast<void>(parse_condition(text))) << text;
  }
}

struct Mistake {
  std::string text;
  std::size_t position;
  std::string message;
};

std::ostream& operator<<(std::ostream& out, const Mistake& mistake) { return out << mistake.text; }

template <class Parse>
void expect_mistake(const Mistake& mistake, const Parse& parse) {
  try {
    static_cast<void>(parse(mistake.text));
    ADD_FAILURE() << mistake.text << " was accepted";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.position(), mistake.position) << mistake << ": " << error.what();
    EXPECT_THAT(error.what(), HasSubstr(mistake.message)) << mistake;
    EXPECT_THAT(error.what(), HasSubstr("at character " + std::to_string(mistake.position)));
  }
}

class MistakenCondition : public testing::TestWithParam<Mistake> {};

TEST_P(MistakenCondition, IsRefusedAtItsPlace) { expect_mistake(GetParam(), parse_condition); }

INSTANTIATE_TEST_SUITE_P(
    Conditions, MistakenCondition,
    testing::Values(Mistake{"", 1, "expected a tag of three letters, digits or dots, found the end"},
                    Mistake{"65", 3, "expected a tag"},                                              //
                    Mistake{"65-$a", 3, "found \"-\""},                                              //
                    Mistake{"6500", 4, "expected an operator, | or the end, found \"0\""},           //
                    Mistake{"65\xC3\xA9", 3, "found \"\xC3\xA9\""},                                  //
                    Mistake{"650$a=\\\xC3\xA9\xC3\xA9}", 10, "expected an operator, | or the end"},  //
                    Mistake{"008/35-37=eng", 11,
                            "expected a string, which begins with \\, or a number, found \"e\""},             //
                    Mistake{"008/35-37==\\eng", 11, "expected a string"},                                     //
                    Mistake{"650$a!\\x", 7, "expected = or ~"},                                               //
                    Mistake{"650$", 5, "expected a subfield code"},                                           //
                    Mistake{"650$ a", 5, "expected a subfield code"},                                         //
                    Mistake{"650$c-a", 7, "a range of small letters or of digits"},                           //
                    Mistake{"650$a-9", 7, "a range"},                                                         //
                    Mistake{"650$A-C", 7, "a range"},                                                         //
                    Mistake{"650^3=\\1", 5, "expected indicator 1 or 2"},                                     //
                    Mistake{"650/0=\\1", 4, "only control fields and subfields have character positions"},    //
                    Mistake{"650^1/0=\\1", 6, "only control fields and subfields have character positions"},  //
                    Mistake{"008$a=\\1", 4, "a control field has no subfields"},                              //
                    Mistake{"LDR^1=\\1", 4, "a control field has no subfields or indicators"},                //
                    Mistake{"008/=\\1", 5, "expected a character position or #"},                             //
                    Mistake{"008/3-1", 7, "expected a position from 3 on"},                                   //
                    Mistake{"008/123456", 10, "found \"6\""},                                                 //
                    Mistake{"245$a$b/0", 8, "no character positions after several subfield codes"},           //
                    Mistake{"245$a/0$b", 8, "no more subfield codes after character positions"},              //
                    Mistake{"245$a$b{^1=\\1}", 8, "no context after several subfield codes"},                 //
                    Mistake{"650[0]", 4, "expected an operator"},                                             //
                    Mistake{"650$a=\\x}", 9, "expected an operator, | or the end"},                           //
                    Mistake{"650$a=\\x{", 9, "expected \\{"},                                                 //
                    Mistake{"650$a=\\\\n", 9, "after \\"},                                                    //
                    Mistake{"650$a=\\x\\", 10, "after \\, found the end"},                                    //
                    Mistake{"650$a=\\x ", 9, "expected \\s for a blank at the end of a string"},              //
                    Mistake{"650$a=\\x | 651", 9, "expected \\s"},                                            //
                    Mistake{"{650", 5, "expected an operator, | or }, found the end"},                        //
                    Mistake{"{650}651", 6, "expected { or the end"},                                          //
                    Mistake{"{}", 2, "expected a tag"},                                                       //
                    Mistake{"{650|}", 6, "expected a tag"},                                                   //
                    Mistake{"650{^2=\\0}{", 12, "$ or ^, a part of the same field"},                          //
                    Mistake{"650{651}", 5, "$ or ^, a part of the same field"},                               //
                    Mistake{"008/0{$a}", 7, "/ and a character position of the same field"},                  //
                    Mistake{"?650=\\x", 5, "expected an operator, | or the end"},
                    Mistake{"650$a<eng", 7, "expected a string, which begins with \\, or a number"},
                    Mistake{"650$a!<\\x", 7, "expected = or ~, found \"<\""}, Mistake{"650$a=\\a-\\c", 11, "after \\"},
                    Mistake{"650$a=9-5", 9, "expected a number from 9 on"},
                    Mistake{"650$a=9-", 9, "expected a number, found the end"},
                    Mistake{"650$a=1234567890123456789", 25, "found \"9\""},
                    Mistake{"#650", 5, "expected =, !=, <, <=, > or >= and a number, found the end"},
                    Mistake{"#650~\\x", 5, "expected =, !=, <"}, Mistake{"#650=\\x", 6, "expected a number"},
                    Mistake{"#650>\\x", 6, "expected a number"}, Mistake{"!#650=1", 2, "expected a tag"},
                    Mistake{"650$a~x", 7, "or a regular expression between slashes, found \"x\""},
                    Mistake{"650$a~/x", 9, "expected / at the end of a regular expression"},
                    Mistake{"650$a~/x\\/", 11, "expected / at the end of a regular expression"},
                    Mistake{"650$a~/x/i", 10, "expected an operator, | or the end"},
                    Mistake{"650$a~/x(y/", 8, "invalid regular expression: missing )"},
                    Mistake{"650$a~/\xC3\xA9[z-a]/", 10, "invalid regular expression: invalid character class range"},
                    Mistake{"650$a~/x**/", 9, "invalid regular expression: bad repetition operator"},
                    Mistake{"650$a~/(.{1000}){1000}/", 10, "invalid regular expression"}));

class MistakenSpec : public testing::TestWithParam<Mistake> {};

TEST_P(MistakenSpec, IsRefusedAtItsPlace) { expect_mistake(GetParam(), parse_field_spec); }

INSTANTIATE_TEST_SUITE_P(Specs, MistakenSpec,
                         testing::Values(Mistake{"650$a=\\x", 6, "expected the end"},  //
                                         Mistake{"?650", 1, "expected a tag"},         //
                                         Mistake{"650$a|651", 6, "expected the end"}));

class MistakenList : public testing::TestWithParam<Mistake> {};

TEST_P(MistakenList, IsRefusedAtItsPlace) { expect_mistake(GetParam(), parse_field_list); }

INSTANTIATE_TEST_SUITE_P(Lists, MistakenList,
                         testing::Values(Mistake{"245,", 5, "expected a tag"},                                  //
                                         Mistake{"245;650", 4, "expected $, a comma or the end, found \";\""},  //
                                         Mistake{"245,LDR", 5, "a field, as the leader is always kept"},        //
                                         Mistake{"245^1", 4, "expected $, a comma or the end"},                 //
                                         Mistake{"001$a", 4, "expected $, a comma or the end"},                 //
                                         Mistake{"245$a/0", 6, "expected $, a comma or the end"}));

TEST(ParserTest, ColumnsHaveKindsAndAlternatives) {
  const std::vector<ColumnItem> items = parse_columns(
      "a=100$a|110($a$b){^1=\\1} , b[] = 245, c:int=008/7-10,d:bool=856|007/0=\\c,e:bool={001=\\a,b}", "");
  ASSERT_EQ(items.size(), 5U);
  EXPECT_EQ(items[0].kind, ColumnKind::kText);
  ASSERT_EQ(items[0].alternatives.size(), 2U);
  EXPECT_FALSE(items[0].alternatives[0].joins_subfields);
  EXPECT_TRUE(items[0].alternatives[1].joins_subfields);
  EXPECT_EQ(items[0].alternatives[1].spec.part.codes.count(), 2U);
  EXPECT_EQ(items[0].alternatives[1].spec.context.groups.size(), 1U);
  EXPECT_EQ(items[1].kind, ColumnKind::kList);
  EXPECT_EQ(items[2].kind, ColumnKind::kInteger);
  EXPECT_EQ(items[3].kind, ColumnKind::kBoolean);
  ASSERT_EQ(items[3].condition.groups.size(), 1U);
  EXPECT_EQ(items[3].condition.groups[0].size(), 2U);
  EXPECT_EQ(items[3].condition.groups[0][1].comparison.text, "c");
  EXPECT_EQ(items[4].condition.groups[0][0].comparison.text, "a,b");
}

class MistakenColumns : public testing::TestWithParam<Mistake> {};

TEST_P(MistakenColumns, AreRefusedAtTheirPlace) {
  expect_mistake(GetParam(), [](std::string_view text) { return parse_columns(text, "record_number"); });
}

INSTANTIATE_TEST_SUITE_P(
    Columns, MistakenColumns,
    testing::Values(Mistake{"x:integer=001", 3, "expected first, count, bool, int, date or timestamp, found \"i\""},  //
                    Mistake{"x:=001", 3, "expected first, count"},                                                    //
                    Mistake{"x[]:int=001", 4, "expected =, found \":\""},                                             //
                    Mistake{"x:int[]=001", 6, "expected =, found \"[\""},                                             //
                    Mistake{"x=001|", 7, "expected a tag"},                                                           //
                    Mistake{"x=!001", 3, "expected a tag"},                                                           //
                    Mistake{"x=?001", 3, "expected a tag"},                                                           //
                    Mistake{"x=650()", 7, "expected $ and a subfield code, found \")\""},                             //
                    Mistake{"x=650(a)", 7, "expected $ and a subfield code"},                                         //
                    Mistake{"x=650($a", 9, "expected $ or ), found the end"},                                         //
                    Mistake{"x=650($a/0)", 9, "expected $ or ), found \"/\""},                                        //
                    Mistake{"x=650($a)/0", 10, "expected a comma or the end"},                                        //
                    Mistake{"x=650$b($a)", 8, "expected a comma or the end"},                                         //
                    Mistake{"x=001($a)", 6, "a control field has no subfields"},                                      //
                    Mistake{"x:bool=", 8, "expected a tag"},                                                          //
                    Mistake{"x:bool=650($a)", 11, "expected a comma or the end"},                                     //
                    Mistake{"x:bool=650$a=\\a,b", 18, "expected [], : or ="},                                         //
                    Mistake{"x:bool=650$a=\\a ,b=001", 16, "expected \\s for a blank at the end of a string"},        //
                    Mistake{"x:bool={650}651", 13, "expected a comma or the end"},                                    //
                    Mistake{"x=001,x:int=002", 7, "expected a name that no other column has"},                        //
                    Mistake{"record_number=001", 1, "expected a name that no other column has"}));

TEST(ParserTest, AListNamesFieldsAndSubfields) {
  const std::vector<FieldItem> items = parse_field_list(" 001 , 245$a$c-d,6..");
  ASSERT_EQ(items.size(), 3U);
  EXPECT_TRUE(items[0].codes.all());
  EXPECT_EQ(items[1].codes.count(), 3U);
  EXPECT_TRUE(items[1].codes.test('d'));
  EXPECT_TRUE(items[2].tag.matches("650"));
  EXPECT_FALSE(items[2].tag.matches("560"));
}

}  // namespace
}  // namespace bulkmarc
