#include "api/threads.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <latch>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "platform/platform.hpp"

namespace bulkmarc {
namespace {

/// TBB is left to start so many less than could be started: others may start one meanwhile, too.
constexpr int kSpareThreads = 2;

/// A thread takes its stack, and a heap of its own that the C library reserves in large pieces.
constexpr std::uint64_t kAddressSpaceOfThread = std::uint64_t{192} << 20;

/// Starts up to `most` threads that do nothing, and ends them. Returns how many could be started.
int try_threads(int most) {
  std::latch end(1);
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(most));
  try {
    for (int i = 0; i < most; ++i) threads.emplace_back([&end] { end.wait(); });
  } catch (const std::system_error&) {
    // That many can be started, and no more.
  }
  end.count_down();
  for (std::thread& thread : threads) thread.join();
  return static_cast<int>(threads.size());
}

/// How many of the threads a limit on the address space has room for.
int most_within_address_space(int wanted) {
  const auto left = address_space_left();
  if (!left) return wanted;
  return static_cast<int>(
      std::clamp(*left / kAddressSpaceOfThread, std::uint64_t{1}, static_cast<std::uint64_t>(wanted)));
}

}  // namespace

int count_startable_threads(int wanted) {
  wanted = most_within_address_space(wanted);
  static std::mutex mutex;
  static std::atomic<int> most_started = 1;
  if (wanted <= most_started) return wanted;
  const std::scoped_lock lock(mutex);
  if (wanted <= most_started) return wanted;
  const int tried = wanted - 1 + kSpareThreads;
  const int started = try_threads(tried);
  if (started < tried) return std::max(1, started - kSpareThreads + 1);
  most_started = wanted;
  return wanted;
}

}  // namespace bulkmarc
