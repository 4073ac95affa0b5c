#include <bulkmarc/format.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include <bulkmarc/compression.hpp>

#include "formats/formatter.hpp"

namespace bulkmarc {
namespace {

constexpr std::array kFormats = {Format::kIso2709, Format::kMarcXml, Format::kJson, Format::kNdjson, Format::kMrk};
constexpr std::array<std::string_view, kFormats.size()> kNames = {"mrc", "marcxml", "json", "ndjson", "mrk"};

struct Extension {
  std::string_view extension;
  Format format;
};
constexpr std::array kExtensions = {
    Extension{".mrc", Format::kIso2709}, Extension{".marc", Format::kIso2709},  Extension{".xml", Format::kMarcXml},
    Extension{".json", Format::kJson},   Extension{".ndjson", Format::kNdjson}, Extension{".jsonl", Format::kNdjson},
    Extension{".mrk", Format::kMrk},
};

}  // namespace

std::span<const Format> all_formats() { return kFormats; }

std::string_view format_name(Format format) { return kNames[static_cast<std::size_t>(format)]; }

std::optional<Format> format_from_name(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return kFormats[static_cast<std::size_t>(found - kNames.begin())];
}

std::optional<Format> format_from_path(const std::filesystem::path& path) {
  const bool is_compressed = compression_from_path(path) != Compression::kNone;
  std::string extension = (is_compressed ? path.stem() : path).extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  const auto found = std::ranges::find(kExtensions, extension, &Extension::extension);
  if (found == kExtensions.end()) return std::nullopt;
  return found->format;
}

std::unique_ptr<Formatter> make_formatter(Format format, const Policy& policy) {
  switch (format) {
    case Format::kIso2709:
      return make_iso2709_formatter(policy);
    case Format::kMarcXml:
      return make_marcxml_formatter(policy);
    case Format::kJson:
      return make_json_formatter(policy);
    case Format::kNdjson:
      return make_ndjson_formatter(policy);
    case Format::kMrk:
      return make_mrk_formatter(policy);
  }
  return nullptr;
}

}  // namespace bulkmarc
