#include "input/member_decoder.hpp"

#include <libdeflate.h>
#include <zstd.h>

#include <new>

namespace bulkmarc {
namespace {

/// Both formats have flags after the sign. 0 where there is nothing.
unsigned char byte_after_sign(std::string_view member, Codec codec) {
  const std::size_t length = codec_sign(codec).size();
  return length < member.size() ? static_cast<unsigned char>(member[length]) : 0;
}

struct FreeGzip {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

/// Of deflated data that keeps its check, though no compressor would make it so, libdeflate accepts some that zlib
/// refuses.
class GzipMemberDecoder final : public MemberDecoder {
 public:
  GzipMemberDecoder() : decompressor_(libdeflate_alloc_decompressor()) {
    if (decompressor_ == nullptr) throw std::bad_alloc();
  }

  std::optional<Lengths> decode(std::string_view input, std::span<char> output) override {
    // libdeflate does not look at that check.
    constexpr unsigned char kHasHeaderCheck = 0x02;
    if ((byte_after_sign(input, Codec::kGzip) & kHasHeaderCheck) != 0) return std::nullopt;
    Lengths lengths = {};
    const libdeflate_result result =
        libdeflate_gzip_decompress_ex(decompressor_.get(), input.data(), input.size(), output.data(), output.size(),
                                      &lengths.consumed, &lengths.produced);
    if (result != LIBDEFLATE_SUCCESS) return std::nullopt;
    return lengths;
  }

 private:
  std::unique_ptr<libdeflate_decompressor, FreeGzip> decompressor_;
};

class ZstdMemberDecoder final : public MemberDecoder {
 public:
  ZstdMemberDecoder() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
  }

  std::optional<Lengths> decode(std::string_view input, std::span<char> output) override {
    // Other frames have a window, which may be larger than a Decoder allows.
    constexpr unsigned char kSingleSegment = 0x20;
    if (!input.starts_with(codec_sign(Codec::kZstd)) || (byte_after_sign(input, Codec::kZstd) & kSingleSegment) == 0) {
      return std::nullopt;
    }
    const std::size_t consumed = ZSTD_findFrameCompressedSize(input.data(), input.size());
    if (ZSTD_isError(consumed) != 0) return std::nullopt;
    const std::size_t produced =
        ZSTD_decompressDCtx(context_.get(), output.data(), output.size(), input.data(), consumed);
    if (ZSTD_isError(produced) != 0) return std::nullopt;
    return Lengths{consumed, produced};
  }

 private:
  struct FreeZstd {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, FreeZstd> context_;
};

}  // namespace

bool has_member_decoder(Codec codec) { return codec == Codec::kGzip || codec == Codec::kZstd; }

std::unique_ptr<MemberDecoder> make_member_decoder(Codec codec) {
  if (codec == Codec::kGzip) return std::make_unique<GzipMemberDecoder>();
  return std::make_unique<ZstdMemberDecoder>();
}

std::size_t find_member(Codec codec, std::string_view bytes, std::size_t from) {
  // Flags that must not be set.
  const unsigned char reserved = codec == Codec::kGzip ? 0xE0 : 0x08;
  std::size_t found = bytes.find(codec_sign(codec), from);
  while (found != std::string_view::npos && (byte_after_sign(bytes.substr(found), codec) & reserved) != 0) {
    found = bytes.find(codec_sign(codec), found + 1);
  }
  return found;
}

}  // namespace bulkmarc
