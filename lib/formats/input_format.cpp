#include "formats/input_format.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/record_view.hpp>

#include "formats/iso2709/syntax.hpp"
#include "formats/marcjson/json_scan.hpp"
#include "input/text_format.hpp"

namespace bulkmarc {
namespace {

std::string_view without_padding(std::string_view bytes) {
  const auto* data = std::ranges::find_if_not(bytes, [](char byte) { return kPadding.contains(byte); });
  return bytes.substr(static_cast<std::size_t>(data - bytes.begin()));
}

/// `bytes` without lines that are comments in mrk, white space and padding before it, and what divides JSON texts.
std::string_view without_preamble(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  while (true) {
    bytes = without_padding(bytes);
    if (!bytes.starts_with('#')) return bytes;
    bytes.remove_prefix(std::min(bytes.find_first_of("\r\n"), bytes.size()));
  }
}

/// The text format that the first bytes of an input have in common.
std::optional<Format> detect_text_format(std::string_view first_bytes) {
  if (first_bytes.starts_with("\xFE\xFF") || first_bytes.starts_with("\xFF\xFE")) return Format::kMarcXml;
  first_bytes = without_preamble(first_bytes);
  const bool divided = first_bytes.starts_with(kJsonRecordSeparator);
  if (divided) first_bytes = without_padding(first_bytes.substr(1));
  const char first = first_bytes.empty() ? '\0' : first_bytes.front();
  if (first == '[' || first == '{') return Format::kJson;
  if (divided) return std::nullopt;
  if (first == '<') return Format::kMarcXml;
  if (first == '=' || first_bytes.starts_with("LDR ")) return Format::kMrk;
  return std::nullopt;
}

}  // namespace

bool may_be_iso2709(std::string_view first_bytes) {
  const std::size_t padding = first_bytes.size() - without_padding(first_bytes).size();
  // Blanks may stand in place of the record length.
  first_bytes.remove_prefix(start_behind_padding(first_bytes, padding));
  if (without_padding(first_bytes).empty() || is_leader(first_bytes)) return true;
  // A leader further on counts only among field terminators: MARCXML and JSON hold leaders too.
  return first_bytes.find(kFieldTerminator) != std::string_view::npos && holds_leader(first_bytes);
}

Format detect_format(std::string_view first_bytes, const std::filesystem::path& path) {
  if (const auto format = detect_text_format(first_bytes)) return *format;
  if (may_be_iso2709(first_bytes)) return Format::kIso2709;
  const Format named = format_from_path(path).value_or(Format::kIso2709);
  return needs_table(named) ? Format::kIso2709 : named;
}

Format choose_format(std::optional<Format> wanted, std::string_view first_bytes, const std::filesystem::path& path) {
  return wanted && !without_padding(first_bytes).empty() ? *wanted : detect_format(first_bytes, path);
}

void refuse_as_not_marc(std::string_view first_bytes, const std::filesystem::path& path) {
  std::string begin;
  for (const char byte : without_padding(first_bytes).substr(0, 16)) {
    begin +=
        byte >= 0x20 && byte < 0x7F ? std::string(1, byte) : fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
  }
  throw Error(ErrorCode::kNotMarc, path, fmt::format("holds no MARC 21 records; it begins with \"{}\"", begin));
}

}  // namespace bulkmarc
