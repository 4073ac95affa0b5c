#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

/// With which data begins, and each of its members.
[[nodiscard]] std::string_view codec_sign(Codec codec);

/// The codec whose sign `first_bytes` begin with, or nothing. Looks at no more than kCodecSignLength bytes.
[[nodiscard]] std::optional<Codec> codec_of(std::string_view first_bytes);
inline constexpr std::size_t kCodecSignLength = 6;

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(Codec codec);

}  // namespace bulkmarc
