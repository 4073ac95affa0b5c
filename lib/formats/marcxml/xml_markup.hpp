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

/// `text` without the white space at both ends.
inline std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == kNowhere) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

/// A longer name is none.
inline constexpr std::size_t kLongestName = 256;

/// The name that begins at `at`, or nothing where it does not end within `text`.
inline std::string_view name_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const std::string_view name = text.substr(at, kLongestName + 1);
  const std::size_t end = name.find_first_of(" \t\r\n/>");
  return end == kNowhere ? std::string_view{} : name.substr(0, end);
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

/// Finds "<!" and "<?" in a text, one after the other. Looks at every byte once, at the speed of memchr.
class OpaqueFinder {
 public:
  explicit OpaqueFinder(std::string_view text) : text_(text) {}

  /// The first place in [from, to) where one of them begins. REQUIRES: `from` never decreases.
  std::size_t find(std::size_t from, std::size_t to) {
    const std::size_t first = std::min(find('!', next_[0], from, to), find('?', next_[1], from, to));
    return first < to ? first : kNowhere;
  }

 private:
  /// What is known of one of the signs: where it is next, or how far it was looked for in vain.
  struct Next {
    std::size_t at = 0;
    bool is_found = false;
  };

  std::size_t find(char sign, Next& next, std::size_t from, std::size_t to) const {
    if (!next.is_found || next.at < from) next = search(sign, std::max(next.at, from + 1), to, from);
    return next.is_found ? next.at : kNowhere;
  }
  [[nodiscard]] Next search(char sign, std::size_t begin, std::size_t to, std::size_t from) const {
    const std::string_view searched = text_.substr(0, to);
    for (std::size_t at = begin; (at = searched.find(sign, at)) != kNowhere; ++at) {
      if (at > from && text_[at - 1] == '<') return {at - 1, true};
    }
    return {std::max(begin, searched.size()), false};
  }

  std::string_view text_;
  std::array<Next, 2> next_;
};

/// Where the tag at the beginning of `text` ends, or kNowhere where it does not end within it, or 0 where it is none.
std::size_t length_of_tag(std::string_view text);

/// Appends the character that the reference at the beginning of `text` stands for: one of the five entities, or any
/// character that XML allows. Returns the length of the reference, or 0 where it is none.
std::size_t append_reference(std::string_view text, std::string& output);

/// Appends the first byte of `text`, or LF for a line end of any kind. Returns the length that it has in `text`.
inline std::size_t append_with_line_end(std::string_view text, std::string& output) {
  output += text.front() == '\r' ? '\n' : text.front();
  return text.starts_with("\r\n") ? 2 : 1;
}

}  // namespace bulkmarc::xml
