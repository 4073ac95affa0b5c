#pragma once

#include <filesystem>

#include <bulkmarc/error.hpp>

#include "text/buffer.hpp"

namespace bulkmarc {

/// All bytes of a file that should hold JSON of this library's. Throws Error: kInputOpen, kInputRead, and `too_long`
/// where it has more than 256 MiB.
[[nodiscard]] Buffer read_json_file(const std::filesystem::path& path, ErrorCode too_long);

}  // namespace bulkmarc
