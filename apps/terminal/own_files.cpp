#include "own_files.hpp"

#include <system_error>

#include <fmt/format.h>

#include "program.hpp"
#include "usage_error.hpp"

namespace fs = std::filesystem;

namespace {

bool is_same_file(const fs::path& one, const fs::path& other) {
  std::error_code error;
  if (fs::equivalent(one, other, error)) return true;
  return fs::weakly_canonical(fs::absolute(one), error) == fs::weakly_canonical(fs::absolute(other), error);
}

}  // namespace

void require_other_file(const fs::path& written, const std::vector<fs::path>& files) {
  if (written == kStandardStream) return;
  for (const fs::path& file : files) {
    if (is_same_file(written, file)) {
      throw UsageError(fmt::format("{} would replace {}", written.string(), file.string()));
    }
  }
}
