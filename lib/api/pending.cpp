#include "api/pending.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <vector>

#include <bulkmarc/error.hpp>
#include <bulkmarc/piece.hpp>

#include "output/atomic_file.hpp"
#include "output/parts_journal.hpp"
#include "platform/platform.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

/// True for a piece, its result, or what a killed attempt at one of them has left.
bool is_of(const PartNames& names, std::string_view name) {
  if (name.starts_with('.')) name.remove_prefix(1);
  if (!name.starts_with(names.stem())) return false;
  const std::string_view rest = name.substr(names.stem().size());
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  constexpr std::size_t kFewestDigits = 5;
  return digits >= kFewestDigits && rest.substr(digits).starts_with(names.extensions() + ".");
}

}  // namespace

bool is_attempt(std::string_view attempt) {
  constexpr std::size_t kLongest = 100;
  const auto is_plain = [](char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '.' || byte == '-' || byte == '_';
  };
  return !attempt.empty() && attempt.size() <= kLongest && std::ranges::all_of(attempt, is_plain) &&
         !attempt.ends_with(".json");
}

fs::path pending_folder(const fs::path& output) { return PartNames(output).folder() / ".pending"; }

fs::path pending_piece(const fs::path& output, std::uint64_t range, const std::string& attempt) {
  return pending_folder(output) / (PartNames(output).part(range).filename().string() + "." + attempt);
}

fs::path result_beside(const fs::path& piece) { return piece.string() + ".json"; }

void make_pending_folder(const fs::path& output, bool sync) {
  const fs::path folder = pending_folder(output);
  std::error_code error;
  const bool is_new = fs::create_directory(folder, error);
  if (error) throw Error(ErrorCode::kOutputCreate, folder, "can't be created", error.value());
  if (is_new && sync) sync_folder(folder.parent_path(), folder);
}

void clear_pending_folder(const fs::path& output) {
  const PartNames names(output);
  AtomicFile::remove_leftovers(pending_folder(output), names.stem(),
                               [&names](const std::string& name) { return is_of(names, name); });
  std::error_code not_empty;
  fs::remove(pending_folder(output), not_empty);
}

std::uint64_t abort_pieces(const fs::path& output) {
  const PartNames names(output);
  const fs::path folder = pending_folder(output);
  std::vector<std::string> files;
  const int failed = platform().list(folder.c_str(), "", files);
  if (failed == -ENOENT) return 0;
  if (failed != 0) throw Error(ErrorCode::kTargetUnusable, folder, "can't be listed", -failed);
  std::uint64_t removed = 0;
  for (const std::string& file : files) {
    if (!is_of(names, file)) continue;
    const int kept = platform().unlink((folder / file).c_str());
    if (kept != 0 && kept != -ENOENT) throw Error(ErrorCode::kTargetUnusable, folder / file, "can't be removed", -kept);
    ++removed;
  }
  clear_pending_folder(output);
  return removed;
}

}  // namespace bulkmarc
