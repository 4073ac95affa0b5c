#include "input/own_files.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

#include <fmt/format.h>

#include "platform/platform.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {
namespace {

using Members = std::array<std::string_view, 4>;

constexpr Members kOfReports = {"records_read", "records_exported", "records_selected_out", "bytes_skipped"};
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

}  // namespace bulkmarc
