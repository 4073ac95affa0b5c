#pragma once

#include <filesystem>
#include <vector>

#include "output/parts_journal.hpp"

namespace bulkmarc {

/// The parts that a manifest lists, in their order. Throws Error: kInputMismatch where it is not a manifest, where it
/// contradicts itself, or where a part is named by more than a plain name; kInputOpen and kInputRead.
[[nodiscard]] std::vector<Part> read_manifest(const std::filesystem::path& path);

}  // namespace bulkmarc
