#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include <bulkmarc/error.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/source.hpp>

namespace bulkmarc {

/// What this library writes beside records, in JSON.
enum class OwnFile { kManifest, kReport, kPlan };

/// What begins so: a manifest of an output in parts, a report or the result of a piece, a plan, or nothing of these.
/// They are known by the names of their members, which no record in JSON has.
[[nodiscard]] std::optional<OwnFile> own_file(std::string_view first_bytes);

/// What the regular file `path` is; nothing, too, where it can't be read. Reads its beginning.
[[nodiscard]] std::optional<OwnFile> own_file_at(const std::filesystem::path& path);

/// An input that is no folder, or why it can't be read.
struct ListedInput {
  Input input;
  std::optional<Error> error = std::nullopt;
  bool in_folder = false;  ///< It was found in a folder, and not named.

  /// Null for what is no file.
  [[nodiscard]] const std::filesystem::path* path() const { return std::get_if<std::filesystem::path>(&input.kind()); }
};

struct ExpandedInputs {
  std::vector<ListedInput> inputs;
  std::vector<PassedOver> passed_over;
};

/// Whether a regular file holds records.
using HoldsRecords = std::function<bool(const std::filesystem::path&)>;

/// What `inputs` stand for, in their order. A folder stands for the files in it and in its folders whose
/// names have the extension of a format, compressed or not, sorted by name; hidden ones are left out. So are those with
/// the extensions .mrk8, .dat, .lex and .bin unless they hold records. Manifests, reports, and what is not a file are
/// passed over. A folder that can't be listed or holds no such file is an input with an error (kInputOpen).
[[nodiscard]] ExpandedInputs expand_folders(const std::vector<Input>& inputs, const HoldsRecords& holds_records);

}  // namespace bulkmarc
