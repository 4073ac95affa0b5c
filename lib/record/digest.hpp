#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>

#include "text/buffer.hpp"
#include "text/hash.hpp"

namespace bulkmarc {

/// The hash of a control number, for which blanks at either end do not count; none where it has nothing else.
[[nodiscard]] Hash key_of(std::string_view control_number);

/// Memory that a digest takes; used again for the next one.
struct DigestMemory {
  Buffer structure;
  Buffer data;  ///< Where it does not stand in order.
};

/// The hash of what a record says. Not a part of that is what only tells how a format holds it: the lengths, the
/// encoding and other constants of the leader, and the order between control fields and data fields.
[[nodiscard]] Hash content_of(const RecordView& record, DigestMemory& memory);

/// One record, by hashes.
struct RecordDigest {
  Hash key = {};
  Hash content = {};  ///< None of a record that was rejected.
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  bool is_repaired = false;
  std::size_t id_begin = 0;  ///< Of its control number, in DigestBatch::ids.
  std::size_t id_length = 0;
};

/// The digests of the records of a batch that have a control number.
struct DigestBatch {
  std::size_t input = 0;
  std::vector<RecordDigest> records;
  Buffer ids;

  void begin(std::size_t its_input) {
    input = its_input;
    records.clear();
    ids.clear();
  }
  [[nodiscard]] std::string_view id(const RecordDigest& record) const {
    return ids.view().substr(record.id_begin, record.id_length);
  }
};

[[nodiscard]] inline std::size_t bytes_kept(const DigestBatch& batch) {
  return batch.records.capacity() * sizeof(RecordDigest) + batch.ids.capacity();
}
[[nodiscard]] inline bool is_empty(const DigestBatch& batch) { return batch.records.empty(); }

}  // namespace bulkmarc
