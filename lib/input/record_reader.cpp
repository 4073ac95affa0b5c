#include "input/record_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace bulkmarc {
namespace {

// Decides only how many records make a batch.
constexpr std::size_t kUsualRecordBytes = 1024;

std::uint64_t records_in(std::size_t batch_bytes) { return std::max<std::size_t>(batch_bytes / kUsualRecordBytes, 1); }

bool deal(Batch& batch, std::uint64_t& dealt, std::uint64_t count, std::uint64_t batch_records) {
  if (dealt >= count) return false;
  batch.range = {dealt, std::min(dealt + batch_records, count), true};
  dealt = batch.range.end;
  return true;
}

void add(Batch& batch, const Record& record, std::uint64_t index) {
  BatchRecord item;
  item.view = record.view();
  item.offset = index;
  batch.add(item);
}

/// A cleared record for the batch's next item; its memory comes from an earlier batch where there was one.
Record& fresh_record(Batch& batch, std::size_t used) {
  if (used == batch.records.size()) batch.records.emplace_back();
  Record& record = batch.records[used];
  record.set_leader(kDefaultLeader);
  record.clear();
  return record;
}

}  // namespace

SpanReader::SpanReader(std::span<const Record> records, std::size_t batch_bytes)
    : records_(records), batch_records_(records_in(batch_bytes)) {}

bool SpanReader::next(Batch& batch) { return deal(batch, dealt_, records_.size(), batch_records_); }

void SpanReader::load(Batch& batch) {
  batch.clear();
  for (std::uint64_t index = batch.range.begin; index < batch.range.end; ++index) add(batch, records_[index], index);
  batch.start = batch.range.begin;
  batch.stop = batch.range.end;
}

IndexedReader::IndexedReader(std::uint64_t count, Make make, std::size_t batch_bytes)
    : count_(count), make_(std::move(make)), batch_records_(records_in(batch_bytes)) {}

bool IndexedReader::next(Batch& batch) { return deal(batch, dealt_, count_, batch_records_); }

void IndexedReader::load(Batch& batch) {
  batch.clear();
  const std::uint64_t begin = batch.range.begin;
  const auto count = static_cast<std::size_t>(batch.range.end - begin);
  for (std::size_t i = 0; i < count; ++i) make_(begin + i, fresh_record(batch, i));
  for (std::size_t i = 0; i < count; ++i) add(batch, batch.records[i], begin + i);
  batch.start = begin;
  batch.stop = batch.range.end;
}

PulledReader::PulledReader(Next next, std::size_t batch_bytes) : next_(std::move(next)), batch_bytes_(batch_bytes) {}

bool PulledReader::next(Batch& batch) {
  batch.clear();
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (!ended_ && bytes < batch_bytes_) {
    Record& record = fresh_record(batch, count);
    ended_ = !next_(record);
    if (ended_) break;
    bytes += record.view().bytes().size();
    ++count;
  }
  for (std::size_t i = 0; i < count; ++i) add(batch, batch.records[i], dealt_ + i);
  batch.range = {dealt_, dealt_ + count, true};
  batch.start = dealt_;
  dealt_ += count;
  batch.stop = dealt_;
  return count != 0;
}

}  // namespace bulkmarc
