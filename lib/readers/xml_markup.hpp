#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "text/byte_set.hpp"

/// \file
/// The little of XML's syntax that takes no parser. Positions are kNowhere for what is not there.

namespace bulkmarc::xml {

inline constexpr std::string_view kWhiteSpace = " \t\r\n";
inline constexpr std::size_t kNowhere = std::string_view::npos;

inline constexpr ByteSet kWhite(kWhiteSpace);

inline bool is_blank(std::string_view text) {
  return std::ranges::all_of(text, [](char byte) { return kWhite.contains(byte); });
}

/// The name that begins at `at`, or nothing where it does not end within `text`.
inline std::string_view name_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_of(" \t\r\n/>", at);
  return end == kNowhere ? std::string_view{} : text.substr(at, end - at);
}

/// The length of a name's prefix, colon included.
inline std::size_t prefix_length(std::string_view name) { return name.find(':') + 1; }
inline std::string_view local_name(std::string_view name) { return name.substr(prefix_length(name)); }

/// How a comment, an instruction or a CDATA section begins and ends: markup that may hold anything.
struct Opaque {
  std::string_view begin;
  std::string_view end;
  bool is_data = false;
};
inline constexpr std::array kOpaque = {Opaque{"<!--", "-->"}, Opaque{"<?", "?>"}, Opaque{"<![CDATA[", "]]>", true}};
inline constexpr std::size_t kLongestBegin = 9;

/// The opaque markup that `text` begins with, or null. REQUIRES: `text` has kLongestBegin bytes, or nothing follows it.
inline const Opaque* opaque_at(std::string_view text) {
  const auto* const found =
      std::ranges::find_if(kOpaque, [text](const Opaque& each) { return text.starts_with(each.begin); });
  return found == kOpaque.end() ? nullptr : found;
}

/// Where the opaque markup that begins at `at` ends, or kNowhere.
inline std::size_t end_of(const Opaque& opaque, std::string_view text, std::size_t at) {
  const std::size_t end = text.find(opaque.end, at + opaque.begin.size());
  return end == kNowhere ? kNowhere : end + opaque.end.size();
}

/// The first place in [from, to) where "<!" or "<?" begins. Passes over all else at the speed of memchr.
inline std::size_t find_opaque(std::string_view text, std::size_t from, std::size_t to) {
  std::size_t first = kNowhere;
  for (const char sign : {'!', '?'}) {
    const std::string_view searched = text.substr(0, to);
    for (std::size_t at = from; (at = searched.find(sign, at + 1)) != kNowhere;) {
      if (text[at - 1] != '<') continue;
      first = at - 1;
      to = first;
      break;
    }
  }
  return first;
}

/// Appends the character that the reference at the beginning of `text` stands for: one of the five entities, or any
/// character that XML allows. Returns the length of the reference, or 0 where it is none.
std::size_t append_reference(std::string_view text, std::string& output);

/// Appends the first byte of `text`, or LF for a line end of any kind. Returns the length that it has in `text`.
inline std::size_t append_with_line_end(std::string_view text, std::string& output) {
  output += text.front() == '\r' ? '\n' : text.front();
  return text.starts_with("\r\n") ? 2 : 1;
}

}  // namespace bulkmarc::xml
