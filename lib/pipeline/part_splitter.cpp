#include "pipeline/part_splitter.hpp"

#include <cstdint>

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

[[noreturn]] void refuse_kept() {
  throw Error(ErrorCode::kNotResumable, {},
              "the parts of the run that was cut off are not those that the inputs give; a run that does not resume "
              "exports all again");
}

}  // namespace

void PartSplitter::add(std::string_view bytes, std::span<const ExportedRecord> records, std::uint64_t numbers_from) {
  std::size_t appended = 0;
  std::size_t begin = 0;  // Of the current record, with its separator.
  for (const ExportedRecord& record : records) {
    if (content_.records != 0 && !has_room(record.end - appended)) {
      append(bytes.substr(appended, begin - appended));
      appended = begin;
      end_file();
    }
    if (content_.records == 0) {
      begin_file();
      content_.first_record = numbers_from + record.index;
      appended += formatter_.separator().size();
    }
    ++content_.records;
    begin = record.end;
  }
  append(bytes.substr(appended));
}

void PartSplitter::finish() {
  if (content_.records == 0) begin_file();
  end_file();
  if (files_ < kept_.size()) refuse_kept();
}

bool PartSplitter::has_room(std::uint64_t bytes) const {
  if (limits_.records != 0 && content_.records >= limits_.records) return false;
  return limits_.bytes == 0 || content_.bytes + bytes + formatter_.epilogue().size() <= limits_.bytes;
}

void PartSplitter::begin_file() { append(formatter_.prologue()); }

void PartSplitter::end_file() {
  append(formatter_.epilogue());
  if (files_ >= kept_.size()) {
    sink_.end_file(content_);
  } else if (content_ != kept_[files_]) {
    refuse_kept();
  }
  bytes_ += content_.bytes;
  ++files_;
  content_ = {};
}

void PartSplitter::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (files_ >= kept_.size()) sink_.append(bytes);
  content_.bytes += bytes.size();
}

}  // namespace bulkmarc
