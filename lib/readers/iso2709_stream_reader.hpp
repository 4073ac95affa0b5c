#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "readers/byte_stream.hpp"
#include "readers/reader.hpp"

namespace bulkmarc {

/// .mrc from what can be read only once. Splitting it takes decoding, so
/// dealing does both, and loading has nothing left to do.
class Iso2709StreamReader final : public Reader {
 public:
  Iso2709StreamReader(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes);

  [[nodiscard]] std::vector<std::string> inputs() const override { return {stream_->path().string()}; }
  [[nodiscard]] bool counts_bytes() const override { return true; }
  [[nodiscard]] std::uint64_t total() const override { return 0; }
  [[nodiscard]] bool rereadable() const override { return false; }
  bool next(Batch& batch) override;
  void load(Batch&) override {}

 private:
  bool read_more(Batch& batch);

  std::unique_ptr<ByteStream> stream_;
  std::size_t batch_bytes_;
  Buffer rest_;  // What was read beyond the last batch's records.
  std::uint64_t offset_ = 0;
};

}  // namespace bulkmarc
