#include "formats/iso2709/reader.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "formats/iso2709/splitter.hpp"

namespace bulkmarc {

namespace {

// What is read beyond a range at first, and then at a time, to get the rest of its last record.
constexpr std::uint64_t kReadAhead = 4096;
constexpr std::uint64_t kReadMore = 64 * 1024;

}  // namespace

Iso2709FileReader::Iso2709FileReader(InputFile file, std::size_t batch_bytes)
    : file_(std::move(file)), batch_bytes_(batch_bytes) {}

bool Iso2709FileReader::next(Batch& batch) {
  if (dealt_ >= file_.size()) return false;
  const std::uint64_t end = std::min(dealt_ + batch_bytes_, file_.size());
  batch.range = {dealt_, end, dealt_ == 0};
  dealt_ = end;
  return true;
}

void Iso2709FileReader::load(Batch& batch) {
  batch.clear();
  batch.bytes.clear();
  const Range& range = batch.range;
  // A record starts at the beginning of an inexact range when a terminator stands before it.
  const std::uint64_t first = range.exact ? range.begin : range.begin - 1;
  read(batch, first, std::min(range.end + kReadAhead, file_.size()));

  std::size_t position = 0;
  const auto limit = static_cast<std::size_t>(range.end - first);
  if (!range.exact) {
    position = batch.bytes.view().substr(0, limit - 1).find(kRecordTerminator) + 1;
    if (position == 0) return;
  }
  const auto read_more = [this, first](Batch& more) {
    const std::uint64_t end = first + more.bytes.size();
    if (end >= file_.size()) return false;
    more.gave_up |= more.bytes.size() > more.most_bytes;
    if (more.gave_up) return false;
    read(more, end, std::min(end + kReadMore, file_.size()));
    return true;
  };
  batch.start = first + position;
  batch.stop = first + split_records(batch, position, limit, read_more);
  if (batch.gave_up) {
    batch.clear();
    batch.gave_up = true;
    return;
  }
  batch.seal(first);
}

void Iso2709FileReader::read(Batch& batch, std::uint64_t from, std::uint64_t to) const {
  const std::size_t size = batch.bytes.size();
  const auto length = static_cast<std::size_t>(to - from);
  file_.read_at(from, batch.bytes.room(length));
  batch.bytes.set_size(size + length);
}

std::size_t Iso2709StreamReader::split(Batch& batch, std::size_t limit) {
  return split_records(batch, 0, limit, [this, limit](Batch& more) { return read_more(more, limit); });
}

}  // namespace bulkmarc
