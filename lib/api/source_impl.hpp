#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
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

/// What a run knows of the range of a catalogue that is all it reads.
struct OpenedRange {
  std::size_t input = 0;     ///< The first record starts there,
  std::uint64_t offset = 0;  ///< and at this offset.
  std::uint64_t records_before = 0;
  std::uint64_t records = 0;
};

/// What a Source becomes when the export begins.
struct OpenedSource {
  std::unique_ptr<Reader> reader;
  std::vector<SourceFile> files = {};
  bool opens_again = false;  ///< The source may be opened once more, and gives the same records.
  std::vector<PassedOver> passed_over = {};
  std::shared_ptr<ReadTally> tally = std::make_shared<ReadTally>();
  std::set<std::pair<dev_t, ino_t>> no_targets = {};  ///< The devices and numbers of all files that are read.
  std::optional<OpenedRange> range = std::nullopt;

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
