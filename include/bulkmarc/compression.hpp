#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// How an output is compressed. The file is cut into pieces of 1 MiB that are compressed on all cores, each on its own;
/// one after the other they are a file that gunzip or zstd read as any other.
enum class Compression {
  kNone,
  kGzip,  ///< gzip, a member for each piece.
  kZstd,  ///< Zstandard, a frame with a checksum for each piece.
};

/// The name that the command uses: none, gz, zst; empty for a value that the enumeration does not have.
[[nodiscard]] BULKMARC_API std::string_view compression_name(Compression compression);
/// The compression of that name, or nothing.
[[nodiscard]] BULKMARC_API std::optional<Compression> compression_from_name(std::string_view name);
/// The compression that the file name's extension stands for (.gz .zst, in any case), or kNone. Looks only at the name.
[[nodiscard]] BULKMARC_API Compression compression_from_path(const std::filesystem::path& path);

}  // namespace bulkmarc
