#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include <bulkmarc/source.hpp>

#include "readers/input_file.hpp"
#include "readers/reader.hpp"

namespace bulkmarc {

/// What a Source becomes when the export begins.
struct OpenedSource {
  std::unique_ptr<Reader> reader;
  std::vector<struct ::stat> files;  ///< Of the regular files among the inputs, to know a target among them.
  bool opens_again = false;          ///< The source may be opened once more, and gives the same records.
  bool makes_records = false;        ///< On demand, which takes longer than to read or write them.
};

struct Source::Impl {
  std::function<OpenedSource(std::size_t batch_bytes, const std::stop_token& stop)> open;
  std::vector<std::filesystem::path> paths = {};  ///< Of the files and folders that the caller named.
};

}  // namespace bulkmarc
