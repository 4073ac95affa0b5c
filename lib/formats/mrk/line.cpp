#include "formats/mrk/line.hpp"

#include <algorithm>
#include <array>

#include <bulkmarc/record_view.hpp>

#include "record/leader.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kBlanks(" \t");
constexpr ByteSet kIndent(" \t\x1A");  // The last is the end mark of old systems.

/// Left-to-right and right-to-left marks, embeddings, overrides and isolates, and the Arabic letter mark.
// NOLINTBEGIN(misc-misleading-bidirectional): these characters are what the list is about.
constexpr std::array<std::string_view, 12> kDirectionMarks = {
    "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
    "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9", "\xD8\x9C"};
// NOLINTEND(misc-misleading-bidirectional)

bool ends_line(std::string_view text) { return text.empty() || text.front() == '\n' || text.front() == '\r'; }
bool begins_with_blank(std::string_view text) { return !text.empty() && kBlanks.contains(text.front()); }

/// True where `=` begins a field, and no text that was wrapped before it. Whatever a tag may be, two blanks follow it.
bool is_field(std::string_view after_equals) {
  if (!after_equals.starts_with(' ')) return true;
  const std::string_view tag = after_equals.substr(0, kTagLength);
  const std::string_view rest = after_equals.substr(tag.size());
  return tag.size() == kTagLength && all_in(tag, kPrintable) && (rest.starts_with("  ") || ends_line(rest));
}

/// True for a field whose line does not begin as it should, so that its tag must be one beyond doubt.
bool is_indented_field(std::string_view text) {
  if (!text.starts_with('=') || text.size() <= kTagLength || !all_in(text.substr(1, kTagLength), kTagBytes))
    return false;
  const std::string_view rest = text.substr(1 + kTagLength);
  return begins_with_blank(rest) || ends_line(rest);
}

/// The same for one without `=`: a leader, a control field, or indicators and a subfield.
bool is_bare_field(std::string_view text) {
  const std::string_view tag = text.substr(0, kTagLength);
  if (tag.size() < kTagLength || (tag != kLeaderTag && !all_in(tag, kDigits))) return false;
  std::string_view rest = text.substr(kTagLength);
  if (!begins_with_blank(rest)) return false;
  const bool has_two = begins_with_blank(rest.substr(1)) || rest.front() == '\t';
  if (tag == kLeaderTag || tag.starts_with("00")) return has_two;
  rest.remove_prefix(begins_with_blank(rest.substr(1)) ? 2 : 1);
  return rest.size() > kIndicatorCount && rest[kIndicatorCount] == '$' &&
         all_in(rest.substr(0, kIndicatorCount), kPrintable);
}

}  // namespace

std::size_t find_line_end(std::string_view text, std::size_t at) {
  // Two fast searches beat one for both. They go no further than twice as far as they must.
  for (std::size_t length = 128; at < text.size(); length *= 2) {
    const std::string_view part = text.substr(at, length);
    const std::size_t lf = part.find('\n');
    const std::size_t end = std::min(part.substr(0, lf).find('\r'), lf);
    if (end != std::string_view::npos) return at + end;
    at += part.size();
  }
  return std::string_view::npos;
}

std::size_t direction_mark_before(std::string_view text) {
  const auto* found = std::ranges::find_if(kDirectionMarks, [text](auto mark) { return text.starts_with(mark); });
  return found == kDirectionMarks.end() ? 0 : found->size();
}

std::size_t direction_mark_behind(std::string_view text) {
  const auto* found = std::ranges::find_if(kDirectionMarks, [text](auto mark) { return text.ends_with(mark); });
  return found == kDirectionMarks.end() ? 0 : found->size();
}

std::string_view without_mrk_indent(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = kIndent.contains(text.front()) ? 1 : direction_mark_before(text);
    if (length == 0) break;
    text.remove_prefix(length);
  }
  return text;
}

MrkLine mrk_line_at(std::string_view text) {
  if (text.starts_with('=') && is_field(text.substr(1))) [[likely]]
    return {MrkLine::Kind::kField, 1};
  if (text.starts_with('#')) return {MrkLine::Kind::kComment, 0};
  const std::string_view content = without_mrk_indent(text);
  const std::size_t indent = text.size() - content.size();
  if (ends_line(content)) return {MrkLine::Kind::kEmpty, indent};
  if (is_indented_field(content)) return {MrkLine::Kind::kOddField, indent + 1};
  if (is_bare_field(content)) return {MrkLine::Kind::kOddField, indent};
  return {MrkLine::Kind::kText, indent};
}

}  // namespace bulkmarc
