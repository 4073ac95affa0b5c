#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "input/byte_stream.hpp"
#include "input/decoder.hpp"
#include "input/member_decoder.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// Decoders are given their input in stretches that end at multiples of this, counted from the beginning of the stream:
/// how much of damaged data a library decodes, and where it finds the damage, may depend on them.
inline constexpr std::size_t kCompressedAtOnce = std::size_t{128} << 10;

/// A stretch of compressed data, and what the members within it hold. docs/architecture.md counts these bytes.
class Portion {
 public:
  static constexpr std::size_t kMostCompressed = (std::size_t{1} << 20) + 2 * kCompressedAtOnce;
  static constexpr std::size_t kMostDecompressed = std::size_t{2} << 20;

  Buffer compressed;

  /// Decodes the members that stand, one after the other, from `begin` on: as long as they are whole and sound, and
  /// there is room for what they hold. REQUIRES: has_member_decoder(codec).
  void decode_members(Codec codec, std::size_t begin);
  /// Forgets what was decoded.
  void forget() { begin_ = kNowhere; }
  /// True when decode_members() was called for this place, and `compressed` is as it was then.
  [[nodiscard]] bool was_decoded_from(std::size_t begin) const { return begin_ == begin; }

  /// What it has decoded: the compressed length, and the data. A length of 0 means that there is no such member.
  [[nodiscard]] std::size_t length() const { return length_; }
  [[nodiscard]] std::string_view data() const { return decompressed_.view(); }

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  std::size_t begin_ = kNowhere;
  std::size_t length_ = 0;
  Buffer decompressed_;
  std::unique_ptr<MemberDecoder> decoder_;
};

/// Cuts a compressed stream into portions.
class PortionCutter {
 public:
  PortionCutter(std::unique_ptr<ByteStream> compressed, Codec codec)
      : compressed_(std::move(compressed)), codec_(codec) {}

  [[nodiscard]] const std::filesystem::path& path() const { return compressed_->path(); }
  /// Sets the next portion's compressed bytes: up to the next multiple of kCompressedAtOnce, or what is left. Returns
  /// false at the end.
  bool cut(Portion& portion);
  /// The same, but the portion ends where a member may begin, or else at a later multiple. REQUIRES:
  /// has_member_decoder(codec).
  bool cut_at_member(Portion& portion);
  /// What has ended the stream before its end, if something has.
  [[nodiscard]] const std::exception_ptr& failure() const { return failure_; }

 private:
  /// Appends what follows in the stream, up to the next multiple of kCompressedAtOnce.
  void read_more(Buffer& bytes);

  std::unique_ptr<ByteStream> compressed_;
  Codec codec_;
  std::uint64_t read_ = 0;  // Of the stream.
  Buffer rest_;             // What of it lies beyond the last portion.
  bool ended_ = false;
  std::exception_ptr failure_;
};

}  // namespace bulkmarc
