#include "pipeline/statistics_collector.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

TEST(FrequenciesTest, ARecordCountsOnceAndItsOccurrencesEach) {
  Frequencies frequencies;
  frequencies.add(7, 1);
  frequencies.add(7, 1);
  frequencies.add(7, 2);
  ASSERT_EQ(frequencies.counts().size(), 1U);
  EXPECT_EQ(frequencies.counts()[0].records, 2U);
  EXPECT_EQ(frequencies.counts()[0].occurrences, 3U);
}

TEST(FrequenciesTest, ManyKeysAreToldApart) {
  Frequencies frequencies;
  constexpr std::uint32_t kKeys = 50'000;
  for (int round = 1; round <= 3; ++round) {
    for (std::uint32_t key = 0; key < kKeys; ++key) frequencies.add(key * 257, static_cast<std::uint64_t>(round));
  }
  ASSERT_EQ(frequencies.counts().size(), kKeys);
  for (std::uint32_t i = 0; i < kKeys; ++i) {
    ASSERT_EQ(frequencies.counts()[i].key, i * 257);
    ASSERT_EQ(frequencies.counts()[i].occurrences, 3U);
  }
}

TEST(FrequenciesTest, WhatIsMergedIsAdded) {
  Frequencies all;
  Frequencies more;
  all.add(1, 1);
  more.add(2, 1);
  more.add(1, 1);
  more.add(1, 1);
  EXPECT_EQ(all.merge(more), 0U);
  ASSERT_EQ(all.counts().size(), 2U);
  EXPECT_EQ(all.counts()[0].records, 2U);
  EXPECT_EQ(all.counts()[0].occurrences, 3U);
  EXPECT_EQ(all.counts()[1].key, 2U);
}

TEST(FrequenciesTest, NewKeysBeyondTheMostAreLeftOutAndKnownOnesAreNot) {
  Frequencies all;
  Frequencies more;
  all.add(1, 1);
  for (const std::uint32_t key : {2U, 3U, 3U, 1U}) more.add(key, 1);
  EXPECT_EQ(all.merge(more, 2), 2U);
  ASSERT_EQ(all.counts().size(), 2U);
  EXPECT_EQ(all.counts()[0].occurrences, 2U);
  EXPECT_EQ(all.counts()[1].key, 2U);
}

TEST(FrequenciesTest, WhatIsClearedIsForgotten) {
  Frequencies frequencies;
  frequencies.add(1, 1);
  frequencies.clear();
  EXPECT_TRUE(frequencies.counts().empty());
  frequencies.add(1, 1);
  EXPECT_EQ(frequencies.counts()[0].records, 1U);
}

}  // namespace
}  // namespace bulkmarc
