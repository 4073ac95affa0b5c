#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/buffer.hpp"
#include "text/hash.hpp"

namespace bulkmarc {

/// A value that a spec has found.
struct FoundValue {
  Hash key = {};
  std::uint32_t spec = 0;
  std::size_t begin = 0;  ///< In ValueBatch::text.
  std::size_t length = 0;
  std::uint64_t record = 0;  ///< Its number in the run.
};

/// Values in the order of the records, and of the specs within each.
struct ValueBatch {
  Array<FoundValue> values;
  Buffer text;

  [[nodiscard]] std::string_view text_of(const FoundValue& value) const {
    return text.view().substr(value.begin, value.length);
  }
  [[nodiscard]] std::size_t bytes() const { return values.size() * sizeof(FoundValue) + text.size(); }
};

[[nodiscard]] inline std::size_t bytes_kept(const ValueBatch& batch) {
  return batch.values.capacity() * sizeof(FoundValue) + batch.text.capacity();
}
[[nodiscard]] inline bool is_empty(const ValueBatch& batch) { return batch.values.size() == 0; }

}  // namespace bulkmarc
