#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

#include <bulkmarc/error.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/source.hpp>

#include "input/input_paths.hpp"

namespace bulkmarc {

/// The inputs of a run.
struct InputList {
  std::vector<ListedInput> inputs;
  std::vector<PassedOver> passed_over;
  std::vector<std::filesystem::path> manifests;  ///< Those that were named, and stand for their parts.
};

/// What `inputs` stand for: folders are expanded (expand_folders()), manifests become their parts, and a regular file
/// that is reached again is passed over. Reads the parts of manifests, as many at once as there are cores, and compares
/// their sizes and SHA-256; one that differs has an error (kInputMismatch). Throws Error (kCancelled).
[[nodiscard]] InputList list_inputs(const std::vector<Input>& inputs, const std::stop_token& stop);

}  // namespace bulkmarc
