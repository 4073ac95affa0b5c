#include "formats/format_sign.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <bulkmarc/record_view.hpp>

#include "formats/iso2709/syntax.hpp"
#include "formats/marcjson/json_scan.hpp"
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

}  // namespace bulkmarc
