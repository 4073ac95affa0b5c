#include "tasks/batch_queue.hpp"

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

using Numbers = std::vector<int>;

/// A batch of numbers.
struct NumberBatch {
  Numbers numbers;
};

std::size_t bytes_kept(const NumberBatch& batch) { return batch.numbers.capacity() * sizeof(int); }

class BatchQueueTest : public testing::Test {
 protected:
  bool push(int number) {
    batch_.numbers = {number};
    return queue_.push(batch_, stop_.get_token());
  }

  std::stop_source stop_;
  NumberBatch batch_;
  BatchQueue<NumberBatch> queue_{2};
};

TEST_F(BatchQueueTest, BatchesLeaveInTheOrderInWhichTheyCame) {
  EXPECT_TRUE(push(1));
  EXPECT_TRUE(push(2));
  queue_.close(nullptr);
  NumberBatch batch;
  EXPECT_TRUE(queue_.pop(batch));
  EXPECT_EQ(batch.numbers, Numbers{1});
  EXPECT_TRUE(queue_.pop(batch));
  EXPECT_EQ(batch.numbers, Numbers{2});
  EXPECT_FALSE(queue_.pop(batch));
  EXPECT_FALSE(queue_.pop(batch));
}

TEST_F(BatchQueueTest, AFullQueueLetsWaitUntilABatchIsTaken) {
  std::atomic<int> pushed = 0;
  std::thread producer([&] {
    for (int number = 1; number <= 3; ++number) {
      EXPECT_TRUE(push(number));
      ++pushed;
    }
    queue_.close(nullptr);
  });
  NumberBatch batch;
  for (int taken = 0; queue_.pop(batch); ++taken) EXPECT_LE(pushed, taken + 3);
  producer.join();
  EXPECT_EQ(batch.numbers, Numbers{3});
}

TEST_F(BatchQueueTest, AStopEndsTheWaitForRoom) {
  EXPECT_TRUE(push(1));
  EXPECT_TRUE(push(2));
  std::thread stopper([&] { stop_.request_stop(); });
  EXPECT_FALSE(push(3));
  stopper.join();
  EXPECT_EQ(batch_.numbers, Numbers{3});
}

TEST_F(BatchQueueTest, TheEndWakesAllWhoWait) {
  std::vector<std::thread> consumers;
  for (int i = 0; i < 3; ++i) {
    consumers.emplace_back([&] {
      NumberBatch batch;
      EXPECT_FALSE(queue_.pop(batch));
    });
  }
  queue_.close(nullptr);
  for (std::thread& consumer : consumers) consumer.join();
}

TEST_F(BatchQueueTest, AnErrorReachesAllWhoAskAndComesBeforeWhatWaits) {
  EXPECT_TRUE(push(1));
  queue_.close(std::make_exception_ptr(std::runtime_error("lost")));
  NumberBatch batch;
  EXPECT_THROW((void)queue_.pop(batch), std::runtime_error);
  EXPECT_THROW((void)queue_.pop(batch), std::runtime_error);
}

TEST_F(BatchQueueTest, TheMemoryOfABatchIsUsedAgain) {
  NumberBatch batch;
  for (int number = 1; number <= 10; ++number) {
    EXPECT_TRUE(push(number));
    EXPECT_TRUE(queue_.pop(batch));
  }
  const void* const memory = batch.numbers.data();
  bool seen_again = false;
  for (int number = 1; number <= 3; ++number) {
    EXPECT_TRUE(push(number));
    EXPECT_TRUE(queue_.pop(batch));
    seen_again |= batch.numbers.data() == memory;
  }
  EXPECT_TRUE(seen_again);
}

TEST_F(BatchQueueTest, MemoryThatAHugeBatchNeededIsNotKept) {
  NumberBatch huge;
  huge.numbers.reserve(kMostKept / sizeof(int) + 1);
  const void* const memory = huge.numbers.data();
  EXPECT_TRUE(push(1));
  EXPECT_TRUE(queue_.pop(huge));
  EXPECT_TRUE(push(2));
  EXPECT_TRUE(batch_.numbers.empty());
  EXPECT_NE(static_cast<const void*>(batch_.numbers.data()), memory);
}

TEST_F(BatchQueueTest, OneLargeBatchIsEnough) {
  batch_.numbers.reserve((std::size_t{64} << 20) / sizeof(int));
  EXPECT_TRUE(push(1));
  std::thread stopper([&] { stop_.request_stop(); });
  EXPECT_FALSE(push(2));
  stopper.join();
}

TEST_F(BatchQueueTest, ABatchThatWasMovedFromMayBeFilled) {
  EXPECT_TRUE(push(1));
  NumberBatch batch;
  const NumberBatch other = std::move(batch);
  EXPECT_TRUE(queue_.pop(batch));  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(batch.numbers, Numbers{1});
  EXPECT_TRUE(push(2));
}

}  // namespace
}  // namespace bulkmarc
