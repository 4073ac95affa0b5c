#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "input/byte_stream.hpp"
#include "input/reader.hpp"
#include "input/stream_reader.hpp"
#include "record/batch.hpp"

namespace bulkmarc {

/// Makes more of the input available: appends at least one byte to `batch.bytes`, or returns false at the end.
using ReadMore = std::function<bool(Batch& batch)>;

/// Splits batch.bytes, from `position`, into records, as long as they start before `limit` (both count from
/// bytes[0]); the last one may end after it. Adds them to the batch, but does not seal it. Returns where the next
/// record starts.
///
/// A record is what its length says, when all of its structure agrees; or what its directory says, if that leads to a
/// record terminator; otherwise all up to the next record terminator, or to the next leader if that comes first. So the
/// result depends on the bytes from `position` on, and never on how the input was cut into batches.
std::size_t split_records(Batch& batch, std::size_t position, std::size_t limit, const ReadMore& read_more);

/// A regular .mrc file, split at any offset: each batch finds its own first record, so that boundaries are found in
/// parallel. Reads with pread into memory that is used again, which costs fewer page faults than a mapping.
class Iso2709FileReader final : public Reader {
 public:
  Iso2709FileReader(InputFile file, std::size_t batch_bytes);

  [[nodiscard]] std::vector<std::string> inputs() const override { return {file_.path().string()}; }
  [[nodiscard]] bool counts_bytes() const override { return true; }
  [[nodiscard]] std::uint64_t total() const override { return file_.size(); }
  [[nodiscard]] bool rereadable() const override { return true; }
  bool next(Batch& batch) override;
  void load(Batch& batch) override;

 private:
  /// Appends [from, to) of the file to the batch's bytes.
  void read(Batch& batch, std::uint64_t from, std::uint64_t to) const;

  InputFile file_;
  std::size_t batch_bytes_;
  std::uint64_t dealt_ = 0;
};

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
