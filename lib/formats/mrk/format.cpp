#include "formats/mrk/format.hpp"

#include <algorithm>

#include "formats/format_sign.hpp"
#include "formats/mrk/line.hpp"
#include "formats/mrk/parser.hpp"
#include "record/leader.hpp"
#include "record/record_builder.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
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

Piece MrkFormat::split(std::string_view bytes, bool ended) {
  bytes_ = bytes;
  ended_ = ended;
  if (!other_format_.empty()) return split_other_format(bytes, ended, other_format_);
  if (line_in_hand_) return pass_line();
  const auto* other = std::ranges::find_if_not(bytes, [](char byte) { return kBetweenRecords.contains(byte); });
  if (other != bytes.begin()) return {Piece::Kind::kBetween, static_cast<std::size_t>(other - bytes.begin())};
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
  line_in_hand_ = line.kind == MrkLine::Kind::kText ? Piece::Kind::kStray : Piece::Kind::kBetween;
  return pass_line();
}

Piece MrkFormat::split_record() {
  for (std::size_t at = 0;;) {
    at = end_of_line(bytes_, at, ended_);
    if (at == std::string_view::npos || at == bytes_.size())
      return ended_ ? Piece{Piece::Kind::kRecord, bytes_.size()} : more();
    if (const auto piece = end_before(at)) return *piece;
  }
}

std::optional<Piece> MrkFormat::end_before(std::size_t at) {
  if (bytes_.size() - at < kBytesOfMrkLine && !ended_) return more();
  const std::string_view line = bytes_.substr(at);
  if (line.front() != '=') [[unlikely]]
    return end_before_odd_line(at);
  const bool begins = begins_record(line.substr(1, kTagLength));
  return begins ? std::optional<Piece>({Piece::Kind::kRecord, at}) : std::nullopt;
}

std::optional<Piece> MrkFormat::end_before_odd_line(std::size_t at) {
  const std::string_view rest = bytes_.substr(at);
  const std::string_view content = without_mrk_indent(rest);
  if (content.size() < kBytesOfSign && !ended_) return more();
  const MrkLine line = mrk_line_at(rest);
  switch (line.kind) {
    case MrkLine::Kind::kEmpty: {
      const std::size_t end = end_of_line(bytes_, at + line.begin, ended_);
      return Piece{Piece::Kind::kRecord, std::min(end, bytes_.size())};
    }
    case MrkLine::Kind::kField:
    case MrkLine::Kind::kOddField:
      if (begins_record(rest.substr(line.begin, kTagLength))) return Piece{Piece::Kind::kRecord, at};
      return std::nullopt;
    case MrkLine::Kind::kText:
      if (line.begin == 0 && !format_that_begins(rest).empty()) return Piece{Piece::Kind::kRecord, at};
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

Piece MrkFormat::pass_line() {
  // A byte order mark is the reader's.
  const std::size_t end = bytes_.find_first_of("\r\n\xEF", bytes_.front() == kUtf8Mark.front() ? 1 : 0);
  const Piece::Kind kind = *line_in_hand_;
  if (end == std::string_view::npos) return {kind, bytes_.size()};
  if (bytes_[end] == kUtf8Mark.front()) return {kind, end};
  line_in_hand_.reset();
  return {kind, end + 1};
}

Piece MrkFormat::more() const { return {Piece::Kind::kMore, 0}; }

std::unique_ptr<TextParser> MrkFormat::make_parser() const { return std::make_unique<MrkParser>(); }

}  // namespace bulkmarc
