#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include <bulkmarc/export.hpp>

#include "api/source_impl.hpp"

namespace bulkmarc {

/// A digest of the first and the last bytes of a file, which tells it from another one of its size and time: headers,
/// control numbers and dates stand there. It costs two short reads however long the file is. Empty where it can't be
/// read, which the run will find out.
[[nodiscard]] std::string digest_of_ends(const SourceFile& file);

/// The same options with what the library chooses itself: a spreadsheet's table is one of cells, and xlsx has an
/// encoder.
[[nodiscard]] ExportOptions complete(ExportOptions options);

/// All options that decide on a byte of the output.
[[nodiscard]] nlohmann::ordered_json describe_bytes(const ExportOptions& options);

}  // namespace bulkmarc
