#include "formats/detection.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/record_view.hpp>

#include "formats/iso2709/syntax.hpp"
#include "formats/marcjson/json_scan.hpp"
#include "input/text_reader.hpp"
#include "record/leader.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {

namespace {

constexpr ByteSet kAsciiNameBytes("A-Za-z0-9_:.-");

std::string_view without_white_space(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kJsonWhiteSpace), text.size()));
}

/// A leader may be quoted in any text, but not with the tag of a directory's first entry behind it.
bool begins_iso2709(std::string_view text) {
  if (!holds_leader(text.substr(0, kLeaderLength))) return false;
  const std::string_view directory = text.substr(kLeaderLength);
  return directory.starts_with(kFieldTerminator) ||
         (directory.size() >= kTagLength && all_in(directory.substr(0, kTagLength), kTagBytes));
}

bool begins_json(std::string_view text) {
  if (text.starts_with(kJsonRecordSeparator)) text = without_white_space(text.substr(1));
  if (text.starts_with('[')) text = without_white_space(text.substr(1));
  return text.starts_with('{') && without_white_space(text.substr(1)).starts_with('"');
}

/// The name of the element that `text` begins with, without its prefix.
std::string_view element_name(std::string_view text) {
  const auto* end = std::ranges::find_if_not(text.substr(1), [](char byte) { return kAsciiNameBytes.contains(byte); });
  const std::string_view name(text.data() + 1, end);
  return name.substr(name.find(':') + 1);
}

bool begins_marcxml(std::string_view text) {
  constexpr std::array<std::string_view, 4> kElements = {"collection", "record", "OAI-PMH", "searchRetrieveResponse"};
  if (!text.starts_with('<')) return false;
  return text.starts_with("<?xml") || std::ranges::find(kElements, element_name(text)) != kElements.end();
}

bool begins_mrk(std::string_view text) {
  constexpr std::size_t kBeforeData = 1 + kTagLength + 2;
  if (text.size() < kBeforeData || text.front() != '=' || text.substr(1 + kTagLength, 2) != "  ") return false;
  const std::string_view tag = text.substr(1, kTagLength);
  return tag == kLeaderTag || all_in(tag, kDigits);
}

bool may_begin_mrk(std::string_view text) {
  return text.size() >= 4 && text.front() == '=' && all_in(text.substr(1, kTagLength), kTagBytes);
}

bool may_begin_json(std::string_view text) {
  if (text.starts_with(kJsonRecordSeparator)) text.remove_prefix(1);
  return text.starts_with('{') || text.starts_with('[');
}

/// Where the first of the marks stands.
std::size_t find_any(std::string_view bytes, std::span<const std::string_view> marks) {
  std::size_t first = std::string_view::npos;
  for (const std::string_view mark : marks) first = std::min(first, bytes.find(mark));
  return first;
}

/// Where the text begins that holds the first of the marks: at the first of the bytes `openers`.
std::size_t find_text(std::string_view bytes, std::string_view openers, std::span<const std::string_view> marks) {
  const std::size_t mark = find_any(bytes, marks);
  return mark == std::string_view::npos ? std::string_view::npos : bytes.substr(0, mark + 1).find_first_of(openers);
}

std::size_t find_xml(std::string_view bytes) {
  constexpr std::array<std::string_view, 6> kMarks = {"<?xml",   "<collection", "<record",
                                                      "<leader", ":record",     ":leader"};
  return find_text(bytes, "<", kMarks);
}

std::size_t find_json(std::string_view bytes) {
  constexpr std::array<std::string_view, 2> kMarks = {"\"leader\"", "\"fields\""};
  return find_text(bytes, "{[", kMarks);
}

std::size_t find_mrk(std::string_view bytes) {
  constexpr std::array<std::string_view, 2> kMarks = {"=LDR", "=000"};
  if (bytes.starts_with(kMarks[0]) || bytes.starts_with(kMarks[1])) return 0;
  constexpr std::array<std::string_view, 4> kLines = {"\n=LDR", "\n=000", "\r=LDR", "\r=000"};
  const std::size_t line = find_any(bytes, kLines);
  return line == std::string_view::npos ? std::string_view::npos : line + 1;
}

}  // namespace

std::string_view format_that_begins(std::string_view text) {
  text = text.substr(0, kBytesOfSign);
  if (begins_iso2709(text)) return "ISO 2709";
  if (begins_marcxml(text)) return "MARCXML";
  if (begins_json(text)) return "JSON";
  if (begins_mrk(text)) return "mrk";
  return {};
}

std::string_view format_beside_xml(std::string_view text) {
  if (holds_leader(text.substr(0, kLeaderLength))) return "ISO 2709";
  if (may_begin_json(text)) return "JSON";
  if (may_begin_mrk(text)) return "mrk";
  // A record whose leader is damaged.
  if (text.starts_with(kFieldTerminator) || text.starts_with(kRecordTerminator)) return "ISO 2709";
  return {};
}

std::optional<FoundTextFormat> find_text_format(std::string_view bytes) {
  const std::array<FoundTextFormat, 3> formats = {
      {{"MARCXML", find_xml(bytes)}, {"JSON", find_json(bytes)}, {"mrk", find_mrk(bytes)}}};
  const FoundTextFormat& first = *std::ranges::min_element(formats, {}, &FoundTextFormat::begin);
  return first.begin == std::string_view::npos ? std::nullopt : std::optional(first);
}

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

bool holds_records(std::string_view first_bytes) {
  constexpr std::array<std::string_view, 4> kElements = {"<record", ":record", "<collection", ":collection"};
  const std::string_view text = without_preamble(first_bytes);
  if (begins_marcxml(text)) return find_any(text, kElements) != std::string_view::npos;
  if (begins_json(text)) return find_json(text) != std::string_view::npos;
  return begins_iso2709(text) || begins_mrk(text);
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
