#include "tables/typed_values.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/rows.hpp"

namespace bulkmarc {
namespace {

std::string date(std::string_view text) {
  const auto days = parse_date(text);
  return days ? iso_date(*days) : "none";
}

std::string timestamp(std::string_view text) {
  const auto seconds = parse_timestamp(text);
  return seconds ? iso_timestamp(*seconds) : "none";
}

TEST(TypedValuesTest, IntegersAreDigitsWithASign) {
  EXPECT_EQ(parse_integer("0012"), 12);
  EXPECT_EQ(parse_integer("-7"), -7);
  EXPECT_EQ(parse_integer("+7"), 7);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const char* text :
       {"", "-", "+", "+-7", "1.0", "1 2", "12 p.", "0x10", "9223372036854775808", "1e3", "\xC2\xB2"}) {
    EXPECT_FALSE(parse_integer(text)) << text;
  }
}

TEST(TypedValuesTest, DatesHaveTheFormsOfMarcAndOfIso8601) {
  EXPECT_EQ(date("2019-03-14"), "2019-03-14");
  EXPECT_EQ(date("20190314"), "2019-03-14");
  EXPECT_EQ(date("20190314092653.0"), "2019-03-14");
  EXPECT_EQ(date("2019-03-14T09:26:53"), "2019-03-14");
  EXPECT_EQ(date("00010101"), "0001-01-01");
  EXPECT_EQ(date("99991231"), "9999-12-31");
  EXPECT_EQ(date("20000229"), "2000-02-29");
}

TEST(TypedValuesTest, YearsOfTwoDigitsAreFrom1960To2059) {
  EXPECT_EQ(date("600101"), "1960-01-01");
  EXPECT_EQ(date("991231"), "1999-12-31");
  EXPECT_EQ(date("000229"), "2000-02-29");
  EXPECT_EQ(date("591231"), "2059-12-31");
}

TEST(TypedValuesTest, WhatIsNoDateIsNone) {
  for (const char* text : {"",
                           "2019",
                           "2019-03",
                           "201903",
                           "19000229",
                           "2019-02-30",
                           "2019-00-10",
                           "2019-10-00",
                           "2019-3-14",
                           "2019-0314",
                           "201903-14",
                           "00000101",
                           "20190314x",
                           "20190314 ",
                           "2019031409",
                           "20190314T",
                           "yymmdd",
                           "12019-03-14",
                           "2019-03-14T24:00:00",
                           "2019-03-14Z"}) {
    EXPECT_EQ(date(text), "none") << text;
  }
}

TEST(TypedValuesTest, TimestampsHaveTheFormsOfMarcAndOfIso8601) {
  for (const char* text :
       {"20190314092653.0", "20190314092653", "2019-03-14T09:26:53", "2019-03-14 09:26:53.123456", "20190314T092653"}) {
    EXPECT_EQ(timestamp(text), "2019-03-14T09:26:53") << text;
  }
  EXPECT_EQ(timestamp("2019-03-14"), "2019-03-14T00:00:00");
  EXPECT_EQ(timestamp("190314"), "2019-03-14T00:00:00");
  EXPECT_EQ(timestamp("19691231235959.9"), "1969-12-31T23:59:59");
}

TEST(TypedValuesTest, WhatIsNoTimestampIsNone) {
  for (const char* text : {"", "20190314246000", "20190314240000", "20190314236000", "20190314235960", "201903140926",
                           "2019-03-14T09:26", "2019-03-14T09:2653", "2019-03-14T09:26:53Z",
                           "2019-03-14T09:26:53+01:00", "20190314092653,0", "20190314092653.0x"}) {
    EXPECT_EQ(timestamp(text), "none") << text;
  }
}

TEST(TypedValuesTest, EveryDayIsWrittenAsItIsRead) {
  for (std::int64_t days = *parse_date("00010101"); days <= *parse_date("99991231"); days += 97) {
    const auto text = date_text(days);
    ASSERT_EQ(std::string(text.data(), text.size()), iso_date(days));
    ASSERT_EQ(parse_date({text.data(), text.size()}), days);
    const std::int64_t seconds = days * 24 * 60 * 60 + days % 40'000 + 43'000;
    const auto time = timestamp_text(seconds);
    ASSERT_EQ(std::string(time.data(), time.size()), iso_timestamp(seconds));
    ASSERT_EQ(parse_timestamp({time.data(), time.size()}), seconds);
  }
}

}  // namespace
}  // namespace bulkmarc
