#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace bulkmarc {

/// What stands under a name at a moment, links followed: enough to see later whether it is still that.
class StandingFile {
 public:
  /// Nothing where no file has the name. Throws Error (kTargetUnusable) where that can't be found out.
  static std::optional<StandingFile> at(const std::filesystem::path& path);

  /// False when it is another file by now, or was written to.
  bool operator==(const StandingFile& other) const;

 private:
  explicit StandingFile(const struct ::stat& status) : status_(status) {}
  struct ::stat status_;
};

}  // namespace bulkmarc
