#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "input/byte_stream.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// Decodes compressed data, one member after the other: a member is what the formats call a gzip member, a zstd frame,
/// a bzip2 or xz stream.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// What one call did. After kEndOfMember the next call begins with another member.
  struct Step {
    std::size_t consumed;
    std::size_t produced;
    enum State { kMore, kEndOfMember, kDamaged } state;
    std::string damage = {};  ///< For people; set with kDamaged, after which no call may follow.
  };

  /// Decodes some of `input` into `output`. Consumes and produces nothing only where it needs more of one of them.
  virtual Step decode(std::span<const char> input, std::span<char> output) = 0;
};

enum class Codec { kGzip, kZstd, kBzip2, kXz };

/// gzip, zstd, bzip2 or xz.
[[nodiscard]] std::string_view codec_name(Codec codec);

/// The codec whose sign `first_bytes` begin with, or nothing. Looks at no more than kCodecSignLength bytes.
[[nodiscard]] std::optional<Codec> codec_of(std::string_view first_bytes);
inline constexpr std::size_t kCodecSignLength = 6;

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
