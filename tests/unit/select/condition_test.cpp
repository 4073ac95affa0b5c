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

}  // namespace
}  // namespace bulkmarc
