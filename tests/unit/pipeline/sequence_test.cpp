#include "pipeline/sequence.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

using Continuity = Sequence::Continuity;

Batch loaded(std::uint64_t start, std::uint64_t stop, Range range, std::size_t input = 0) {
  Batch batch;
  batch.input = input;
  batch.range = range;
  batch.start = start;
  batch.stop = stop;
  return batch;
}

class SequenceTest : public testing::Test {
 protected:
  Sequence sequence_;
};

TEST_F(SequenceTest, ABatchContinuesWhereTheLastOneEnded) {
  Batch first = loaded(0, 120, {0, 100, true});
  Batch second = loaded(120, 210, {100, 200, false});
  EXPECT_EQ(sequence_.place(first), Continuity::kContinues);
  EXPECT_EQ(sequence_.place(second), Continuity::kContinues);
}

TEST_F(SequenceTest, AWrongGuessIsCorrectedAndLoadedAgain) {
  Batch first = loaded(0, 120, {0, 100, true});
  Batch second = loaded(150, 210, {100, 200, false});
  sequence_.place(first);
  EXPECT_EQ(sequence_.place(second), Continuity::kMustReload);
  EXPECT_EQ(second.range.begin, 120U);
  EXPECT_TRUE(second.range.exact);
  second.start = 120;
  EXPECT_EQ(sequence_.place(second), Continuity::kContinues);
}

TEST_F(SequenceTest, ABatchInsideOfALongRecordIsSwallowed) {
  Batch first = loaded(0, 500, {0, 100, true});
  Batch second = loaded(150, 260, {100, 200, false});
  Batch third = loaded(Range::kNowhere, Range::kNowhere, {200, 300, false});
  Batch last = loaded(500, 600, {500, 600, false});
  sequence_.place(first);
  EXPECT_EQ(sequence_.place(second), Continuity::kSwallowed);
  EXPECT_EQ(sequence_.place(third), Continuity::kSwallowed);
  EXPECT_EQ(sequence_.place(last), Continuity::kContinues);
}

TEST_F(SequenceTest, EveryInputBeginsAtItsStart) {
  Batch first = loaded(0, 120, {0, 100, true});
  Batch second = loaded(0, 80, {0, 80, true}, 1);
  sequence_.place(first);
  EXPECT_EQ(sequence_.place(second), Continuity::kContinues);
}

TEST_F(SequenceTest, RecordsAreNumberedThroughAllBatches) {
  Batch first = loaded(0, 120, {0, 100, true});
  first.add({});
  first.add({});
  Batch second = loaded(0, 80, {0, 80, true}, 1);
  sequence_.place(first);
  sequence_.place(second);
  EXPECT_EQ(first.first_number, 1U);
  EXPECT_EQ(second.first_number, 3U);
}

}  // namespace
}  // namespace bulkmarc
