#include "record/record_builder.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "record/utf8_record.hpp"
#include "text/byte_set.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kPrintable(" -~");

bool is_terminator(char byte) { return byte == kRecordTerminator || byte == kFieldTerminator; }
bool is_delimiter(char byte) { return is_terminator(byte) || byte == kSubfieldDelimiter; }

constexpr std::uint64_t kEach = 0x0101010101010101;

std::size_t count_controls(std::uint64_t eight) {
  const std::uint64_t others = eight | ((eight & (0x7F * kEach)) + 0x60 * kEach);  // Bit 7 says: not below 0x20.
  return (~others >> 7 & kEach) * kEach >> 56;
}

/// How many bytes are below 0x20, counted eight at a time.
std::size_t count_controls(std::string_view text) {
  std::size_t count = 0;
  std::uint64_t eight;
  for (; text.size() >= sizeof eight; text.remove_prefix(sizeof eight)) {
    std::memcpy(&eight, text.data(), sizeof eight);
    count += count_controls(eight);
  }
  eight = 0x20 * kEach;
  for (const char byte : text) eight = eight << 8 | static_cast<unsigned char>(byte);
  return count + count_controls(eight);
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
  has_leader_ = false;
}

void RecordBuilder::leader(std::string_view text) {
  has_leader_ = true;
  if (text.size() == kLeaderLength && all_in(text, kPrintable)) {
    record_->set_leader(text);
    return;
  }
  text_ = text.substr(0, kLeaderLength);
  text_.resize(kLeaderLength, ' ');
  std::ranges::replace_if(
      text_, [](char byte) { return !kPrintable.contains(byte); }, ' ');
  record_->set_leader(text_);
  repair(Reason::kLeader, text.size() == kLeaderLength
                              ? "bytes of the leader became blanks"
                              : fmt::format("the leader has {} bytes; it was cut or filled up to 24", text.size()));
}

void RecordBuilder::control_field(std::string_view tag, std::string_view data) {
  if (std::ranges::any_of(data, is_terminator)) [[unlikely]] {
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
  field_.clear();
  field_.append("  ");
  delimiters_.clear();
}

void RecordBuilder::indicator(std::size_t index, std::string_view value) {
  if (value.size() == 1 && kPrintable.contains(value.front())) {
    field_.data()[index] = value.front();
  } else {
    repair(Reason::kIndicators, "an indicator that is not one printable ASCII character became a blank");
  }
}

void RecordBuilder::subfield(std::string_view code, std::string_view value) {
  if (!is_code(code)) [[unlikely]] {
    repair(Reason::kSubfields, "a subfield code that is not one character became ?");
    code = kCodeOfStrayData;
  }
  delimiters_.push_back(field_.size());
  const std::size_t size = field_.size() + 1 + code.size() + value.size();
  char* at = field_.room(size - field_.size()).data();
  *at++ = kSubfieldDelimiter;
  std::memcpy(at, code.data(), code.size());
  if (!value.empty()) std::memcpy(at + code.size(), value.data(), value.size());
  field_.set_size(size);
}

void RecordBuilder::stray_data(std::string_view value) {
  repair(Reason::kSubfields, "data before the first subfield was kept as subfield ?");
  subfield(kCodeOfStrayData, value);
}

void RecordBuilder::end_data_field() {
  if (tag_.starts_with("00")) [[unlikely]] {
    repair(Reason::kSubfields, "a control field has indicators and subfields");
  }
  if (count_controls(field_.view()) != delimiters_.size()) replace_delimiters();
  add(tag_, field_.view());
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
      repair(Reason::kDelimiterInData, "a delimiter within data became U+FFFD");
    } else {
      text_ += byte;
    }
  }
  field_.clear();
  field_.append(text_);
}

void RecordBuilder::add(std::string_view tag, std::string_view bytes) {
  if (tag.size() == kTagLength && all_in(tag, kPrintable)) {
    record_->add_field(tag, bytes);
  } else if (!problem_) {
    problem_ = {Reason::kSyntax, fmt::format("field {} has a tag that is not three characters of printable ASCII",
                                             record_->view().fields().size() + 1)};
  }
}

std::optional<Problem> RecordBuilder::end() {
  if (problem_) return problem_;
  const RecordView view = record_->view();
  if (!has_leader_) {
    if (view.directory().empty()) return Problem{Reason::kSyntax, "there is neither a leader nor a field"};
    repair(Reason::kLeader, "there is no leader; a new record's was taken");
  }
  if (view.leader()[kCodingScheme] != kUtf8Scheme && !is_ascii(view.bytes())) {
    text_ = view.leader();
    text_[kCodingScheme] = kUtf8Scheme;
    record_->set_leader(text_);
    repair(Reason::kMislabelled, "the leader says MARC-8, the text is UTF-8");
  }
  return std::nullopt;
}

}  // namespace bulkmarc
