#pragma once

#include <filesystem>
#include <vector>

/// Throws UsageError where a file that is to be written would replace one of the run's own files, which the library
/// can't know.
void require_other_file(const std::filesystem::path& written, const std::vector<std::filesystem::path>& files);
