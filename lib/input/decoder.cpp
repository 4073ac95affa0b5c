#include "input/decoder.hpp"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <bit>
#include <climits>
#include <cstdint>
#include <new>

namespace bulkmarc {
namespace {

/// What a file can make a decoder allocate; one that needs more counts as damaged. zstd and xz set no lower limit
/// themselves that all of their own levels would meet.
constexpr std::size_t kDecoderMemory = std::size_t{128} << 20;

/// The lengths of zlib and bzip2 are ints.
unsigned int clamped(std::size_t length) { return static_cast<unsigned int>(std::min<std::size_t>(length, INT_MAX)); }

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() {
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  Step decode(std::span<const char> input, std::span<char> output) override {
    const unsigned int offered = clamped(input.size());
    const unsigned int room = clamped(output.size());
    stream_.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = offered;
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = room;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    Step step = {offered - stream_.avail_in, room - stream_.avail_out, Step::kMore};
    if (result == Z_OK || result == Z_BUF_ERROR) return step;
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result != Z_STREAM_END) {
      return {step.consumed, step.produced, Step::kDamaged, stream_.msg != nullptr ? stream_.msg : "invalid data"};
    }
    inflateReset(&stream_);
    return {step.consumed, step.produced, Step::kEndOfMember};
  }

 private:
  z_stream stream_ = {};
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() {
    if (!context_) throw std::bad_alloc();
    constexpr int kWindowLog = std::bit_width(kDecoderMemory) - 1;
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }

  /// Offers the rest of one block, once all before it is out: a call that finds damage does not tell what it had put
  /// out before.
  Step decode(std::span<const char> input, std::span<char> output) override {
    ZSTD_inBuffer in = {input.data(), std::min(input.size(), wanted_), 0};
    ZSTD_outBuffer out = {output.data(), output.size(), 0};
    const std::size_t result = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) throw std::bad_alloc();
    if (ZSTD_isError(result) != 0) return {in.pos, out.pos, Step::kDamaged, ZSTD_getErrorName(result)};
    const bool is_end = result == 0;
    const bool may_hold_more = out.pos == out.size;
    // The result asks for a block together with the header of the next one.
    wanted_ = is_end ? kBeginOfFrame : may_hold_more ? 0 : result - std::min(result - 1, kBlockHeader);
    return {in.pos, out.pos, is_end ? Step::kEndOfMember : Step::kMore};
  }

 private:
  static constexpr std::size_t kBeginOfFrame = 5;
  static constexpr std::size_t kBlockHeader = 3;

  std::size_t wanted_ = kBeginOfFrame;
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context_{ZSTD_createDCtx(), &ZSTD_freeDCtx};
};

class Bzip2Decoder final : public Decoder {
 public:
  Bzip2Decoder() { begin(); }
  ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&stream_); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;

  Step decode(std::span<const char> input, std::span<char> output) override {
    const unsigned int offered = clamped(input.size());
    const unsigned int room = clamped(output.size());
    stream_.next_in = const_cast<char*>(input.data());
    stream_.avail_in = offered;
    stream_.next_out = output.data();
    stream_.avail_out = room;
    const int result = BZ2_bzDecompress(&stream_);
    Step step = {offered - stream_.avail_in, room - stream_.avail_out, Step::kMore};
    if (result == BZ_OK) return step;
    if (result == BZ_MEM_ERROR) throw std::bad_alloc();
    if (result != BZ_STREAM_END) {
      return {step.consumed, step.produced, Step::kDamaged,
              result == BZ_DATA_ERROR_MAGIC ? "not a bzip2 stream" : "invalid data"};
    }
    BZ2_bzDecompressEnd(&stream_);
    begin();
    return {step.consumed, step.produced, Step::kEndOfMember};
  }

 private:
  void begin() {
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }

  bz_stream stream_ = {};
};

class XzDecoder final : public Decoder {
 public:
  XzDecoder() { begin(); }
  ~XzDecoder() override { lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

  Step decode(std::span<const char> input, std::span<char> output) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(input.data());
    stream_.avail_in = input.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(output.data());
    stream_.avail_out = output.size();
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    Step step = {input.size() - stream_.avail_in, output.size() - stream_.avail_out, Step::kMore};
    if (result == LZMA_OK || result == LZMA_BUF_ERROR) return step;
    if (result == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (result != LZMA_STREAM_END) return {step.consumed, step.produced, Step::kDamaged, explain(result)};
    begin();
    return {step.consumed, step.produced, Step::kEndOfMember};
  }

 private:
  static const char* explain(lzma_ret result) {
    switch (result) {
      case LZMA_MEMLIMIT_ERROR:
        return "it needs more than 128 MiB of memory";
      case LZMA_FORMAT_ERROR:
        return "not an xz stream";
      case LZMA_OPTIONS_ERROR:
        return "options that are not supported";
      default:
        return "invalid data";
    }
  }

  void begin() {
    if (lzma_stream_decoder(&stream_, kDecoderMemory, 0) != LZMA_OK) throw std::bad_alloc();
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
};

constexpr std::array kCodecs = {Codec::kGzip, Codec::kZstd, Codec::kBzip2, Codec::kXz};

/// The sixteen signs of a zstd frame to be skipped, with which a file may begin.
bool begins_with_skippable_frame(std::string_view bytes) {
  return bytes.size() >= 4 && (bytes[0] & 0xF0) == 0x50 && bytes.substr(1, 3) == "\x2A\x4D\x18";
}

}  // namespace

std::string_view codec_name(Codec codec) {
  constexpr std::array<std::string_view, 4> kNames = {"gzip", "zstd", "bzip2", "xz"};
  return kNames[static_cast<std::size_t>(codec)];
}

std::string_view codec_sign(Codec codec) {
  using namespace std::string_view_literals;
  constexpr std::array kSigns = {"\x1F\x8B\x08"sv, "\x28\xB5\x2F\xFD"sv, "BZh"sv, "\xFD\x37zXZ\0"sv};
  return kSigns[static_cast<std::size_t>(codec)];
}

std::optional<Codec> codec_of(std::string_view first_bytes) {
  for (const Codec codec : kCodecs) {
    if (first_bytes.starts_with(codec_sign(codec))) return codec;
  }
  if (begins_with_skippable_frame(first_bytes)) return Codec::kZstd;
  return std::nullopt;
}

std::unique_ptr<Decoder> make_decoder(Codec codec) {
  switch (codec) {
    case Codec::kGzip:
      return std::make_unique<GzipDecoder>();
    case Codec::kZstd:
      return std::make_unique<ZstdDecoder>();
    case Codec::kBzip2:
      return std::make_unique<Bzip2Decoder>();
    case Codec::kXz:
      return std::make_unique<XzDecoder>();
  }
  return nullptr;
}

}  // namespace bulkmarc
