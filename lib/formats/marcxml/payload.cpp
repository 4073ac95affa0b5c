#include "formats/marcxml/payload.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "formats/marcxml/names.hpp"
#include "formats/marcxml/xml_markup.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kPrefixByte("A-Za-z0-9_.:\x80-\xFF-");
constexpr std::size_t kLongestPrefix = 64;

/// True where a tag begins before the local name at `name`.
bool is_in_start_tag(std::string_view text, std::size_t name) {
  std::string_view before = text.substr(0, name);
  if (before.ends_with(':')) {
    std::size_t left = kLongestPrefix;
    while (!before.empty() && left-- != 0 && kPrefixByte.contains(before.back())) before.remove_suffix(1);
  }
  constexpr std::array<std::string_view, 5> kBrackets = {"<", "&lt;", "&#60;", "&#x3c;", "&#x3C;"};
  return std::ranges::any_of(kBrackets, [before](std::string_view bracket) { return before.ends_with(bracket); });
}

/// What follows the start tag of a payload.
MarcXmlPayload content(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(xml::kWhiteSpace), text.size()));
  const xml::Opaque* opaque = xml::opaque_at(text);
  while (opaque != nullptr && !opaque->is_data) {
    const std::size_t end = std::min(xml::end_of(*opaque, text, 0), text.size());
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(xml::kWhiteSpace), text.size()));
    opaque = xml::opaque_at(text);
  }
  if (text.empty() || text.starts_with("</")) return {};
  if (text.front() == '<' && opaque == nullptr) return {xml::name_at(text, 1), {}};
  return {{}, text};
}

}  // namespace

MarcXmlPayload payload_of(std::string_view wrapper) {
  for (std::size_t at = 0; (at = wrapper.find('<', at)) != xml::kNowhere;) {
    const std::string_view rest = wrapper.substr(at);
    if (const xml::Opaque* const opaque = xml::opaque_at(rest)) {
      at = std::min(xml::end_of(*opaque, wrapper, at), wrapper.size());
      continue;
    }
    ++at;
    if (!xml::is_payload(xml::local_name(xml::name_at(rest, 1)))) continue;
    const std::size_t length = xml::length_of_tag(rest);
    if (length == 0 || length == xml::kNowhere || rest[length - 2] == '/') continue;
    const MarcXmlPayload payload = content(rest.substr(length));
    if (!payload.empty()) return payload;
  }
  return {};
}

bool holds_field_tags(std::string_view text) {
  constexpr std::array<std::string_view, 3> kNames = {"leader", "controlfield", "datafield"};
  return std::ranges::any_of(kNames, [text](std::string_view name) {
    for (std::size_t at = 0; (at = text.find(name, at)) != xml::kNowhere; at += name.size()) {
      if (is_in_start_tag(text, at)) return true;
    }
    return false;
  });
}

}  // namespace bulkmarc
