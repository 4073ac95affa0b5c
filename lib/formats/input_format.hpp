#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

#include <bulkmarc/format.hpp>

namespace bulkmarc {

/// How much of an input decides what it is.
inline constexpr std::size_t kBytesThatTell = 64 * 1024;

/// True when `first_bytes`, the first kBytesThatTell of an input or all there is, hold a leader or padding alone.
[[nodiscard]] bool may_be_iso2709(std::string_view first_bytes);

/// The format of an input: what its first bytes tell, or else its name, or else ISO 2709. kJson stands for both of the
/// JSON formats.
[[nodiscard]] Format detect_format(std::string_view first_bytes, const std::filesystem::path& path);

/// The same, but the `wanted` one if there is one. An input of padding alone has no records in any format: ISO 2709.
[[nodiscard]] Format choose_format(std::optional<Format> wanted, std::string_view first_bytes,
                                   const std::filesystem::path& path);

/// Throws Error (kNotMarc), which shows how the input begins.
[[noreturn]] void refuse_as_not_marc(std::string_view first_bytes, const std::filesystem::path& path);

}  // namespace bulkmarc
