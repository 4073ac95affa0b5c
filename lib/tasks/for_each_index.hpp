#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace bulkmarc {

/// Calls `work` for 0 to count - 1, on several threads where the system lets them start. Returns what each call has
/// thrown, or null.
template <class Work>
[[nodiscard]] std::vector<std::exception_ptr> for_each_index(std::size_t count, const Work& work) {
  std::vector<std::exception_ptr> failures(count);
  std::atomic<std::size_t> next = 0;
  const auto take_all = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  const std::size_t threads = std::min<std::size_t>(count, std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::jthread> others;
  try {
    while (others.size() + 1 < threads) others.emplace_back(take_all);
  } catch (const std::system_error&) {
    // Those that run do the work.
  }
  take_all();
  others.clear();  // Waits for them.
  return failures;
}

}  // namespace bulkmarc
