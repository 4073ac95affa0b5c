#include "support/lost_fields.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "formats/iso2709/reader.hpp"

using namespace bulkmarc;

namespace {

struct Directory {
  std::size_t begin;  // Offset of the record.
  std::size_t end;
  std::size_t entries;
};

/// The directories of all stretches that end with a record terminator and begin like a record.
std::vector<Directory> directories_in(std::string_view file) {
  std::vector<Directory> directories;
  for (std::size_t begin = 0; begin < file.size();) {
    const std::size_t end = std::min(file.find('\x1D', begin), file.size() - 1) + 1;
    const std::size_t first = file.substr(0, end).find_first_not_of(std::string_view("\0\t\n\r\x1A ", 6), begin);
    const std::string_view record = file.substr(std::min(first, end), end - std::min(first, end));
    const std::size_t directory_end = record.find('\x1E');
    if (record.size() > 24 && record.substr(20, 4) == "4500" && directory_end != record.npos && directory_end >= 24) {
      directories.push_back({first, end, (directory_end - 24) / 12});
    }
    begin = end;
  }
  return directories;
}

/// How many tags a finding names that are left out.
std::size_t named_tags(const std::vector<Problem>& problems) {
  std::size_t tags = 0;
  for (const Problem& problem : problems) {
    const std::size_t list = problem.detail.find("left out: ");
    if (list == std::string::npos) continue;
    tags += 1 + static_cast<std::size_t>(
                    std::count(problem.detail.begin() + static_cast<std::ptrdiff_t>(list), problem.detail.end(), ','));
  }
  return tags;
}

}  // namespace

std::string lost_fields(std::string_view file) {
  Batch batch;
  batch.bytes.append(file);
  split_records(batch, 0, file.size(), [](Batch&) { return false; });
  batch.seal(0);
  for (const Directory& directory : directories_in(file)) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < batch.items().size(); ++i) {
      const BatchRecord& record = batch.items()[i];
      if (record.offset >= directory.end || record.offset + record.raw.size() <= directory.begin) continue;
      if (record.rejected) kept = directory.entries;
      kept += record.view.directory().size();
      if (record.repaired) kept += named_tags(batch.problems(i));
    }
    if (kept >= directory.entries) continue;
    return "of " + std::to_string(directory.entries) + " fields at " + std::to_string(directory.begin) + " " +
           std::to_string(kept) + " are kept";
  }
  return {};
}
