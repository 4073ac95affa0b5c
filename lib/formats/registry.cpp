#include <bulkmarc/format.hpp>

#include <algorithm>
#include <array>
#include <string>

#include <bulkmarc/compression.hpp>

#include "formats/registry.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr std::array kFormats = {Format::kIso2709, Format::kMarcXml, Format::kJson, Format::kNdjson,
                                 Format::kMrk,     Format::kCsv,     Format::kTsv,  Format::kPgCopy,
                                 Format::kParquet, Format::kArrow,   Format::kXlsx};
constexpr std::size_t kRecordFormats = 5;   // The first ones.
constexpr std::size_t kEncodedFormats = 3;  // The last ones.
constexpr std::array<std::string_view, kFormats.size()> kNames = {"mrc", "marcxml", "json",    "ndjson", "mrk", "csv",
                                                                  "tsv", "pgcopy",  "parquet", "arrow",  "xlsx"};

/// Names that are also understood.
struct OtherName {
  std::string_view name;
  Format format;
};
constexpr std::array kOtherNames = {OtherName{"marc", Format::kIso2709}, OtherName{"xml", Format::kMarcXml},
                                    OtherName{"jsonl", Format::kNdjson},
                                    OtherName{"copy", Format::kPgCopy}};  // Its former name.

struct Extension {
  std::string_view extension;
  Format format;
};
constexpr std::array kExtensions = {
    Extension{".mrc", Format::kIso2709},  Extension{".marc", Format::kIso2709},    Extension{".xml", Format::kMarcXml},
    Extension{".json", Format::kJson},    Extension{".ndjson", Format::kNdjson},   Extension{".jsonl", Format::kNdjson},
    Extension{".mrk", Format::kMrk},      Extension{".csv", Format::kCsv},         Extension{".tsv", Format::kTsv},
    Extension{".copy", Format::kPgCopy},  Extension{".parquet", Format::kParquet}, Extension{".arrow", Format::kArrow},
    Extension{".arrows", Format::kArrow}, Extension{".xlsx", Format::kXlsx},
};

}  // namespace

std::span<const Format> all_formats() { return kFormats; }

std::span<const Format> record_formats() { return all_formats().first(kRecordFormats); }

bool needs_table(Format format) { return std::ranges::find(record_formats(), format) == record_formats().end(); }

bool needs_encoder(Format format) {
  const auto encoded = all_formats().last(kEncodedFormats);
  return std::ranges::find(encoded, format) != encoded.end();
}

bool takes_table(Format format) { return needs_table(format) || format == Format::kNdjson; }

std::string_view format_name(Format format) {
  const auto index = static_cast<std::size_t>(format);
  return index < kNames.size() ? kNames[index] : std::string_view();
}

std::optional<Format> format_from_name(std::string_view name) {
  const std::string lower = in_lower_case(name);
  const auto found = std::ranges::find(kNames, lower);
  if (found != kNames.end()) return kFormats[static_cast<std::size_t>(found - kNames.begin())];
  const auto other = std::ranges::find(kOtherNames, lower, &OtherName::name);
  return other == kOtherNames.end() ? std::nullopt : std::optional(other->format);
}

std::optional<Format> format_from_path(const std::filesystem::path& path) {
  const bool is_compressed = compression_from_path(path) != Compression::kNone;
  const std::string extension = (is_compressed ? path.stem() : path).extension().string();
  const auto found = std::ranges::find(kExtensions, in_lower_case(extension), &Extension::extension);
  if (found == kExtensions.end()) return std::nullopt;
  return found->format;
}

std::unique_ptr<BatchWriter> make_batch_writer(Format format, bool to_utf8, const std::optional<Table>& table) {
  switch (format) {
    case Format::kIso2709:
      return make_iso2709_writer(to_utf8);
    case Format::kMarcXml:
      return make_marcxml_writer();
    case Format::kJson:
      return make_json_writer();
    case Format::kNdjson:
      return table ? make_json_rows_writer(*table) : make_ndjson_writer();
    case Format::kMrk:
      return make_mrk_writer();
    case Format::kCsv:
      return make_csv_writer(*table);
    case Format::kTsv:
      return make_tsv_writer(*table);
    case Format::kPgCopy:
      return make_pgcopy_writer(*table);
    case Format::kParquet:
    case Format::kArrow:
    case Format::kXlsx:
      break;
  }
  return nullptr;
}

}  // namespace bulkmarc
