#include "tasks/ordered_tasks.hpp"

#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

#include "support/task_runners.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

struct Square {
  int number = 0;
  int square = 0;
};

void work(Square& item) {
  if (item.number < 0) throw std::runtime_error("negative");
  item.square = item.number * item.number;
}

void begin(OrderedTasks<Square>& tasks, int number) {
  tasks.make() = {number, 0};
  tasks.begin();
}

int take(OrderedTasks<Square>& tasks) {
  const int square = tasks.first().square;
  tasks.pop();
  return square;
}

void expect_order(TaskRunner* runner) {
  OrderedTasks<Square> tasks(work);
  tasks.run_on(runner);
  std::vector<int> squares;
  for (int number = 1; number <= 100; ++number) {
    begin(tasks, number);
    if (tasks.size() == 7) squares.push_back(take(tasks));
  }
  while (tasks.size() != 0) squares.push_back(take(tasks));
  ASSERT_EQ(squares.size(), 100U);
  for (int number = 1; number <= 100; ++number)
    EXPECT_EQ(squares[static_cast<std::size_t>(number) - 1], number * number);
}

TEST(OrderedTasksTest, ItemsComeBackInOrderWhoeverWorksOnThem) {
  expect_order(nullptr);
  LateRunner late;
  expect_order(&late);
  late.run_all();  // They find nothing to do, nor the items.
  EagerRunner eager;
  expect_order(&eager);
  ThreadRunner threads;
  expect_order(&threads);
}

TEST(OrderedTasksTest, WithoutARunnerNothingIsDoneUntilSomebodyWaits) {
  OrderedTasks<Square> tasks(work);
  begin(tasks, 3);
  EXPECT_FALSE(tasks.is_first_done());
  EXPECT_EQ(tasks.first().square, 9);
  EXPECT_TRUE(tasks.is_first_done());
}

TEST(OrderedTasksTest, WhatTheWorkThrowsComesWithItsItem) {
  ThreadRunner runner;
  OrderedTasks<Square> tasks(work);
  tasks.run_on(&runner);
  for (const int number : {2, -1, 3}) begin(tasks, number);
  EXPECT_EQ(take(tasks), 4);
  EXPECT_THROW(take(tasks), std::runtime_error);
  EXPECT_THROW(take(tasks), std::runtime_error) << "as long as it is the first";
  tasks.pop();
  EXPECT_EQ(take(tasks), 9);
}

TEST(OrderedTasksTest, NobodyWorksOnAWithdrawnItem) {
  LateRunner runner;
  OrderedTasks<Square> tasks(work);
  tasks.run_on(&runner);
  begin(tasks, 3);
  Square& item = tasks.withdraw_first();
  runner.run_all();
  EXPECT_EQ(item.square, 0);
  EXPECT_EQ(tasks.first().square, 0) << "it counts as done";
}

TEST(OrderedTasksTest, ThereAreNoMoreTasksThanItems) {
  LateRunner runner;
  OrderedTasks<Square> tasks(work);
  tasks.run_on(&runner);
  for (int i = 0; i < 100; ++i) {
    begin(tasks, i);
    begin(tasks, i);
    take(tasks);
    take(tasks);
  }
  begin(tasks, 5);
  EXPECT_EQ(runner.run_all(), 2U);
  EXPECT_TRUE(tasks.is_first_done()) << "a late task does what there is";
}

TEST(OrderedTasksTest, TasksThatAreLateFindThemGone) {
  LateRunner runner;
  {
    OrderedTasks<Square> tasks([](Square&) { FAIL() << "nobody has waited"; });
    tasks.run_on(&runner);
    begin(tasks, 1);
  }
  EXPECT_EQ(runner.run_all(), 1U);
}

}  // namespace
}  // namespace bulkmarc
