#include "formats/mrk/reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include <bulkmarc/record_view.hpp>

#include "formats/detection.hpp"
#include "formats/mrk/mnemonics.hpp"
#include "record/leader.hpp"
#include "record/record_builder.hpp"
#include "record/utf8_record.hpp"
#include "text/byte_set.hpp"
#include "text/marc8.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

/// What some programs write in place of kLeaderTag.
constexpr std::string_view kOtherLeaderTag = "000";

/// A line of MARCMaker text, as far as its first bytes tell.
struct MrkLine {
  enum class Kind {
    kField,     ///< `=`, a tag, and what belongs to it.
    kOddField,  ///< The same with blanks before it, or without `=`.
    kComment,   ///< Begins with `#`.
    kEmpty,     ///< Has no more than blanks.
    kText,      ///< Anything else: it continues the line before it.
  } kind;
  std::size_t begin;  ///< Where its tag begins, or its text after blanks.
};

/// As many bytes after the blanks that a line begins with tell what it is.
constexpr std::size_t kBytesOfMrkLine = 16;

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

/// Where the first CR or LF is from `at` on, or npos.
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

/// The length of the mark of direction that `text` begins or ends with, or 0.
std::size_t direction_mark_before(std::string_view text) {
  const auto* found = std::ranges::find_if(kDirectionMarks, [text](auto mark) { return text.starts_with(mark); });
  return found == kDirectionMarks.end() ? 0 : found->size();
}

std::size_t direction_mark_behind(std::string_view text) {
  const auto* found = std::ranges::find_if(kDirectionMarks, [text](auto mark) { return text.ends_with(mark); });
  return found == kDirectionMarks.end() ? 0 : found->size();
}

/// `text` without the blanks, and the marks that tell its direction, at its beginning.
std::string_view without_mrk_indent(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = kIndent.contains(text.front()) ? 1 : direction_mark_before(text);
    if (length == 0) break;
    text.remove_prefix(length);
  }
  return text;
}

/// What the line is that `text` begins with. REQUIRES: the line ends within it, or kBytesOfMrkLine bytes follow the
/// blanks.
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

constexpr char kBlankInMrk = '\\';
constexpr std::size_t kBlanksAfterTag = 2;

constexpr const char* kOddBegin = "a line with a field begins with blanks, or without =";
constexpr const char* kJoined = "a line that does not begin with = was joined to the one before";

/// Takes the first line away from `text`, and returns it without its end.
std::string_view take_first_line(std::string_view& text) {
  const std::size_t end = find_line_end(text, 0);
  const std::string_view line = text.substr(0, end);
  const bool is_cr_lf = end != std::string_view::npos && text.substr(end).starts_with("\r\n");
  text.remove_prefix(std::min(line.size() + (is_cr_lf ? 2 : 1), text.size()));
  return line;
}

std::string_view without_blanks_behind(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool is_leader(std::string_view field, bool is_first) {
  return field.starts_with(kLeaderTag) || (is_first && field.starts_with(kOtherLeaderTag));
}

std::string_view without_blanks_after_tag(std::string_view text) {
  if (text.starts_with('\t')) return text.substr(1);
  for (std::size_t i = 0; i < kBlanksAfterTag && text.starts_with(' '); ++i) text.remove_prefix(1);
  return text;
}

/// True for a piece that has a leader which does not say UTF-8.
bool says_marc8(std::string_view piece) {
  std::string_view field = piece.substr(mrk_line_at(piece).begin);
  if (!is_leader(field, true)) return false;
  const std::string_view leader = without_blanks_after_tag(take_first_line(field).substr(kTagLength));
  return leader.size() > kCodingScheme && leader[kCodingScheme] != kUtf8Scheme;
}

bool ends_with_empty_line(std::string_view piece) {
  if (!piece.ends_with('\n') && !piece.ends_with('\r')) return false;
  piece.remove_suffix(piece.ends_with("\r\n") ? 2 : 1);
  const std::size_t last = piece.find_last_not_of(" \t\x1A");
  return last == std::string_view::npos || piece[last] == '\n' || piece[last] == '\r';
}

bool is_beyond_ascii(char byte) { return static_cast<unsigned char>(byte) >= 0x80; }

}  // namespace

std::optional<Problem> MrkParser::parse(std::string_view piece, RecordBuilder& builder) {
  const MrkLine::Kind first = mrk_line_at(piece).kind;
  if (first != MrkLine::Kind::kField && first != MrkLine::Kind::kOddField) {
    return Problem{Reason::kSyntax, "the text does not begin with a field"};
  }
  is_first_ = true;
  has_leader_ = has_field_ = has_converted_ = false;
  field_ = {};
  if (auto problem = take_encoding(piece, builder)) return problem;
  const bool ends_itself = ends_with_empty_line(piece);
  while (!piece.empty()) take_line(take_first_line(piece), builder);
  end_field(builder);
  if (!has_leader_ && !ends_itself) {
    builder.repair(Reason::kSyntax, "neither a leader nor an empty line divides the record from another one");
  }
  if (has_converted_) builder.set_converted();
  return std::nullopt;
}

std::optional<Problem> MrkParser::take_encoding(std::string_view& piece, RecordBuilder& builder) {
  is_marc8_ = false;
  if (charset_ != nullptr) {
    decode_charset(piece, builder);
    return std::nullopt;
  }
  const bool is_valid = is_utf8(piece);
  if (is_valid && !is_ascii(piece)) return std::nullopt;
  if (says_marc8(piece)) {
    is_marc8_ =
        !is_valid || piece.find('\x1B') != std::string_view::npos || piece.find("{esc}") != std::string_view::npos;
    has_converted_ = true;
  }
  if (is_marc8_ && !can_decode_marc8()) {
    return Problem{Reason::kMarc8, "the record is in MARC-8, which this build can't convert"};
  }
  if (!is_valid && !is_marc8_) {
    valid_.clear();
    append_valid_utf8(piece, valid_);
    piece = valid_.view();
    builder.repair(Reason::kInvalidUtf8, "invalid bytes became U+FFFD");
  }
  return std::nullopt;
}

void MrkParser::decode_charset(std::string_view& piece, RecordBuilder& builder) {
  has_converted_ = true;
  valid_.clear();
  CharsetDecoder decoder(*charset_);
  const bool is_valid = decoder.append(piece, valid_) == std::string_view::npos;
  if (!decoder.finish(valid_) || !is_valid) builder.repair(Reason::kInvalidCharset, kReplacedInCharset);
  piece = valid_.view();
}

void MrkParser::take_line(std::string_view line, RecordBuilder& builder) {
  const MrkLine found = mrk_line_at(line);
  switch (found.kind) {
    case MrkLine::Kind::kField:
    case MrkLine::Kind::kOddField:
      end_field(builder);
      has_field_ = true;
      field_ = line.substr(found.begin);
      oddity_ = found.kind == MrkLine::Kind::kOddField ? kOddBegin : nullptr;
      break;
    case MrkLine::Kind::kText:
      if (field_.data() != joined_.data()) joined_ = field_;
      joined_.resize(without_blanks_behind(joined_).size());
      joined_ += ' ';
      joined_ += line.substr(found.begin);
      field_ = joined_;
      oddity_ = kJoined;
      break;
    case MrkLine::Kind::kComment:
    case MrkLine::Kind::kEmpty:
      break;
  }
}

void MrkParser::end_field(RecordBuilder& builder) {
  if (!has_field_) return;
  found_mark_ = found_unknown_ = found_not_marc8_ = found_doubtful_ = false;
  take_field(builder);
  if (oddity_ != nullptr) builder.repair_last_field(Reason::kSyntax, oddity_);
  if (found_mark_) builder.repair_last_field(Reason::kSyntax, "marks of direction beside $ or a tag were taken off");
  if (found_unknown_) builder.repair_last_field(Reason::kSyntax, "a mnemonic that is not known was kept as text");
  if (found_not_marc8_ || found_doubtful_) {
    builder.repair_last_field(Reason::kInvalidMarc8, found_not_marc8_ ? kReplacedInMarc8 : kHardlyMarc8);
  }
  has_field_ = is_first_ = false;
}

void MrkParser::take_field(RecordBuilder& builder) {
  std::string_view rest = without_marks_before(field_);
  const std::string_view tag = rest.substr(0, kTagLength);
  const bool leads = is_leader(rest, is_first_);
  rest = without_marks_before(rest.substr(tag.size()));
  rest = without_marks_before(without_blanks_after_tag(rest));
  if (leads) {
    has_leader_ = true;
    text_ = rest;
    std::ranges::replace(text_, kBlankInMrk, ' ');
    builder.leader(text_);
  } else if (tag.starts_with("00")) {
    take_control_data(tag, rest, builder);
  } else {
    take_data_field(tag, rest, builder);
  }
}

void MrkParser::take_control_data(std::string_view tag, std::string_view data, RecordBuilder& builder) {
  control_ = data;
  std::ranges::replace(control_, kBlankInMrk, ' ');
  builder.control_field(tag, decoded(control_));
}

void MrkParser::take_data_field(std::string_view tag, std::string_view content, RecordBuilder& builder) {
  builder.begin_data_field(tag);
  for (std::size_t i = 0; i < kIndicatorCount; ++i) {
    const bool missing = content.empty() || content[0] == '$' || content[0] < 0x20 || content[0] > 0x7E;
    if (missing) {
      builder.repair_missing_indicators();
      break;
    }
    builder.indicator(i, content[0] == kBlankInMrk ? std::string_view(" ") : content.substr(0, 1));
    content.remove_prefix(1);
  }
  take_subfields(content, builder);
  builder.end_data_field();
}

void MrkParser::take_subfields(std::string_view content, RecordBuilder& builder) {
  const std::size_t first = std::min(content.find('$'), content.size());
  const std::string_view stray = without_marks(content.substr(0, first));
  if (!stray.empty()) builder.stray_data(decoded(stray));
  content.remove_prefix(first);
  while (!content.empty()) {
    content = without_marks_before(content.substr(1));
    if (content.empty() || content.front() == '$') {
      builder.repair(Reason::kSubfields, "a subfield delimiter without a code was dropped");
      continue;
    }
    const std::string_view code = content.substr(0, std::max<std::size_t>(utf8_length(content), 1));
    content.remove_prefix(code.size());
    const std::size_t end = std::min(content.find('$'), content.size());
    builder.subfield(code, decoded(without_marks(content.substr(0, end))));
    content.remove_prefix(end);
  }
}

std::string_view MrkParser::decoded(std::string_view text) {
  if (is_marc8_) [[unlikely]]
    return converted(text);
  if (text.find('{') == std::string_view::npos) return text;
  text_.clear();
  found_unknown_ |= append_without_mnemonics(text, text_) != 0;
  return text_;
}

std::string_view MrkParser::converted(std::string_view text) {
  text_.clear();
  found_unknown_ |= append_mnemonics_as_marc8(text, text_) != 0;
  converted_.clear();
  const Marc8Flaws flaws = append_marc8(text_, converted_);
  found_not_marc8_ |= flaws.replaced != 0;
  found_doubtful_ |= flaws.doubtful != 0;
  return converted_.view();
}

std::string_view MrkParser::without_marks_before(std::string_view text) {
  while (!text.empty() && is_beyond_ascii(text.front()) && !is_marc8_) {
    const std::size_t length = direction_mark_before(text);
    if (length == 0) break;
    text.remove_prefix(length);
    found_mark_ = true;
  }
  return text;
}

std::string_view MrkParser::without_marks(std::string_view text) {
  text = without_marks_before(text);
  while (!text.empty() && is_beyond_ascii(text.back()) && !is_marc8_) {
    const std::size_t length = direction_mark_behind(text);
    if (length == 0) break;
    text.remove_suffix(length);
    found_mark_ = true;
  }
  return text;
}

namespace {

/// White space, and the end mark of old systems.
constexpr ByteSet kBetweenRecords(" \t\n\r\x1A");

/// Where the line that begins at `at` ends, its line end included, or std::string_view::npos where that can't be told.
std::size_t end_of_line(std::string_view text, std::size_t at, bool ended) {
  const std::size_t end = find_line_end(text, at);
  if (end == std::string_view::npos || text[end] == '\n')
    return end == std::string_view::npos ? std::string_view::npos : end + 1;
  if (end + 1 == text.size()) return ended ? end + 1 : std::string_view::npos;
  return text[end + 1] == '\n' ? end + 2 : end + 1;
}

}  // namespace

bool MrkFormat::recognizes(std::string_view first_bytes) const {
  if (first_bytes.starts_with(kUtf8Mark)) first_bytes.remove_prefix(kUtf8Mark.size());
  if (all_in(first_bytes, kBetweenRecords)) return true;
  while (!first_bytes.empty()) {
    const MrkLine::Kind kind = mrk_line_at(first_bytes).kind;
    if (kind == MrkLine::Kind::kField || kind == MrkLine::Kind::kOddField) return true;
    first_bytes.remove_prefix(std::min(end_of_line(first_bytes, 0, true), first_bytes.size()));
  }
  return false;
}

TextPiece MrkFormat::split(std::string_view bytes, bool ended) {
  bytes_ = bytes;
  ended_ = ended;
  if (!other_format_.empty()) return split_other_format(bytes, ended, other_format_);
  if (line_in_hand_) return pass_line();
  const auto* other = std::ranges::find_if_not(bytes, [](char byte) { return kBetweenRecords.contains(byte); });
  if (other != bytes.begin()) return {TextPiece::Kind::kBetween, static_cast<std::size_t>(other - bytes.begin())};
  if (bytes.size() < kBytesOfSign && !ended) return more();
  const MrkLine line = mrk_line_at(bytes);
  if (line.kind == MrkLine::Kind::kField || line.kind == MrkLine::Kind::kOddField) {
    leader_tag_ = bytes.substr(line.begin, kTagLength) == kOtherLeaderTag ? kOtherLeaderTag : kLeaderTag;
    has_leader_ = has_field_ = false;
    begins_record(bytes.substr(line.begin, kTagLength));
    return split_record();
  }
  if (line.kind == MrkLine::Kind::kText) other_format_ = format_that_begins(bytes);
  if (!other_format_.empty()) return split_other_format(bytes, ended, other_format_);
  line_in_hand_ = line.kind == MrkLine::Kind::kText ? TextPiece::Kind::kStray : TextPiece::Kind::kBetween;
  return pass_line();
}

TextPiece MrkFormat::split_record() {
  for (std::size_t at = 0;;) {
    at = end_of_line(bytes_, at, ended_);
    if (at == std::string_view::npos || at == bytes_.size())
      return ended_ ? TextPiece{TextPiece::Kind::kRecord, bytes_.size()} : more();
    if (const auto piece = end_before(at)) return *piece;
  }
}

std::optional<TextPiece> MrkFormat::end_before(std::size_t at) {
  if (bytes_.size() - at < kBytesOfMrkLine && !ended_) return more();
  const std::string_view line = bytes_.substr(at);
  if (line.front() != '=') [[unlikely]]
    return end_before_odd_line(at);
  const bool begins = begins_record(line.substr(1, kTagLength));
  return begins ? std::optional<TextPiece>({TextPiece::Kind::kRecord, at}) : std::nullopt;
}

std::optional<TextPiece> MrkFormat::end_before_odd_line(std::size_t at) {
  const std::string_view rest = bytes_.substr(at);
  const std::string_view content = without_mrk_indent(rest);
  if (content.size() < kBytesOfSign && !ended_) return more();
  const MrkLine line = mrk_line_at(rest);
  switch (line.kind) {
    case MrkLine::Kind::kEmpty: {
      const std::size_t end = end_of_line(bytes_, at + line.begin, ended_);
      return TextPiece{TextPiece::Kind::kRecord, std::min(end, bytes_.size())};
    }
    case MrkLine::Kind::kField:
    case MrkLine::Kind::kOddField:
      if (begins_record(rest.substr(line.begin, kTagLength))) return TextPiece{TextPiece::Kind::kRecord, at};
      return std::nullopt;
    case MrkLine::Kind::kText:
      if (line.begin == 0 && !format_that_begins(rest).empty()) return TextPiece{TextPiece::Kind::kRecord, at};
      return std::nullopt;
    case MrkLine::Kind::kComment:
      break;
  }
  return std::nullopt;
}

bool MrkFormat::begins_record(std::string_view tag) {
  if (tag == kLeaderTag || (tag == kOtherLeaderTag && leader_tag_ == kOtherLeaderTag)) {
    has_leader_ = true;
    return has_field_;
  }
  const bool begins = tag == "001" && has_field_ && !has_leader_;
  has_field_ = true;
  return begins;
}

TextPiece MrkFormat::pass_line() {
  // A byte order mark is the reader's.
  const std::size_t end = bytes_.find_first_of("\r\n\xEF", bytes_.front() == kUtf8Mark.front() ? 1 : 0);
  const TextPiece::Kind kind = *line_in_hand_;
  if (end == std::string_view::npos) return {kind, bytes_.size()};
  if (bytes_[end] == kUtf8Mark.front()) return {kind, end};
  line_in_hand_.reset();
  return {kind, end + 1};
}

TextPiece MrkFormat::more() const { return {TextPiece::Kind::kMore, 0}; }

std::unique_ptr<TextParser> MrkFormat::make_parser() const { return std::make_unique<MrkParser>(charset_); }

}  // namespace bulkmarc
