#include "readers/format_sign.hpp"

#include <algorithm>
#include <array>

#include <bulkmarc/record_view.hpp>

#include "record/iso2709.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kWhiteSpace = " \t\n\r";
constexpr ByteSet kDigit("0-9");
constexpr ByteSet kTagByte("0-9A-Za-z");
constexpr ByteSet kNameByte("A-Za-z0-9_:.-");
constexpr char kJsonRecordSeparator = '\x1E';

std::string_view without_white_space(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
}

/// A leader may be quoted in any text, but not with the tag of a directory's first entry behind it.
bool begins_iso2709(std::string_view text) {
  if (!holds_leader(text.substr(0, kLeaderLength))) return false;
  const std::string_view directory = text.substr(kLeaderLength);
  return directory.starts_with(kFieldTerminator) ||
         (directory.size() >= kTagLength && all_in(directory.substr(0, kTagLength), kTagByte));
}

bool begins_json(std::string_view text) {
  if (text.starts_with(kJsonRecordSeparator)) text = without_white_space(text.substr(1));
  if (text.starts_with('[')) text = without_white_space(text.substr(1));
  return text.starts_with('{') && without_white_space(text.substr(1)).starts_with('"');
}

/// The name of the element that `text` begins with, without its prefix.
std::string_view element_name(std::string_view text) {
  const auto* end = std::ranges::find_if_not(text.substr(1), [](char byte) { return kNameByte.contains(byte); });
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
  return tag == "LDR" || all_in(tag, kDigit);
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

}  // namespace bulkmarc
