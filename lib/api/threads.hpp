#pragma once

namespace bulkmarc {

/// How many threads can work at once, the caller's among them: `wanted`, or less where the system refuses to start so
/// many. TBB ends the process when a thread can't be started; so they are tried beforehand, once for each number that
/// is larger than all before. REQUIRES: `wanted` is at least 1. Thread-safe.
[[nodiscard]] int count_startable_threads(int wanted);

}  // namespace bulkmarc
