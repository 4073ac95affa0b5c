#include "input_paths.hpp"

#include <glob.h>

#include <string>
#include <system_error>

#include <bulkmarc/bulkmarc.hpp>

#include "terminal/program.hpp"

namespace fs = std::filesystem;

namespace {

bool is_pattern(const fs::path& path) {
  std::error_code error;
  return path.string().find_first_of("*?[") != std::string::npos &&
         fs::symlink_status(path, error).type() == fs::file_type::not_found;
}

/// What glob(3) found.
class Matches {
 public:
  explicit Matches(const fs::path& pattern) : status_(glob(pattern.c_str(), 0, nullptr, &found_)) {}
  ~Matches() { globfree(&found_); }
  Matches(const Matches&) = delete;
  Matches& operator=(const Matches&) = delete;

  [[nodiscard]] std::vector<fs::path> paths() const {
    if (status_ != 0) return {};
    return {found_.gl_pathv, found_.gl_pathv + found_.gl_pathc};
  }

 private:
  glob_t found_ = {};
  int status_;
};

}  // namespace

std::vector<fs::path> expand_patterns(const std::vector<fs::path>& paths, bool keep_unmatched) {
  std::vector<fs::path> expanded;
  for (const fs::path& path : paths) {
    if (!is_pattern(path)) {
      expanded.push_back(path);
      continue;
    }
    auto matches = Matches(path).paths();
    if (matches.empty() && keep_unmatched) matches.push_back(path);
    if (matches.empty()) {
      throw bulkmarc::Error(bulkmarc::ErrorCode::kInputOpen, path, "no file has a name that matches");
    }
    expanded.insert(expanded.end(), matches.begin(), matches.end());
  }
  return expanded;
}

std::vector<bulkmarc::Input> to_inputs(const std::vector<std::filesystem::path>& paths) {
  std::vector<bulkmarc::Input> inputs;
  for (const auto& path : paths) {
    if (path == kStandardStream) {
      inputs.push_back(bulkmarc::Input::standard_input());
    } else {
      inputs.emplace_back(path);
    }
  }
  return inputs;
}
