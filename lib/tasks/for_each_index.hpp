#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace bulkmarc {

/// Calls `work` for 0 to count - 1, on several threads where the system lets them start. It must not throw.
template <class Work>
void for_each_index(std::size_t count, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto take_all = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  const std::size_t threads = std::min<std::size_t>(count, std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::jthread> others;
  try {
    while (others.size() + 1 < threads) others.emplace_back(take_all);
  } catch (const std::system_error&) {
    // Those that run do the work.
  }
  take_all();
}

}  // namespace bulkmarc
