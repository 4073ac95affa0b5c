#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "readers/byte_stream.hpp"
#include "readers/reader.hpp"
#include "readers/text_format.hpp"

namespace bulkmarc {

/// Records in a text format, read once: dealing splits the text at their boundaries, loading parses them.
class TextReader final : public Reader {
 public:
  TextReader(std::unique_ptr<ByteStream> stream, std::unique_ptr<TextFormat> format, std::size_t batch_bytes);

  [[nodiscard]] std::vector<std::string> inputs() const override { return {stream_->path().string()}; }
  [[nodiscard]] bool counts_bytes() const override { return true; }
  [[nodiscard]] std::uint64_t total() const override { return 0; }
  [[nodiscard]] bool rereadable() const override { return false; }
  bool next(Batch& batch) override;
  void load(Batch& batch) override;

 private:
  /// Takes the piece at `position`, as far as it is there, and returns where the next one begins.
  std::size_t take(Batch& batch, std::size_t position);
  /// What becomes of a piece that does not end within the bytes that are there.
  std::size_t take_endless(Batch& batch, std::size_t position);
  /// Appends `length` bytes of the input, or all that is left of it.
  void read_more(Batch& batch, std::size_t length);

  std::unique_ptr<TextParser> take_parser();
  void give_back(std::unique_ptr<TextParser> parser);

  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<TextFormat> format_;
  std::size_t batch_bytes_;
  Buffer rest_;  // What was read beyond the last batch's records.
  std::uint64_t offset_ = 0;
  bool ended_ = false;

  std::mutex mutex_;
  std::vector<std::unique_ptr<TextParser>> idle_;
};

}  // namespace bulkmarc
