#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "output/parts_journal.hpp"

namespace bulkmarc {

/// The parts that a manifest lists, in their order. Throws Error: kInputMismatch where it is not a manifest, where it
/// contradicts itself, or where a part is named by more than a plain name; kInputOpen and kInputRead.
[[nodiscard]] std::vector<Part> read_manifest(const std::filesystem::path& path);

/// The manifest of these parts, in the words of the report.
[[nodiscard]] std::string manifest_text(std::string_view version, std::string_view format, std::string_view compression,
                                        const std::vector<Part>& parts);

}  // namespace bulkmarc
