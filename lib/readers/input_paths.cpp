#include "readers/input_paths.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include <bulkmarc/error.hpp>
#include <bulkmarc/format.hpp>

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

/// Of compressed files, besides those that format_from_path() knows.
constexpr std::array<std::string_view, 2> kCompressed = {".bz2", ".xz"};

bool names_records(const fs::path& path) {
  const bool compressed = std::ranges::find(kCompressed, path.extension().string()) != kCompressed.end();
  const auto format = format_from_path(compressed ? path.stem() : path.filename());
  return !path.filename().string().starts_with('.') && format && !needs_table(*format);
}

std::vector<fs::path> list_folder(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code unknown;
    if (names_records(entry->path()) && entry->is_regular_file(unknown)) files.push_back(entry->path());
  }
  if (error) throw Error(ErrorCode::kInputOpen, folder, "can't be listed", error.value());
  if (files.empty()) throw Error(ErrorCode::kInputOpen, folder, "is a folder without a file of a known extension");
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::vector<fs::path> expand_folders(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    std::error_code unknown;
    if (!fs::is_directory(path, unknown)) {
      files.push_back(path);
      continue;
    }
    for (fs::path& file : list_folder(path)) files.push_back(std::move(file));
  }
  return files;
}

}  // namespace bulkmarc
