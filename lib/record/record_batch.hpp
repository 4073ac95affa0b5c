#pragma once

#include <cstddef>
#include <cstdint>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/records.hpp>

#include "text/buffer.hpp"

namespace bulkmarc {

struct [[gnu::visibility("hidden")]] RecordBatch::Impl {
  /// A record, and where its bytes and its directory entries begin among those of all.
  struct Entry {
    std::uint64_t number;
    std::uint64_t offset;
    std::size_t begin;
    std::size_t length;
    std::size_t first_field;
    std::size_t fields;
  };

  std::size_t input = 0;
  bool is_utf8 = false;  ///< The records are, and their leaders are to say so.
  Buffer bytes;
  Array<DirectoryEntry> directory;
  Array<Entry> records;

  /// Makes it an empty one for records of an input.
  void begin(std::size_t its_input, bool records_are_utf8);
  /// Adds a copy of a record: all of its bytes and its directory as they are, so that this takes no time for each
  /// field.
  void add(const RecordView& record, std::uint64_t number, std::uint64_t offset);
  /// How many bytes all records take, once this one is added, too.
  [[nodiscard]] std::size_t size_with(const RecordView& record) const;
};

/// Of all memory that it keeps; 0 for one that was moved from.
[[nodiscard]] std::size_t bytes_kept(const RecordBatch& batch);
[[nodiscard]] inline bool is_empty(const RecordBatch& batch) { return batch.size() == 0; }

}  // namespace bulkmarc
