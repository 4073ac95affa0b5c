#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "input/reader.hpp"
#include "pipeline/sequence.hpp"

/// The records of a reader, with the bytes that were skipped between them.
struct Walked {
  struct Item {
    std::uint64_t offset;
    std::string raw;
    bool operator==(const Item&) const = default;
  };
  std::vector<Item> items;
  std::uint64_t skipped = 0;

  [[nodiscard]] std::vector<std::string> raw() const {
    std::vector<std::string> bytes;
    for (const Item& item : items) bytes.push_back(item.raw);
    return bytes;
  }
  bool operator==(const Walked&) const = default;
};

/// Loads every batch and corrects wrong guesses, as the engine does, but on one thread.
inline Walked walk(bulkmarc::Reader& reader) {
  bulkmarc::Sequence sequence;
  Walked walked;
  bulkmarc::Batch batch;
  while (reader.next(batch)) {
    reader.load(batch);
    if (sequence.place(batch) == bulkmarc::Sequence::Continuity::kMustReload) {
      reader.load(batch);
      sequence.place(batch);
    }
    for (const bulkmarc::BatchRecord& record : batch.items()) {
      walked.items.push_back({record.offset, std::string(record.raw)});
    }
    walked.skipped += batch.skipped().bytes;
  }
  return walked;
}
