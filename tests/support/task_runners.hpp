#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "tasks/ordered_tasks.hpp"

/// Keeps all tasks until they are asked for.
class LateRunner final : public bulkmarc::TaskRunner {
 public:
  void run(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  [[nodiscard]] std::size_t threads() const override { return 2; }
  /// Runs what has come since the last time. Returns how many that was.
  std::size_t run_all() {
    const auto tasks = std::exchange(tasks_, {});
    for (const auto& task : tasks) task();
    return tasks.size();
  }

 private:
  std::vector<std::function<void()>> tasks_;
};

/// Runs each task before anything else happens.
class EagerRunner final : public bulkmarc::TaskRunner {
 public:
  void run(std::function<void()> task) override { task(); }
  [[nodiscard]] std::size_t threads() const override { return 4; }
};

/// Has a thread for each task.
class ThreadRunner final : public bulkmarc::TaskRunner {
 public:
  ~ThreadRunner() override {
    for (std::thread& thread : threads_) thread.join();
  }
  void run(std::function<void()> task) override { threads_.emplace_back(std::move(task)); }
  [[nodiscard]] std::size_t threads() const override { return 3; }

 private:
  std::vector<std::thread> threads_;
};
