#pragma once

#include <cstddef>

#include "input/stream_reader.hpp"

namespace bulkmarc {

/// .mrc from what can be read only once. Splitting it takes decoding, so dealing does both, and loading has nothing
/// left to do.
class Iso2709StreamReader final : public StreamReader {
 public:
  using StreamReader::StreamReader;

  void load(Batch&) override {}

 protected:
  std::size_t split(Batch& batch, std::size_t limit) override;
};

}  // namespace bulkmarc
