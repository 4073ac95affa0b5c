#include "readers/mrk_parser.hpp"

#include <algorithm>

#include "text/mrk_mnemonics.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr char kBlank = '\\';
constexpr std::size_t kBlanksAfterTag = 2;

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::optional<Problem> MrkParser::parse(std::string_view piece, RecordBuilder& builder) {
  if (!is_utf8(piece)) {
    valid_.clear();
    append_valid_utf8(piece, valid_);
    piece = valid_.view();
    builder.repair(Reason::kInvalidUtf8, "invalid bytes became U+FFFD");
  }
  for (bool first = true; !piece.empty(); first = false) {
    const std::size_t end = std::min(piece.find('\n'), piece.size() - 1) + 1;
    std::string_view line = without_line_end(piece.substr(0, end));
    piece.remove_prefix(end);
    if (!piece.empty() && piece.front() != '=') {
      joined_ = line;
      while (!piece.empty() && piece.front() != '=') {
        const std::size_t next = std::min(piece.find('\n'), piece.size() - 1) + 1;
        const std::string_view more = without_line_end(piece.substr(0, next));
        piece.remove_prefix(next);
        if (more.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        joined_ += ' ';
        joined_ += more;
        builder.repair(Reason::kSyntax, "a line that does not begin with = was joined to the one before");
      }
      line = joined_;
    }
    take_field(line, first, builder);
  }
  return std::nullopt;
}

void MrkParser::take_field(std::string_view line, bool first, RecordBuilder& builder) {
  line.remove_prefix(1);
  const std::string_view tag = line.substr(0, kTagLength);
  line.remove_prefix(tag.size());
  for (std::size_t i = 0; i < kBlanksAfterTag && line.starts_with(' '); ++i) line.remove_prefix(1);
  if (tag == "LDR" || (first && tag == "000")) {
    text_ = line;
    std::ranges::replace(text_, kBlank, ' ');
    builder.leader(text_);
  } else if (tag.starts_with("00")) {
    take_control_data(tag, line, builder);
  } else {
    take_data_field(tag, line, builder);
  }
}

void MrkParser::take_control_data(std::string_view tag, std::string_view data, RecordBuilder& builder) {
  control_ = data;
  std::ranges::replace(control_, kBlank, ' ');
  builder.control_field(tag, decoded(control_));
}

void MrkParser::take_data_field(std::string_view tag, std::string_view content, RecordBuilder& builder) {
  builder.begin_data_field(tag);
  for (std::size_t i = 0; i < kIndicatorCount; ++i) {
    const bool missing = content.empty() || content[0] == '$' || content[0] < 0x20 || content[0] > 0x7E;
    if (missing) {
      builder.repair(Reason::kIndicators, "missing indicators were taken as blanks");
      break;
    }
    builder.indicator(i, content[0] == kBlank ? std::string_view(" ") : content.substr(0, 1));
    content.remove_prefix(1);
  }
  take_subfields(content, builder);
  builder.end_data_field();
}

void MrkParser::take_subfields(std::string_view content, RecordBuilder& builder) {
  const std::size_t first = std::min(content.find('$'), content.size());
  if (first != 0) builder.stray_data(decoded(content.substr(0, first)));
  content.remove_prefix(first);
  while (!content.empty()) {
    content.remove_prefix(1);
    if (content.empty()) {
      builder.repair(Reason::kSubfields, "a subfield delimiter without a code was dropped");
      break;
    }
    const std::string_view code = content.substr(0, utf8_length(content));
    content.remove_prefix(code.size());
    const std::size_t end = std::min(content.find('$'), content.size());
    builder.subfield(code, decoded(content.substr(0, end)));
    content.remove_prefix(end);
  }
}

std::string_view MrkParser::decoded(std::string_view text) {
  if (text.find('{') == std::string_view::npos) return text;
  text_.clear();
  append_without_mnemonics(text, text_);
  return text_;
}

}  // namespace bulkmarc
