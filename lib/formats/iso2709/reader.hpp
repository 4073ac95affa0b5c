#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "input/input_file.hpp"
#include "input/reader.hpp"
#include "input/stream_reader.hpp"

namespace bulkmarc {

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
