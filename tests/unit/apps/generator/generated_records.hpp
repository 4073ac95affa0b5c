#pragma once

#include <bulkmarc/record.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "generator/catalogue.hpp"

/// Calls `look` with each of the first records of a catalogue.
inline void for_each_record(std::uint64_t seed, std::uint64_t count,
                            const std::function<void(const bulkmarc::RecordView&)>& look) {
  const Catalogue catalogue(seed);
  bulkmarc::Record record;
  for (std::uint64_t index = 0; index < count; ++index) {
    catalogue.make(index, record);
    look(record.view());
  }
}

/// The record's length in ISO 2709: its bytes, the directory, and two terminators.
inline std::size_t iso2709_length(const bulkmarc::RecordView& record) {
  return record.bytes().size() + 12 * record.fields().size() + 2;
}

/// All that a record says, tags included.
inline std::string content(const bulkmarc::RecordView& record) {
  std::string all(record.leader());
  for (const bulkmarc::FieldView field : record.fields()) {
    all += field.tag();
    all += field.bytes();
    all += bulkmarc::kFieldTerminator;
  }
  return all;
}
