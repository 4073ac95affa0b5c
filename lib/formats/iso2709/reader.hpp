#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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
///
/// Bytes that belong to no record and reach beyond the limit are left to the next batch, but for some of them. None
/// beyond `end` are taken: another run has what begins there.
std::size_t split_records(Batch& batch, std::size_t position, std::size_t limit, const ReadMore& read_more,
                          std::size_t end = std::string_view::npos);

/// .mrc that can be read in any order, split at any offset: each batch finds its own first record, so that boundaries
/// are found in parallel. Reads into memory that is used again, which costs fewer page faults than a mapping of a file.
class Iso2709RangeReader final : public Reader {
 public:
  /// `charset` is what Batch::charset is to be. REQUIRES: stream->random_access() is not null.
  Iso2709RangeReader(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes, const Charset* charset = nullptr);
  /// Reads the records of a part of the input, which begins and ends where batches of all of it may.
  Iso2709RangeReader(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes, std::uint64_t begin,
                     std::uint64_t end, const Charset* charset);

  [[nodiscard]] std::vector<std::string> inputs() const override { return {stream_->path().string()}; }
  [[nodiscard]] bool counts_bytes() const override { return true; }
  [[nodiscard]] std::uint64_t total() const override { return end_ - begin_; }
  [[nodiscard]] bool rereadable() const override { return true; }
  bool next(Batch& batch) override;
  void load(Batch& batch) override;

 private:
  /// Appends [from, to) to the batch's bytes.
  void read(Batch& batch, std::uint64_t from, std::uint64_t to) const;

  std::unique_ptr<ByteStream> stream_;
  const RandomAccess& bytes_;  // Its own.
  std::size_t batch_bytes_;
  const Charset* charset_;
  std::uint64_t begin_;
  std::uint64_t end_;
  std::uint64_t dealt_;  // Up to here.
};

/// .mrc from what can be read only once. Splitting it takes decoding, so dealing does both, and loading has nothing
/// left to do.
class Iso2709StreamReader final : public StreamReader {
 public:
  Iso2709StreamReader(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes, const Charset* charset = nullptr)
      : StreamReader(std::move(stream), batch_bytes), charset_(charset) {}

  void load(Batch&) override {}

 protected:
  std::size_t split(Batch& batch, std::size_t limit) override;

 private:
  const Charset* charset_;
};

}  // namespace bulkmarc
