#include "support/decompress.hpp"

#include <libdeflate.h>
#include <zstd.h>

#include <cstddef>
#include <memory>
#include <stdexcept>

namespace {

constexpr std::size_t kMostBytesOfAPiece = std::size_t{1} << 20;

/// Appends what the first member holds. Returns its length.
std::size_t gunzip_member(std::string_view bytes, std::string& text) {
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  std::string room(kMostBytesOfAPiece, '\0');
  std::size_t taken = 0;
  std::size_t given = 0;
  const auto result = libdeflate_gzip_decompress_ex(decompressor.get(), bytes.data(), bytes.size(), room.data(),
                                                    room.size(), &taken, &given);
  if (result != LIBDEFLATE_SUCCESS) throw std::runtime_error("not a gzip member of at most 1 MiB");
  text.append(room, 0, given);
  return taken;
}

std::size_t unzstd_frame(std::string_view bytes, std::string& text) {
  const std::size_t length = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  if (ZSTD_isError(length) != 0) throw std::runtime_error("not a Zstandard frame");
  std::string room(kMostBytesOfAPiece, '\0');
  const std::size_t given = ZSTD_decompress(room.data(), room.size(), bytes.data(), length);
  if (ZSTD_isError(given) != 0) throw std::runtime_error("not a Zstandard frame of at most 1 MiB");
  text.append(room, 0, given);
  return length;
}

}  // namespace

std::string decompress(bulkmarc::Compression compression, std::string_view bytes) {
  std::string text;
  do {
    bytes.remove_prefix(compression == bulkmarc::Compression::kGzip ? gunzip_member(bytes, text)
                                                                    : unzstd_frame(bytes, text));
  } while (!bytes.empty());
  return text;
}
