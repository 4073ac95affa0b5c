#pragma once

#include <vector>

#include <bulkmarc/bulkmarc.hpp>

/// Copies of all records that a stream has left.
inline std::vector<bulkmarc::Record> records_of(bulkmarc::RecordStream& stream) {
  std::vector<bulkmarc::Record> records;
  for (const bulkmarc::RecordView record : stream) records.emplace_back(record);
  return records;
}
