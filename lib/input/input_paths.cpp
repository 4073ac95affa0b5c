#include "input/input_paths.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/compression.hpp>
#include <bulkmarc/format.hpp>

#include "platform/platform.hpp"
#include "text/buffer.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {

namespace {

using Members = std::array<std::string_view, 4>;

constexpr Members kOfReports = {"records_read", "records_exported", "records_selected_out", "bytes_skipped"};
constexpr Members kOfPlans = {"plan", "inputs", "inputs_passed_over", "ranges"};
constexpr Members kOfManifests = {"bulkmarc", "compression", "bytes_uncompressed", "parts"};

// A report may begin with its command line, which the system bounds.
constexpr std::size_t kBytesOfOwnFile = std::size_t{4} << 20;
constexpr std::size_t kReadFirst = std::size_t{64} << 10;

/// Within a value a quote is escaped, so what is found is a name.
bool has_all(std::string_view bytes, const Members& members) {
  return std::ranges::all_of(members, [bytes](std::string_view member) {
    return bytes.find(fmt::format("\"{}\":", member)) != std::string_view::npos;
  });
}

bool begins_object(std::string_view bytes) {
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && bytes[first] == '{';
}

/// Appends what comes next of the file, until the buffer has `size` bytes or the file ends.
void read_up_to(std::size_t size, int descriptor, Buffer& buffer) {
  while (buffer.size() < size) {
    const std::size_t had = buffer.size();
    const auto room = buffer.room(size - had);
    const ssize_t got = platform().read(descriptor, room.data(), room.size());
    if (got == -EINTR) continue;
    if (got <= 0) return;
    buffer.set_size(had + static_cast<std::size_t>(got));
  }
}

}  // namespace

std::optional<OwnFile> own_file(std::string_view first_bytes) {
  if (!begins_object(first_bytes)) return std::nullopt;
  if (has_all(first_bytes, kOfReports)) return OwnFile::kReport;
  if (has_all(first_bytes, kOfManifests)) return OwnFile::kManifest;
  if (has_all(first_bytes, kOfPlans)) return OwnFile::kPlan;
  return std::nullopt;
}

std::optional<OwnFile> own_file_at(const std::filesystem::path& path) {
  // A pipe is not even opened: whoever writes to it would lose its reader.
  struct ::stat status = {};
  if (platform().stat(path.c_str(), status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const Descriptor file(platform().open(path.c_str(), O_RDONLY | O_NONBLOCK, 0));
  if (!file.is_open()) return std::nullopt;
  Buffer bytes;
  read_up_to(kReadFirst, file.get(), bytes);
  const auto own = own_file(bytes.view());
  // Records have a leader or fields in their first bytes.
  if (own || !begins_object(bytes.view()) || bytes.size() < kReadFirst) return own;
  for (const char* name : {"\"leader\":", "\"fields\":"}) {
    if (bytes.view().find(name) != std::string_view::npos) return std::nullopt;
  }
  read_up_to(kBytesOfOwnFile, file.get(), bytes);
  return own_file(bytes.view());
}

namespace {

namespace fs = std::filesystem;

/// Of compressed files, besides those that format_from_path() knows.
constexpr std::array<std::string_view, 2> kCompressed = {".bz2", ".xz"};

/// The name of a file without such an extension; empty for a hidden file.
fs::path visible_name(const fs::path& path) {
  if (path.filename().string().starts_with('.')) return {};
  const bool compressed = std::ranges::find(kCompressed, path.extension().string()) != kCompressed.end();
  return compressed ? path.stem() : path.filename();
}

bool has_extension_of_records(const fs::path& name) {
  const auto format = format_from_path(name);
  return format && !needs_table(*format);
}

/// True for an extension that files of records have, and many others, too.
bool has_shared_extension(const fs::path& name) {
  constexpr std::array<std::string_view, 4> kShared = {".mrk8", ".dat", ".lex", ".bin"};
  const fs::path plain = compression_from_path(name) == Compression::kNone ? name : name.stem();
  return std::ranges::find(kShared, in_lower_case(plain.extension().string())) != kShared.end();
}

/// Why an entry of a folder is not an input, or nullptr.
const char* reason_to_pass_over(const fs::directory_entry& entry) {
  std::error_code unknown;
  if (!entry.is_regular_file(unknown)) {
    return entry.exists(unknown) ? "neither a file nor a folder" : "a link that leads nowhere";
  }
  if (format_from_path(entry.path().filename()) != Format::kJson) return nullptr;
  const auto own = own_file_at(entry.path());
  if (!own) return nullptr;
  switch (*own) {
    case OwnFile::kManifest:
      return "a manifest; its parts are read by themselves";
    case OwnFile::kReport:
      return "a report";
    case OwnFile::kPlan:
      return "a plan";
  }
  return nullptr;
}

/// All that a folder stands for.
class FolderList {
 public:
  FolderList(const fs::path& folder, const HoldsRecords& holds_records)
      : folder_(folder), holds_records_(holds_records), folders_{folder} {
    while (!folders_.empty()) {
      const fs::path next = std::move(folders_.back());
      folders_.pop_back();
      list(next);
    }
    std::ranges::sort(inputs_, {}, [](const ListedInput& input) -> const fs::path& { return *input.path(); });
    std::ranges::sort(passed_over_, {}, &PassedOver::path);
  }

  void move_to(ExpandedInputs& all) {
    if (inputs_.empty()) add_error(folder_, "is a folder without a file of a known extension", 0);
    std::ranges::move(inputs_, std::back_inserter(all.inputs));
    std::ranges::move(passed_over_, std::back_inserter(all.passed_over));
  }

 private:
  void list(const fs::path& folder) {
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) take(*entry);
    if (error) add_error(folder, "can't be listed", error.value());
  }

  void take(const fs::directory_entry& entry) {
    std::error_code unknown;
    const fs::path name = visible_name(entry.path());
    if (entry.is_directory(unknown)) {
      if (!entry.is_symlink(unknown)) {
        folders_.push_back(entry.path());
      } else if (!name.empty()) {
        passed_over_.push_back({entry.path().string(), "a link to a folder"});
      }
    } else if (has_extension_of_records(name)) {
      if (const char* reason = reason_to_pass_over(entry)) {
        passed_over_.push_back({entry.path().string(), reason});
      } else {
        inputs_.push_back({.input = entry.path(), .in_folder = true});
      }
    } else if (has_shared_extension(name) && entry.is_regular_file(unknown) && holds_records_(entry.path())) {
      inputs_.push_back({.input = entry.path(), .in_folder = true});
    }
  }

  void add_error(const fs::path& folder, const char* what_failed, int os_error) {
    inputs_.push_back({folder, Error(ErrorCode::kInputOpen, folder, what_failed, os_error), true});
  }

  const fs::path& folder_;
  const HoldsRecords& holds_records_;
  std::vector<fs::path> folders_;  // That are still to be listed.
  std::vector<ListedInput> inputs_;
  std::vector<PassedOver> passed_over_;
};

}  // namespace

ExpandedInputs expand_folders(const std::vector<Input>& inputs, const HoldsRecords& holds_records) {
  ExpandedInputs all;
  for (const Input& input : inputs) {
    std::error_code unknown;
    const auto* path = std::get_if<fs::path>(&input.kind());
    if (path != nullptr && fs::is_directory(*path, unknown)) {
      FolderList(*path, holds_records).move_to(all);
    } else {
      all.inputs.push_back({.input = input});
    }
  }
  return all;
}

}  // namespace bulkmarc
