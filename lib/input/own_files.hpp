#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace bulkmarc {

/// What this library writes beside records, in JSON.
enum class OwnFile { kManifest, kReport };

/// What begins so: a manifest of an output in parts, a report, or neither. Both are known by the names of their
/// members, which no record in JSON has.
[[nodiscard]] std::optional<OwnFile> own_file(std::string_view first_bytes);

/// What the regular file `path` is; nothing, too, where it can't be read. Reads its beginning.
[[nodiscard]] std::optional<OwnFile> own_file_at(const std::filesystem::path& path);

}  // namespace bulkmarc
