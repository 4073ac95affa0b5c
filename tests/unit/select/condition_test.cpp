#include "select/condition.hpp"

#include <string_view>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "select/parser.hpp"

namespace bulkmarc {
namespace {

bool holds(std::string_view condition) {
  Record record("00000cam a2200000 i 4500");
  record.add_control("008", "240101s2024    fr a     b    001 0 fre d")
      .add_data("245", "10", {{'a', "Moby-Dick {or} a|b \\"}, {'c', " by H. M. "}})
      .add_data("650", " 0", {{'a', "Whales"}, {'x', "Fiction."}})
      .add_data("650", " 7", {{'a', "Baleines"}});
  return parse_condition(condition).hold(record.view());
}

TEST(ConditionTest, ASpecAloneAsksForExistence) {
  EXPECT_TRUE(holds("650"));
  EXPECT_TRUE(holds("?650$x"));
  EXPECT_FALSE(holds("651"));
  EXPECT_FALSE(holds("650$y"));
  EXPECT_TRUE(holds("!651"));
  EXPECT_FALSE(holds("!650"));
}

TEST(ConditionTest, OneValueThatIsEqualIsEnough) {
  EXPECT_TRUE(holds("650$a=\\Baleines"));
  EXPECT_FALSE(holds("650$a=\\Baleine"));
  EXPECT_FALSE(holds("650$a=\\baleines"));
  EXPECT_FALSE(holds("651$a=\\Baleines"));
}

TEST(ConditionTest, OneValueThatIncludesTheStringIsEnough) {
  EXPECT_TRUE(holds("650$a~\\leine"));
  EXPECT_TRUE(holds("650~\\Fict"));
  EXPECT_FALSE(holds("650$a~\\Fict"));
}

TEST(ConditionTest, TheNegatedOperatorsHoldWhereThereAreOnlyOtherValues) {
  EXPECT_FALSE(holds("650$a!=\\Whales"));
  EXPECT_TRUE(holds("650$a!=\\Wales"));
  EXPECT_FALSE(holds("650$a!~\\hal"));
  EXPECT_TRUE(holds("650$a!~\\hall"));
}

TEST(ConditionTest, WithoutAValueTheNegatedOperatorsDoNotHold) {
  EXPECT_FALSE(holds("651$a!=\\Whales"));
  EXPECT_FALSE(holds("651$a!~\\Whales"));
  EXPECT_TRUE(holds("!651|651$a!=\\Whales"));
}

TEST(ConditionTest, OneOfTheAlternativesMustHold) {
  EXPECT_TRUE(holds("651|650"));
  EXPECT_TRUE(holds("{650|651}"));
  EXPECT_FALSE(holds("651|652"));
}

TEST(ConditionTest, AllGroupsMustHold) {
  EXPECT_TRUE(holds("{650}{245}"));
  EXPECT_FALSE(holds("{650}{651}"));
  EXPECT_TRUE(holds("{LDR/6=\\a|LDR/6=\\t}{008/35-37=\\fre}{!856}"));
}

TEST(ConditionTest, AContextTiesTestsToTheSameField) {
  EXPECT_TRUE(holds("{650$a=\\Baleines}{650^2=\\0}"));
  EXPECT_FALSE(holds("650$a{^2=\\0}=\\Baleines"));
  EXPECT_TRUE(holds("650$a{^2=\\7}=\\Baleines"));
  EXPECT_FALSE(holds("650{$x}{^2=\\7}"));
}

TEST(ConditionTest, WhatHasAMeaningIsEscapedInStrings) {
  EXPECT_TRUE(holds("245$a~\\\\{or\\}"));
  EXPECT_TRUE(holds("245$a~\\a\\|b"));
  EXPECT_TRUE(holds("245$a/#=\\\\\\"));
  EXPECT_TRUE(holds("245$c=\\\\sby\\sH. M.\\s"));
}

TEST(ConditionTest, StringsAreOrderedByTheirCharacters) {
  EXPECT_TRUE(holds("008/7-10<\\2025"));
  EXPECT_FALSE(holds("008/7-10<\\2024"));
  EXPECT_TRUE(holds("008/7-10<=\\2024"));
  EXPECT_FALSE(holds("008/7-10>\\2024"));
  EXPECT_TRUE(holds("008/7-10>=\\2024"));
  EXPECT_TRUE(holds("650$a > \\Whale| 651"));
  EXPECT_FALSE(holds("650$a<\\Baleines"));
  EXPECT_TRUE(holds("{650$a>\\B}{650$a<\\C}"));
  EXPECT_FALSE(holds("651$a<\\x"));
}

TEST(ConditionTest, NumbersAreComparedWithValuesThatAreNumbers) {
  EXPECT_TRUE(holds("008/7-10=2024"));
  EXPECT_TRUE(holds("008/7-10=002024"));
  EXPECT_TRUE(holds("008/7-10=1990-2024"));
  EXPECT_FALSE(holds("008/7-10=1990-2023"));
  EXPECT_FALSE(holds("008/7-10!=1990-2024"));
  EXPECT_TRUE(holds("008/7-10!=2025"));
  EXPECT_TRUE(holds("008/7-10<2025"));
  EXPECT_FALSE(holds("008/7-10<2024"));
  EXPECT_TRUE(holds("008/7-10>=2024"));
  EXPECT_FALSE(holds("008/7-10>2024"));
  EXPECT_FALSE(holds("008/6-10>0"));   // s2024
  EXPECT_FALSE(holds("008/15-17<1"));  // Letters.
}

TEST(ConditionTest, ANumberMayBeLongAndHaveBlanks) {
  Record record("00000cam a2200000 i 4500");
  record.add_control("001", " 99999999999999999999999 ")
      .add_control("003", "0000000000000000000000007")
      .add_control("005", "");
  const auto holds_here = [&](std::string_view text) { return parse_condition(text).hold(record.view()); };
  EXPECT_TRUE(holds_here("001>999999999999999999"));
  EXPECT_FALSE(holds_here("001=0-999999999999999999"));
  EXPECT_TRUE(holds_here("003=7"));
  EXPECT_FALSE(holds_here("005<1"));
}

TEST(ConditionTest, AnExpressionIsFoundAnywhereInAValue) {
  EXPECT_TRUE(holds("650$a~/^Wh.*s$/"));
  EXPECT_FALSE(holds("650$a~/^wh/"));
  EXPECT_TRUE(holds("650$a~*/^wh/"));
  EXPECT_TRUE(holds("245$a~/{or} a|b/"));
  EXPECT_TRUE(holds("008~/\\d{6}s2024/"));
  EXPECT_FALSE(holds("650$a!~/hal|ein/"));
  EXPECT_TRUE(holds("650$a!~/q/"));
  EXPECT_FALSE(holds("651$a!~/q/"));
  EXPECT_TRUE(holds("{650~/^Wh/|651~/x/}{245~/Moby/}"));
  EXPECT_TRUE(holds("650$a{^2~/[07]/}=\\Baleines"));
}

TEST(ConditionTest, CaseDoesNotCountBehindAnAsterisk) {
  EXPECT_TRUE(holds("650$a~*\\wHALES"));
  EXPECT_FALSE(holds("650$a~*\\wHALES."));  // The dot is no expression.
  EXPECT_FALSE(holds("650$a!~*\\WHALES"));
  Record record("00000cam a2200000 i 4500");
  record.add_data("245", "10", {{'a', "\xC3\x89t\xC3\xA9"}, {'b', "a\xFF\xC3z"}});
  const auto holds_here = [&](std::string_view text) { return parse_condition(text).hold(record.view()); };
  EXPECT_TRUE(holds_here("245$a~*\\\xC3\xA9T\xC3\x89"));
  EXPECT_TRUE(holds_here("245$a~/^.t.$/"));
  EXPECT_TRUE(holds_here("245$b~*\\Z"));
  EXPECT_FALSE(holds_here("245$b~/^a.*z$/"));  // A dot takes characters of UTF-8 only.
}

TEST(ConditionTest, FieldsOrValuesAreCounted) {
  EXPECT_TRUE(holds("#650=2"));
  EXPECT_TRUE(holds("#650$a$x=3"));
  EXPECT_TRUE(holds("#6..>1"));
  EXPECT_FALSE(holds("#650>2"));
  EXPECT_TRUE(holds("#651=0"));
  EXPECT_TRUE(holds("#651<1"));
  EXPECT_FALSE(holds("#651<0"));
  EXPECT_TRUE(holds("#650!=3-9"));
  EXPECT_TRUE(holds("#650{^2=\\7}=1"));
  EXPECT_TRUE(holds("650{#$a=1}{#$x=1}"));
  EXPECT_FALSE(holds("650{#$a>1}"));
  EXPECT_TRUE(holds("#LDR=1"));
  EXPECT_TRUE(holds("#008/50=0"));
}

}  // namespace
}  // namespace bulkmarc
