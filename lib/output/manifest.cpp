#include "output/manifest.hpp"

#include <fcntl.h>

#include <cerrno>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/error.hpp>

#include "platform/platform.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kLongest = std::size_t{256} << 20;  // More than a million parts.

[[noreturn]] void refuse_manifest(const fs::path& path, const std::string& what) {
  throw Error(ErrorCode::kInputMismatch, path, what);
}

Buffer read_whole(const fs::path& path) {
  const Descriptor file(platform().open(path.c_str(), O_RDONLY | O_NONBLOCK, 0));
  if (!file.is_open()) throw Error(ErrorCode::kInputOpen, path, "can't be opened", -file.get());
  Buffer bytes;
  while (true) {
    const std::size_t size = bytes.size();
    const ssize_t got = platform().read(file.get(), bytes.room(kReadAtOnce).data(), kReadAtOnce);
    if (got == -EINTR) continue;
    if (got < 0) throw Error(ErrorCode::kInputRead, path, "can't read", static_cast<int>(-got));
    if (got == 0) return bytes;
    bytes.set_size(size + static_cast<std::size_t>(got));
    if (bytes.size() > kLongest) refuse_manifest(path, "is too long for a manifest");
  }
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find_first_of(std::string("/\0", 2)) == std::string::npos;
}

}  // namespace

std::vector<Part> read_manifest(const fs::path& path) try {
  const Buffer bytes = read_whole(path);
  const Json manifest = Json::parse(bytes.view());
  std::vector<Part> parts;
  Part total;
  for (const Json& each : manifest.at("parts")) {
    Part part = part_from_json(each);
    if (!is_plain_name(part.file)) refuse_manifest(path, "names a part by more than a plain name");
    if (part.content.first_record != total.content.records + 1) {
      refuse_manifest(path, fmt::format("does not list {} in the order of the records", part.file));
    }
    total.content.records += part.content.records;
    total.content.bytes += part.content.bytes;
    total.bytes += part.bytes;
    parts.push_back(std::move(part));
  }
  if (manifest.at("records") != total.content.records || manifest.at("bytes") != total.bytes ||
      manifest.at("bytes_uncompressed") != total.content.bytes) {
    refuse_manifest(path, "has sums that are not those of its parts");
  }
  return parts;
} catch (const Json::exception&) {
  refuse_manifest(path, "is not a manifest");
}

}  // namespace bulkmarc
