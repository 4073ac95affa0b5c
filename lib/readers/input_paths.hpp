#pragma once

#include <filesystem>
#include <vector>

namespace bulkmarc {

/// The files that `paths` stand for, in their order. A folder stands for the files in it and in its folders whose names
/// have the extension of a format, compressed or not, sorted by name; hidden ones are left out. Throws Error
/// (kInputOpen) for a folder that can't be listed or holds no such file.
std::vector<std::filesystem::path> expand_folders(const std::vector<std::filesystem::path>& paths);

}  // namespace bulkmarc
