#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "input/byte_stream.hpp"
#include "input/decoder.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// The data of a compressed stream, all of its members joined. Zeros after a member are padding. Where the data is
/// damaged or cut off the stream ends, after all that could be decoded, and damage() tells the place. How much of
/// damaged data a library decodes depends on the portions that it is given, so these are always the same. Where the
/// compressed stream can't be read any further, read() throws when all that was read before is decoded.
class Decompressor final : public ByteStream {
 public:
  Decompressor(std::unique_ptr<ByteStream> compressed, Codec codec);

  [[nodiscard]] const std::filesystem::path& path() const override { return compressed_->path(); }
  std::size_t read(std::span<char> bytes) override;
  [[nodiscard]] std::string damage() const override { return damage_; }

 private:
  /// Decodes more, when all of what was decoded is handed out. Returns false at the end.
  bool decompress();
  /// Reads more input when there is none left. Returns false at its end.
  bool fill();
  /// Passes the padding between two members. Returns false when no other one follows.
  bool find_member();
  /// Notes what is wrong at the place that was reached.
  void note_damage(std::string_view what);

  std::unique_ptr<ByteStream> compressed_;
  Codec codec_;
  std::unique_ptr<Decoder> decoder_;
  Buffer buffer_;
  std::string_view input_;  // What of the buffer was not decoded yet.
  std::uint64_t consumed_ = 0;
  Buffer decompressed_;
  std::string_view output_;  // What of it was not handed out yet.
  bool within_member_ = true;
  std::string damage_;
  std::exception_ptr failure_;  // Of the compressed stream.
};

}  // namespace bulkmarc
