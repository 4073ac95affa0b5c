#include <zstd.h>

#include <new>

#include "compression/compressor.hpp"

namespace bulkmarc {
namespace {

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

std::unique_ptr<Compressor> make_zstd_compressor(int level) { return std::make_unique<ZstdCompressor>(level); }

}  // namespace bulkmarc
