#include "readers/iso2709_stream_reader.hpp"

#include "readers/iso2709_splitter.hpp"

namespace bulkmarc {

std::size_t Iso2709StreamReader::split(Batch& batch, std::size_t limit) {
  return split_records(batch, 0, limit, [this, limit](Batch& more) { return read_more(more, limit); });
}

}  // namespace bulkmarc
