#include "output/manifest.hpp"

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/error.hpp>

#include "output/json_file.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

[[noreturn]] void refuse_manifest(const fs::path& path, const std::string& what) {
  throw Error(ErrorCode::kInputMismatch, path, what);
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find_first_of(std::string("/\0", 2)) == std::string::npos;
}

}  // namespace

std::vector<Part> read_manifest(const fs::path& path) try {
  const Buffer bytes = read_json_file(path, ErrorCode::kInputMismatch);
  const Json manifest = Json::parse(bytes.view());
  std::vector<Part> parts;
  Part total;
  for (const Json& each : manifest.at("parts")) {
    Part part = part_from_json(each);
    if (!is_plain_name(part.file)) refuse_manifest(path, "names a part by more than a plain name");
    // There may be rejects between two parts.
    if (part.content.records != 0 && part.content.first_record <= total.content.records) {
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

std::string manifest_text(std::string_view version, std::string_view format, std::string_view compression,
                          const std::vector<Part>& parts) {
  Part total;
  auto list = Json::array();
  for (const Part& part : parts) {
    total.content.records += part.content.records;
    total.content.bytes += part.content.bytes;
    total.bytes += part.bytes;
    list.push_back(to_json(part));
  }
  const Json manifest = {{"bulkmarc", version},
                         {"format", format},
                         {"compression", compression},
                         {"records", total.content.records},
                         {"bytes", total.bytes},
                         {"bytes_uncompressed", total.content.bytes},
                         {"parts", list}};
  return manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace bulkmarc
