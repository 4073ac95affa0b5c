#include "compression/compressor.hpp"

#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>

#include <bulkmarc/compression.hpp>

#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"none", "gz", "zst"};
constexpr Levels kGzipLevels = {1, 6, 12};
constexpr Levels kZstdLevels = {1, 3, 19};

struct FreeGzip {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};

class GzipCompressor final : public Compressor {
 public:
  explicit GzipCompressor(int level) : compressor_(libdeflate_alloc_compressor(level)) {
    if (compressor_ == nullptr) throw std::bad_alloc();
  }

  void compress(std::string_view piece, Buffer& packed) override {
    packed.clear();
    const auto room = packed.room(libdeflate_gzip_compress_bound(compressor_.get(), piece.size()));
    packed.set_size(libdeflate_gzip_compress(compressor_.get(), piece.data(), piece.size(), room.data(), room.size()));
  }

 private:
  std::unique_ptr<libdeflate_compressor, FreeGzip> compressor_;
};

struct FreeZstd {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

/// Where there is room for the result, only memory can be lacking.
std::size_t require(std::size_t result) {
  if (ZSTD_isError(result) != 0) throw std::bad_alloc();
  return result;
}

class ZstdCompressor final : public Compressor {
 public:
  explicit ZstdCompressor(int level) : context_(ZSTD_createCCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    require(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level));
    require(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1));
  }

  void compress(std::string_view piece, Buffer& packed) override {
    packed.clear();
    const auto room = packed.room(ZSTD_compressBound(piece.size()));
    packed.set_size(require(ZSTD_compress2(context_.get(), room.data(), room.size(), piece.data(), piece.size())));
  }

 private:
  std::unique_ptr<ZSTD_CCtx, FreeZstd> context_;
};

}  // namespace

std::string_view compression_name(Compression compression) {
  const auto index = static_cast<std::size_t>(compression);
  return index < kNames.size() ? kNames[index] : std::string_view();
}

std::optional<Compression> compression_from_name(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Compression>(found - kNames.begin());
}

Compression compression_from_path(const std::filesystem::path& path) {
  const std::string extension = in_lower_case(path.extension().string());
  if (extension == ".gz") return Compression::kGzip;
  return extension == ".zst" ? Compression::kZstd : Compression::kNone;
}

Levels levels_of(Compression compression) { return compression == Compression::kGzip ? kGzipLevels : kZstdLevels; }

std::unique_ptr<Compressor> make_compressor(Compression compression, int level) {
  if (compression == Compression::kGzip) return std::make_unique<GzipCompressor>(level);
  return std::make_unique<ZstdCompressor>(level);
}

}  // namespace bulkmarc
