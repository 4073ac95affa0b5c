#include "input/input_paths.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <bulkmarc/format.hpp>

#include "input/own_files.hpp"

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

/// Why an entry of a folder is no input, or nullptr.
const char* reason_to_pass_over(const fs::directory_entry& entry) {
  std::error_code unknown;
  if (!entry.is_regular_file(unknown)) {
    return entry.exists(unknown) ? "neither a file nor a folder" : "a link that leads nowhere";
  }
  if (format_from_path(entry.path().filename()) != Format::kJson) return nullptr;
  const auto own = own_file_at(entry.path());
  if (!own) return nullptr;
  return *own == OwnFile::kManifest ? "a manifest; its parts are read by themselves" : "a report";
}

/// All that a folder stands for.
class FolderList {
 public:
  explicit FolderList(const fs::path& folder) : folder_(folder), folders_{folder} {
    while (!folders_.empty()) {
      const fs::path next = std::move(folders_.back());
      folders_.pop_back();
      list(next);
    }
    std::ranges::sort(inputs_, {}, &InputPath::path);
    std::ranges::sort(passed_over_, {}, &PassedOver::path);
  }

  void move_to(InputPaths& all) {
    if (inputs_.empty()) add_error(folder_, "is a folder without a file of a known extension", 0);
    std::ranges::move(inputs_, std::back_inserter(all.inputs));
    std::ranges::move(passed_over_, std::back_inserter(all.passed_over));
  }

 private:
  void list(const fs::path& folder) {
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) take(*entry);
    if (error) add_error(folder, "can't be listed", error.value());
  }

  void take(const fs::directory_entry& entry) {
    std::error_code unknown;
    if (entry.is_directory(unknown)) {
      if (!entry.is_symlink(unknown)) {
        folders_.push_back(entry.path());
      } else if (!entry.path().filename().string().starts_with('.')) {
        passed_over_.push_back({entry.path().string(), "a link to a folder"});
      }
    } else if (names_records(entry.path())) {
      if (const char* reason = reason_to_pass_over(entry)) {
        passed_over_.push_back({entry.path().string(), reason});
      } else {
        inputs_.push_back({.path = entry.path(), .in_folder = true});
      }
    }
  }

  void add_error(const fs::path& folder, const char* what_failed, int os_error) {
    inputs_.push_back({folder, Error(ErrorCode::kInputOpen, folder, what_failed, os_error), true});
  }

  const fs::path& folder_;
  std::vector<fs::path> folders_;  // That are still to be listed.
  std::vector<InputPath> inputs_;
  std::vector<PassedOver> passed_over_;
};

}  // namespace

InputPaths expand_folders(const std::vector<fs::path>& paths) {
  InputPaths all;
  for (const fs::path& path : paths) {
    std::error_code unknown;
    if (fs::is_directory(path, unknown)) {
      FolderList(path).move_to(all);
    } else {
      all.inputs.push_back({.path = path});
    }
  }
  return all;
}

}  // namespace bulkmarc
