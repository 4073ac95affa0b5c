#include <libdeflate.h>

#include <new>

#include "compression/compressor.hpp"

namespace bulkmarc {
namespace {

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

}  // namespace

std::unique_ptr<Compressor> make_gzip_compressor(int level) { return std::make_unique<GzipCompressor>(level); }

}  // namespace bulkmarc
