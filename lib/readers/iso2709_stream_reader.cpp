#include "readers/iso2709_stream_reader.hpp"

#include <utility>

#include "readers/iso2709_splitter.hpp"

namespace bulkmarc {

Iso2709StreamReader::Iso2709StreamReader(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes)
    : stream_(std::move(stream)), batch_bytes_(batch_bytes) {}

bool Iso2709StreamReader::next(Batch& batch) {
  batch.clear();
  batch.bytes.clear();
  batch.bytes.append(rest_.view());
  const std::size_t end = split_records(batch, 0, batch_bytes_, [this](Batch& more) { return read_more(more); });
  rest_.clear();
  rest_.append(batch.bytes.view().substr(end));
  batch.range = {offset_, offset_ + end, true};
  batch.start = offset_;
  batch.stop = offset_ + end;
  batch.seal(offset_);
  offset_ += end;
  return end != 0;
}

bool Iso2709StreamReader::read_more(Batch& batch) {
  const std::size_t size = batch.bytes.size();
  const std::size_t got = stream_->read(batch.bytes.room(batch_bytes_));
  batch.bytes.set_size(size + got);
  return got != 0;
}

}  // namespace bulkmarc
