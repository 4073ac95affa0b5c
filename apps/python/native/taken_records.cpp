#include "taken_records.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace {

constexpr std::size_t kEncodingPosition = 9;  // In the leader.

}  // namespace

void TakenRecords::begin(std::string_view leader) {
  const End begin = begin_of(ends_.size());
  bytes_.resize(begin.bytes);
  directory_.resize(begin.fields);
  bytes_.append(leader);
}

void TakenRecords::begin_field(std::string_view tag) {
  bulkmarc::DirectoryEntry entry{};
  std::ranges::copy(tag, entry.tag);
  entry.offset = static_cast<std::uint32_t>(bytes_.size() - begin_of(ends_.size()).bytes);
  directory_.push_back(entry);
}

void TakenRecords::end_field() {
  const std::size_t size = bytes_.size() - begin_of(ends_.size()).bytes;
  directory_.back().length = static_cast<std::uint32_t>(size - directory_.back().offset);
  bytes_.push_back(bulkmarc::kFieldTerminator);
}

void TakenRecords::set_utf8() { bytes_[begin_of(ends_.size()).bytes + kEncodingPosition] = 'a'; }

void TakenRecords::end() {
  const End begin = begin_of(ends_.size());
  if (bytes_.size() - begin.bytes > std::numeric_limits<std::uint32_t>::max()) {
    bytes_.resize(begin.bytes);
    directory_.resize(begin.fields);
    throw std::length_error("a record has 4 GiB or more");
  }
  ends_.push_back({bytes_.size(), directory_.size()});
}

void TakenRecords::add(const bulkmarc::RecordView& record) {
  begin(record.bytes());
  directory_.insert(directory_.end(), record.directory().begin(), record.directory().end());
  end();
}

void TakenRecords::add_bytes(std::string_view bytes) { bytes_.append(bytes); }

bulkmarc::RecordView TakenRecords::operator[](std::size_t index) const {
  const End begin = begin_of(index);
  const End end = ends_[index];
  return {std::string_view(bytes_).substr(begin.bytes, end.bytes - begin.bytes),
          std::span(directory_).subspan(begin.fields, end.fields - begin.fields)};
}

void TakenRecords::clear() {
  bytes_.clear();
  directory_.clear();
  ends_.clear();
}
