#include <bulkmarc/compression.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "compression/compressor.hpp"

namespace bulkmarc {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"none", "gz", "zst"};
constexpr Levels kGzipLevels = {1, 6, 12};
constexpr Levels kZstdLevels = {1, 3, 19};

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
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  if (extension == ".gz") return Compression::kGzip;
  return extension == ".zst" ? Compression::kZstd : Compression::kNone;
}

Levels levels_of(Compression compression) { return compression == Compression::kGzip ? kGzipLevels : kZstdLevels; }

std::unique_ptr<Compressor> make_compressor(Compression compression, int level) {
  return compression == Compression::kGzip ? make_gzip_compressor(level) : make_zstd_compressor(level);
}

}  // namespace bulkmarc
