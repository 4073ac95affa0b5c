#include "formats/iso2709/stream_reader.hpp"

#include "formats/iso2709/splitter.hpp"

namespace bulkmarc {

std::size_t Iso2709StreamReader::split(Batch& batch, std::size_t limit) {
  return split_records(batch, 0, limit, [this, limit](Batch& more) { return read_more(more, limit); });
}

}  // namespace bulkmarc
