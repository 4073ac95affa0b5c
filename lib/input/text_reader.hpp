#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "input/stream_reader.hpp"
#include "input/text_format.hpp"

namespace bulkmarc {

/// Records in a text format, read once: dealing splits the text at their boundaries, loading parses them.
class TextReader final : public StreamReader {
 public:
  TextReader(std::unique_ptr<ByteStream> stream, std::unique_ptr<TextFormat> format, std::size_t batch_bytes)
      : StreamReader(std::move(stream), batch_bytes), format_(std::move(format)) {}

  void load(Batch& batch) override;

 protected:
  std::size_t split(Batch& batch, std::size_t limit) override;
  std::optional<Problem> finish() override { return format_->finish(); }

 private:
  /// Takes the piece at `position`, as far as it is there, and returns where the next one begins.
  std::size_t take(Batch& batch, std::size_t position);
  /// What `bytes` begin with, after a byte order mark.
  Piece split_piece(std::string_view bytes, bool is_end);
  /// What becomes of a piece that does not end within the bytes that are there.
  std::size_t take_endless(Batch& batch, std::size_t position);
  /// Appends `length` bytes of the input, or all that is left of it.
  void read_all(Batch& batch, std::size_t length);

  void load_record(Batch& batch, std::size_t index, TextParser& parser, RecordBuilder& builder);
  /// The same for a record of many megabytes: one at a time, because parsing takes a multiple of that.
  void load_much(Batch& batch, std::size_t index);

  std::unique_ptr<TextParser> take_parser();
  void give_back(std::unique_ptr<TextParser> parser);

  std::unique_ptr<TextFormat> format_;
  std::optional<std::uint64_t> first_record_;  // Its offset. It does not change once a batch has a record.
  std::mutex mutex_;
  std::vector<std::unique_ptr<TextParser>> idle_;
  std::mutex much_;
};

}  // namespace bulkmarc
