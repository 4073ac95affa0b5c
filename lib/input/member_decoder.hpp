#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "input/decoder.hpp"

namespace bulkmarc {

/// Decodes a member at once, which takes far less time than a Decoder does, and no window.
class MemberDecoder {
 public:
  virtual ~MemberDecoder() = default;

  struct Lengths {
    std::size_t consumed;
    std::size_t produced;
  };

  /// Decodes the member that `input` begins with. Returns nothing where that does not hold all of it, where `output`
  /// has no room for all that it holds, and where a Decoder would find it damaged, or only that might.
  virtual std::optional<Lengths> decode(std::string_view input, std::span<char> output) = 0;
};

/// True for the codecs of which files of many members are usual: gzip and zstd.
[[nodiscard]] bool has_member_decoder(Codec codec);
/// REQUIRES: has_member_decoder(codec).
[[nodiscard]] std::unique_ptr<MemberDecoder> make_member_decoder(Codec codec);

/// Where, from `from` on, a member may begin; or npos. Within a member the same bytes stand by chance, or on purpose.
[[nodiscard]] std::size_t find_member(Codec codec, std::string_view bytes, std::size_t from);

}  // namespace bulkmarc
