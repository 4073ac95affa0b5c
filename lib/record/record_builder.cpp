#include "record/record_builder.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "record/data_field.hpp"
#include "record/field_location.hpp"
#include "record/leader.hpp"
#include "record/utf8_record.hpp"
#include "text/byte_set.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

bool is_terminator(char byte) { return byte == kRecordTerminator || byte == kFieldTerminator; }
bool is_delimiter(char byte) { return is_terminator(byte) || byte == kSubfieldDelimiter; }

/// How many bytes of a field are below 0x20. Blocks of a fixed length are what compilers make vector instructions of,
/// so blanks fill up the last one, behind the field.
std::size_t count_controls(Buffer& field) {
  constexpr std::size_t kBlock = 32;
  std::memset(field.room(kBlock).data(), ' ', kBlock);
  std::size_t count = 0;
  for (std::size_t at = 0; at < field.size(); at += kBlock) {
    std::uint8_t in_block = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      in_block += static_cast<std::uint8_t>(static_cast<unsigned char>(field.data()[at + i]) < 0x20 ? 1 : 0);
    }
    count += in_block;
  }
  return count;
}

/// What passes for white space around a leader: blanks, line breaks, and the marks that editors leave at the ends of
/// texts.
constexpr std::array<std::string_view, 31> kWhiteSpace = {
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001",
    "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A", "\u200B", "\u200C",
    "\u200D", "\u200E", "\u200F", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000", "\uFEFF"};

std::string_view without_white_space_before(std::string_view text) {
  while (true) {
    const auto* const found = std::ranges::find_if(kWhiteSpace, [&](auto white) { return text.starts_with(white); });
    if (found == kWhiteSpace.end()) return text;
    text.remove_prefix(found->size());
  }
}

std::string_view without_white_space_behind(std::string_view text) {
  while (true) {
    const auto* const found = std::ranges::find_if(kWhiteSpace, [&](auto white) { return text.ends_with(white); });
    if (found == kWhiteSpace.end()) return text;
    text.remove_suffix(found->size());
  }
}

/// The first characters of `text`, one byte each: a blank where one is not printable ASCII. One character more than a
/// leader has is enough to tell that it is too long.
std::string first_characters(std::string_view text) {
  std::string characters;
  while (!text.empty() && characters.size() <= kLeaderLength) {
    characters += kPrintable.contains(text.front()) ? text.front() : ' ';
    text.remove_prefix(std::max<std::size_t>(utf8_length(text), 1));
  }
  return characters;
}

bool is_code(std::string_view code) {
  if (code.size() == 1 && kPrintable.contains(code.front())) [[likely]]
    return true;
  return !code.empty() && !is_delimiter(code.front()) && utf8_length(code) == code.size();
}

}  // namespace

void RecordBuilder::begin(Record& record) {
  record.set_leader(kDefaultLeader);
  record.clear();
  record_ = &record;
  repairs_.clear();
  problem_.reset();
  has_leader_ = is_converted_ = in_field_ = false;
}

void RecordBuilder::repair(Reason reason, std::string_view detail) {
  if (is_noted(repairs_, reason)) return;
  note(repairs_, reason, detail, in_field_ ? locate_at(field_.size()) : FieldLocation{});
}

void RecordBuilder::repair_missing_indicators() { repair(Reason::kIndicators, kBlankIndicators); }

void RecordBuilder::repair_at(std::size_t position, Reason reason, std::string_view detail) {
  if (!is_noted(repairs_, reason)) note(repairs_, reason, detail, locate_at(position));
}

void RecordBuilder::repair_last_field(Reason reason, std::string_view detail) {
  if (is_noted(repairs_, reason)) return;
  const RecordView view = record_->view();
  const std::size_t count = view.directory().size();
  note(repairs_, reason, detail, count == 0 ? FieldLocation{} : locate_in_field(view, count - 1, 0));
}

FieldLocation RecordBuilder::location(std::string_view tag) const {
  if (in_field_) return locate_at(field_.size());
  if (tag.empty()) return {};
  std::uint32_t occurrence = 1;
  for (const FieldView field : record_->view().fields()) occurrence += field.tag() == tag ? 1 : 0;
  return {snippet_of(tag, 0), occurrence, {}, 0, {}};
}

FieldLocation RecordBuilder::locate_at(std::size_t position) const {
  std::uint32_t occurrence = 1;
  for (const FieldView field : record_->view().fields()) occurrence += field.tag() == tag_ ? 1 : 0;
  return locate_in_field(FieldView(tag_, field_.view()), occurrence, position);
}

void RecordBuilder::locate_replaced() {
  for (Problem& repair : repairs_) {
    const bool replaced = repair.reason == Reason::kInvalidUtf8 || repair.reason == Reason::kCharacter ||
                          repair.reason == Reason::kInvalidMarc8;
    if (!replaced || !repair.location.tag.empty()) continue;
    const std::size_t at = record_->view().bytes().find(kReplacementCharacter);
    if (at != std::string_view::npos) repair.location = locate(record_->view(), at);
  }
}

void RecordBuilder::leader(std::string_view text) {
  if (has_leader_) [[unlikely]] {
    if (is_noted(repairs_, Reason::kSyntax)) return;
    note(repairs_, Reason::kSyntax, "the record has a second leader; the first one counts",
         {std::string(kLeaderTag), 2, {}, 0, snippet_of(text, 0)});
    return;
  }
  if (text.size() == kLeaderLength && all_in(text, kPrintable)) [[likely]] {
    has_leader_ = true;
    record_->set_leader(text);
    return;
  }
  take_odd_leader(text);
}

void RecordBuilder::take_odd_leader(std::string_view text) {
  const std::string_view begun = without_white_space_before(text);
  const std::string_view stripped = without_white_space_behind(begun);
  if (stripped.empty()) return;
  has_leader_ = true;
  const FieldLocation location{std::string(kLeaderTag), 1, {}, 0, snippet_of(text, 0)};
  std::string leader = first_characters(stripped);
  if (std::string whole = first_characters(text); whole.size() == kLeaderLength) {
    note(repairs_, Reason::kLeader, "characters of the leader that are not printable ASCII became blanks", location);
    leader = std::move(whole);
  } else if (leader.size() == kLeaderLength) {
    note(repairs_, Reason::kLeader, "white space around the leader was taken off", location);
  } else if (leader.size() > kLeaderLength) {
    if (!problem_) problem_ = {Reason::kLeader, "the leader has more than 24 characters", location};
    return;
  } else {
    const std::size_t length = leader.size();
    const bool lacks_begin = leader.ends_with("4500");
    const std::string_view indent = text.substr(0, text.size() - begun.size());
    if (lacks_begin) {
      leader.insert(0, kLeaderLength - length, ' ');
    } else if (length + indent.size() <= kLeaderLength && indent.find_first_not_of(' ') == std::string_view::npos) {
      leader.insert(0, indent);
    }
    leader.resize(kLeaderLength, ' ');
    note(repairs_, Reason::kLeader,
         fmt::format("the leader has {} characters; it was filled up to 24 at the {}", length,
                     lacks_begin ? "left" : "right"),
         location);
  }
  record_->set_leader(leader);
}

void RecordBuilder::control_field(std::string_view tag, std::string_view data) {
  if (std::ranges::any_of(data, is_terminator)) [[unlikely]] {
    tag_ = tag;
    field_.clear();
    field_.append(data);
    delimiters_.clear();
    for (std::size_t at = 0; (at = data.find(kSubfieldDelimiter, at)) != std::string_view::npos; ++at) {
      delimiters_.push_back(at);
    }
    replace_delimiters();
    data = field_.view();
  }
  add(tag, data);
}

void RecordBuilder::begin_data_field(std::string_view tag) {
  tag_ = tag;
  in_field_ = true;
  field_.clear();
  field_.append("  ");
  delimiters_.clear();
}

void RecordBuilder::indicator(std::size_t index, std::string_view value) {
  if (value.size() == 1 && kPrintable.contains(value.front())) {
    field_.data()[index] = value.front();
  } else {
    if (is_noted(repairs_, Reason::kIndicators)) return;
    FieldLocation location = locate_at(index);
    location.snippet = snippet_of(value, 0);
    note(repairs_, Reason::kIndicators, "an indicator that is not one printable ASCII character became a blank",
         std::move(location));
  }
}

void RecordBuilder::subfield(std::string_view code, std::string_view value) {
  const bool odd = !is_code(code);
  if (odd) [[unlikely]]
    code = kCodeOfStrayData;
  const std::size_t begin = field_.size();
  delimiters_.push_back(begin);
  const std::size_t size = begin + 1 + code.size() + value.size();
  char* at = field_.room(size - begin).data();
  *at++ = kSubfieldDelimiter;
  std::memcpy(at, code.data(), code.size());
  if (!value.empty()) std::memcpy(at + code.size(), value.data(), value.size());
  field_.set_size(size);
  if (odd) [[unlikely]]
    repair_at(begin, Reason::kSubfields, "a subfield code that is not one character became ?");
}

void RecordBuilder::stray_data(std::string_view value) {
  const std::size_t begin = field_.size();
  subfield(kCodeOfStrayData, value);
  repair_at(begin, Reason::kSubfields, "data before the first subfield was kept as subfield ?");
}

void RecordBuilder::end_data_field() {
  if (tag_.starts_with("00")) [[unlikely]] {
    repair_at(0, Reason::kSubfields, "a control field has indicators and subfields");
  }
  if (count_controls(field_) != delimiters_.size()) replace_delimiters();
  add(tag_, field_.view());
  in_field_ = false;
}

void RecordBuilder::end_data_field_with_indicators() {
  const bool has_tag = tag_.size() == kTagLength;
  if (has_tag && delimiters_.empty() && FieldView(tag_, field_.view()).is_all_data()) [[unlikely]] {
    delimiters_.push_back(field_.size());
    field_.push_back(kSubfieldDelimiter);
  }
  end_data_field();
}

void RecordBuilder::replace_delimiters() {
  text_.clear();
  auto own = delimiters_.begin();
  for (std::size_t at = 0; at < field_.size(); ++at) {
    const char byte = field_.data()[at];
    if (own != delimiters_.end() && *own == at) {
      text_ += byte;
      ++own;
    } else if (is_delimiter(byte)) {
      text_ += kReplacementCharacter;
      repair_delimiter(at);
    } else {
      text_ += byte;
    }
  }
  field_.clear();
  field_.append(text_);
}

void RecordBuilder::repair_delimiter(std::size_t at) {
  if (is_noted(repairs_, Reason::kDelimiterInData)) return;
  // A 0x1F within data begins no subfield.
  const auto behind = std::ranges::lower_bound(delimiters_, at);
  FieldLocation location = locate_at(behind == delimiters_.begin() ? 0 : *std::prev(behind));
  location.position = at;
  location.snippet = snippet_of(field_.view(), at);
  note(repairs_, Reason::kDelimiterInData, "a delimiter within data became U+FFFD", std::move(location));
}

void RecordBuilder::add(std::string_view tag, std::string_view bytes) {
  if (tag.size() == kTagLength && all_in(tag, kPrintable)) {
    record_->append_field(tag, bytes);
  } else if (!problem_) {
    problem_ = {Reason::kSyntax,
                fmt::format("field {} has a tag that is not three characters of printable ASCII",
                            record_->view().fields().size() + 1),
                {snippet_of(tag, 0), 1, {}, 0, snippet_of(bytes, 0)}};
  }
}

std::optional<Problem> RecordBuilder::end() {
  if (problem_) return problem_;
  const RecordView view = record_->view();
  if (!has_leader_) {
    if (view.directory().empty()) return Problem{Reason::kSyntax, "there is neither a leader nor a field"};
    note(repairs_, Reason::kLeader, "there is no leader; a new record's was taken",
         {std::string(kLeaderTag), 1, {}, 0, {}});
  }
  if (view.leader()[kCodingScheme] != kUtf8Scheme && !is_ascii(view.bytes())) {
    text_ = view.leader();
    text_[kCodingScheme] = kUtf8Scheme;
    if (!is_converted_) {
      note(repairs_, Reason::kMislabelled, "the leader says MARC-8, the text is UTF-8", locate(view, kCodingScheme));
    }
    record_->set_leader(text_);
  }
  if (!repairs_.empty()) [[unlikely]]
    locate_replaced();
  return std::nullopt;
}

}  // namespace bulkmarc
