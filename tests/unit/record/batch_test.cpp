#include "record/batch.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Four records at 102, 105, 108 and 112 of their input, with stray bytes before the first and the third;
/// the third is a reject. They are the records 10 to 13 of the run.
class BatchTest : public testing::Test {
 protected:
  BatchTest() {
    batch_.bytes.append("..aaabb-ccccddd");
    batch_.add_skipped(0, 2);
    batch_.add_unparsed(2, 3);
    batch_.add_unparsed(5, 2);
    batch_.add_skipped(7, 1);
    batch_.add_rejected(8, 4, {Reason::kSyntax, "no record"});
    batch_.add_unparsed(12, 3);
    batch_.start = 102;
    batch_.stop = 115;
    batch_.first_number = 10;
    batch_.seal(100);
  }

  [[nodiscard]] std::vector<std::string> raw() const {
    std::vector<std::string> raw;
    for (const BatchRecord& record : batch_.items()) raw.emplace_back(record.raw);
    return raw;
  }

  Batch batch_;
};

TEST_F(BatchTest, WithoutItsFirstRecordsItStartsWhereTheNextOneDoes) {
  batch_.drop_first(2);
  EXPECT_THAT(raw(), ElementsAre("cccc", "ddd"));
  EXPECT_EQ(batch_.start, 108U);
  EXPECT_EQ(batch_.stop, 115U);
  EXPECT_EQ(batch_.first_number, 12U);
  EXPECT_TRUE(batch_.items()[0].rejected);
  EXPECT_EQ(batch_.problems(0).front().detail, "no record");
}

TEST_F(BatchTest, WhatStoodBeforeADroppedRecordIsStillSkipped) {
  batch_.drop_first(3);
  EXPECT_EQ(batch_.skipped().bytes, 3U);
  EXPECT_EQ(batch_.skipped().offset, 100U);
}

TEST_F(BatchTest, WithoutAnyRecordItStartsWhereItStops) {
  batch_.drop_first(4);
  EXPECT_THAT(raw(), IsEmpty());
  EXPECT_EQ(batch_.start, 115U);
  EXPECT_EQ(batch_.first_number, 14U);
}

TEST_F(BatchTest, WithItsFirstRecordsAloneItStopsWhereTheLastOfThemEnds) {
  batch_.keep_first(2);
  EXPECT_THAT(raw(), ElementsAre("aaa", "bb"));
  EXPECT_EQ(batch_.start, 102U);
  EXPECT_EQ(batch_.stop, 107U);
  EXPECT_EQ(batch_.skipped().bytes, 2U) << "what follows them is not read";
}

TEST_F(BatchTest, KeepingNoRecordItStopsWhereItStarts) {
  batch_.keep_first(0);
  EXPECT_THAT(raw(), IsEmpty());
  EXPECT_EQ(batch_.stop, 102U);
  EXPECT_EQ(batch_.skipped().bytes, 0U);
}

TEST_F(BatchTest, ItMayBeCutAtBothEnds) {
  batch_.drop_first(1);
  batch_.keep_first(2);
  EXPECT_THAT(raw(), ElementsAre("bb", "cccc"));
  EXPECT_EQ(batch_.start, 105U);
  EXPECT_EQ(batch_.stop, 112U);
  EXPECT_EQ(batch_.problems(1).front().detail, "no record");
}

TEST_F(BatchTest, RecordsFromMemoryCountAsOneEach) {
  Batch batch;
  for (std::uint64_t index = 0; index < 3; ++index) {
    BatchRecord record;
    record.offset = 40 + index;
    batch.add(record);
  }
  batch.start = 40;
  batch.stop = 43;
  batch.drop_first(1);
  batch.keep_first(1);
  EXPECT_EQ(batch.start, 41U);
  EXPECT_EQ(batch.stop, 42U);
}

}  // namespace
}  // namespace bulkmarc
