#pragma once

#include <cstddef>
#include <limits>

namespace bulkmarc {

/// How much may be emitted of a batch at a time, so that a few records never take the memory of a whole catalogue.
struct Room {
  std::size_t most_bytes = std::numeric_limits<std::size_t>::max();
  bool for_any_record = true;  ///< The first record is emitted whatever its size.
};

}  // namespace bulkmarc
