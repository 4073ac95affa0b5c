#include "pipeline/part_splitter.hpp"

#include <cstdint>

namespace bulkmarc {

void PartSplitter::add(std::string_view bytes, std::span<const ExportedRecord> records, std::uint64_t numbers_from) {
  std::size_t appended = 0;
  std::size_t begin = 0;  // Of the current record, with its separator.
  for (const ExportedRecord& record : records) {
    if (!files_.has_room(record.end - appended + formatter_.epilogue().size())) {
      append(bytes.substr(appended, begin - appended));
      appended = begin;
      end_file();
    }
    if (files_.is_empty()) {
      begin_file();
      appended += formatter_.separator().size();
    }
    files_.add_record(numbers_from + record.index);
    begin = record.end;
  }
  append(bytes.substr(appended));
}

void PartSplitter::finish() {
  if (files_.is_empty()) begin_file();
  end_file();
  files_.finish();
}

void PartSplitter::begin_file() { append(formatter_.prologue()); }

void PartSplitter::end_file() {
  append(formatter_.epilogue());
  files_.end_file();
}

void PartSplitter::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (!files_.is_kept()) sink_.append(bytes);
  files_.add_bytes(bytes.size());
}

}  // namespace bulkmarc
