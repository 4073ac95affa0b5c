#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include <oneapi/tbb/task_group.h>

#include "tasks/ordered_tasks.hpp"

namespace bulkmarc {

/// Runs tasks on TBB's threads, beside a pipeline. What has not begun when it is destroyed never will.
class TaskGroup final : public TaskRunner {
 public:
  /// `threads` is what threads() tells.
  explicit TaskGroup(int threads) : threads_(static_cast<std::size_t>(threads)) {
    // A group belongs to whatever runs its first task, and must not outlive it: not to a stage of a pipeline.
    tasks_.run_and_wait([] {});
  }
  ~TaskGroup() noexcept override {
    tasks_.cancel();
    tasks_.wait();
  }
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void run(std::function<void()> task) override { tasks_.run(std::move(task)); }
  [[nodiscard]] std::size_t threads() const override { return threads_; }

 private:
  std::size_t threads_;
  tbb::task_group tasks_;
};

}  // namespace bulkmarc
