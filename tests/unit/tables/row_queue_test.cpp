#include "tables/row_queue.hpp"

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <bulkmarc/table.hpp>

#include "record/internals.hpp"
#include "tables/row_batch.hpp"

namespace bulkmarc {
namespace {

const std::vector<Column> kColumns = {{"number", ColumnType::kInteger, false}};

void fill(RowBatch& batch, std::int64_t number) {
  Internals::of(batch)->begin(kColumns);
  Internals::of(batch)->builders[0].integer(number);
  Internals::of(batch)->rows = 1;
  Internals::of(batch)->end();
}

std::int64_t number_in(const RowBatch& batch) { return batch.columns()[0].integers[0]; }

class RowQueueTest : public testing::Test {
 protected:
  bool push(std::int64_t number) {
    fill(batch_, number);
    return queue_.push(batch_, stop_.get_token());
  }

  std::stop_source stop_;
  RowBatch batch_;
  RowQueue queue_{2};
};

TEST_F(RowQueueTest, BatchesLeaveInTheOrderInWhichTheyCame) {
  EXPECT_TRUE(push(1));
  EXPECT_TRUE(push(2));
  queue_.close(nullptr);
  RowBatch batch;
  EXPECT_TRUE(queue_.pop(batch));
  EXPECT_EQ(number_in(batch), 1);
  EXPECT_TRUE(queue_.pop(batch));
  EXPECT_EQ(number_in(batch), 2);
  EXPECT_FALSE(queue_.pop(batch));
  EXPECT_FALSE(queue_.pop(batch));
}

TEST_F(RowQueueTest, AFullQueueLetsWaitUntilABatchIsTaken) {
  std::atomic<int> pushed = 0;
  std::thread producer([&] {
    for (int number = 1; number <= 3; ++number) {
      EXPECT_TRUE(push(number));
      ++pushed;
    }
    queue_.close(nullptr);
  });
  RowBatch batch;
  for (int taken = 0; queue_.pop(batch); ++taken) EXPECT_LE(pushed, taken + 3);
  producer.join();
  EXPECT_EQ(number_in(batch), 3);
}

TEST_F(RowQueueTest, AStopEndsTheWaitForRoom) {
  EXPECT_TRUE(push(1));
  EXPECT_TRUE(push(2));
  std::thread stopper([&] { stop_.request_stop(); });
  EXPECT_FALSE(push(3));
  stopper.join();
  EXPECT_EQ(number_in(batch_), 3);
}

TEST_F(RowQueueTest, TheEndWakesAllWhoWait) {
  std::vector<std::thread> consumers;
  for (int i = 0; i < 3; ++i) {
    consumers.emplace_back([&] {
      RowBatch batch;
      EXPECT_FALSE(queue_.pop(batch));
    });
  }
  queue_.close(nullptr);
  for (std::thread& consumer : consumers) consumer.join();
}

TEST_F(RowQueueTest, AnErrorReachesAllWhoAskAndComesBeforeWhatWaits) {
  EXPECT_TRUE(push(1));
  queue_.close(std::make_exception_ptr(std::runtime_error("lost")));
  RowBatch batch;
  EXPECT_THROW((void)queue_.pop(batch), std::runtime_error);
  EXPECT_THROW((void)queue_.pop(batch), std::runtime_error);
}

TEST_F(RowQueueTest, TheMemoryOfABatchIsUsedAgain) {
  RowBatch batch;
  for (int number = 1; number <= 10; ++number) {
    EXPECT_TRUE(push(number));
    EXPECT_TRUE(queue_.pop(batch));
  }
  const void* const memory = batch.columns()[0].integers.data();
  bool seen_again = false;
  for (int number = 1; number <= 3; ++number) {
    EXPECT_TRUE(push(number));
    EXPECT_TRUE(queue_.pop(batch));
    seen_again |= batch.columns()[0].integers.data() == memory;
  }
  EXPECT_TRUE(seen_again);
}

TEST_F(RowQueueTest, ABatchThatWasMovedFromMayBeFilled) {
  EXPECT_TRUE(push(1));
  RowBatch batch;
  RowBatch other = std::move(batch);
  EXPECT_EQ(batch.rows(), 0U);  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(queue_.pop(batch));
  EXPECT_EQ(number_in(batch), 1);
  EXPECT_TRUE(push(2));
}

}  // namespace
}  // namespace bulkmarc
