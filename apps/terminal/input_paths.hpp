#pragma once

#include <filesystem>
#include <vector>

#include <bulkmarc/source.hpp>

/// The paths with every pattern (`*`, `?`, `[...]`) replaced by the names that match it, sorted. What exists under the
/// very name is no pattern. Throws bulkmarc::Error where nothing matches, unless such patterns are to be kept.
std::vector<std::filesystem::path> expand_patterns(const std::vector<std::filesystem::path>& paths,
                                                   bool keep_unmatched);

/// The inputs that the paths are, `-` being standard input.
std::vector<bulkmarc::Input> to_inputs(const std::vector<std::filesystem::path>& paths);
