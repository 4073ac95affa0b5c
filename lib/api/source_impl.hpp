#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include <bulkmarc/report.hpp>
#include <bulkmarc/source.hpp>

#include "input/byte_stream.hpp"
#include "input/reader.hpp"

namespace bulkmarc {

/// A regular file among the inputs; a descriptor has no path.
struct SourceFile {
  std::filesystem::path path;
  struct ::stat status;
};

/// What a Source becomes when the export begins.
struct OpenedSource {
  std::unique_ptr<Reader> reader;
  std::vector<SourceFile> files = {};
  bool opens_again = false;  ///< The source may be opened once more, and gives the same records.
  std::vector<PassedOver> passed_over = {};
  std::shared_ptr<ReadTally> tally = std::make_shared<ReadTally>();
  std::set<std::pair<dev_t, ino_t>> no_targets = {};  ///< The devices and numbers of all files that are read.

  /// Adds a file that is read. Devices such as a terminal, and sockets, may be written to all the same: what is written
  /// there is not read again.
  void add(const struct ::stat& status) {
    if (!S_ISCHR(status.st_mode) && !S_ISSOCK(status.st_mode)) no_targets.emplace(status.st_dev, status.st_ino);
  }
};

struct Source::Impl {
  std::function<OpenedSource(std::size_t batch_bytes, const std::stop_token& stop)> open;
  std::vector<Input> inputs = {};  ///< As the caller named them, and what he reads besides.
};

/// Throws Error (kInvalidOptions) where the source was moved from.
[[nodiscard]] Source::Impl& impl_of(Source& source);

}  // namespace bulkmarc
