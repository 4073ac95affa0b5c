#include "output/standing_file.hpp"

#include <cerrno>
#include <tuple>

#include <bulkmarc/error.hpp>

#include "platform/platform.hpp"

namespace bulkmarc {

std::optional<StandingFile> StandingFile::at(const std::filesystem::path& path) {
  struct ::stat status = {};
  const int missing = platform().stat(path.c_str(), status);
  if (missing == -ENOENT) return std::nullopt;
  if (missing != 0) throw Error(ErrorCode::kTargetUnusable, path, "can't be examined", -missing);
  return StandingFile(status);
}

bool StandingFile::operator==(const StandingFile& other) const {
  const auto identity = [](const struct ::stat& status) {
    return std::tuple(status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  };
  return identity(status_) == identity(other.status_);
}

}  // namespace bulkmarc
