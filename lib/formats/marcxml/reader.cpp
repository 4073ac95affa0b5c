#include "formats/marcxml/reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "formats/detection.hpp"
#include "formats/marcxml/parser.hpp"
#include "formats/marcxml/xml_markup.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {

namespace xml {
namespace {

/// True for the children of a wrapper that hold what it wraps.
constexpr bool is_payload(std::string_view name) { return name == "metadata" || name == "recordData"; }

/// True for the roots of documents that hold records, or else none.
constexpr bool may_hold_records(std::string_view root) {
  constexpr std::array<std::string_view, 3> kRoots = {"collection", "OAI-PMH", "searchRetrieveResponse"};
  return is_one_of(kRoots, root);
}

/// True for elements that hold other elements and no text.
constexpr bool holds_elements_only(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "collection", "OAI-PMH", "searchRetrieveResponse", "ListRecords", "GetRecord", "records", "record"};
  return is_one_of(kNames, name);
}

/// True for the elements of a MARCXML collection, and of answers of OAI-PMH and SRU that may hold records.
constexpr bool is_of_envelope(std::string_view name) {
  constexpr std::array<std::string_view, 15> kNames = {
      "responseDate", "request",     "error",   "header",           "identifier",
      "datestamp",    "setSpec",     "version", "resumptionToken",  "numberOfRecords",
      "resultSetId",  "resultCount", "hits",    "extraRequestData", "nextRecordPosition"};
  return holds_elements_only(name) || is_of_wrapper(name) || name == "resultSetIdleTime" || is_one_of(kNames, name);
}

/// True for the elements of such answers that may hold any other ones, and no records.
constexpr bool may_hold_anything(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"about", "diagnostics", "echoedSearchRetrieveRequest",
                                                      "extraRecordData", "extraResponseData"};
  return is_one_of(kNames, name);
}

}  // namespace
}  // namespace xml

void MarcXmlEnvelope::meet(std::string_view name) {
  const std::string_view local_name = xml::local_name(name);
  if (root_.empty()) root_ = local_name;
  if (!stranger_.empty() || xml::is_of_envelope(local_name) || xml::may_hold_anything(local_name)) return;
  const bool may_be_anything = std::ranges::any_of(
      opened_, [](const Opened& opened) { return xml::may_hold_anything(xml::local_name(opened.name)); });
  if (!may_be_anything) stranger_ = name;
}

void MarcXmlEnvelope::close(std::string_view name) {
  const auto opened = std::find_if(opened_.rbegin(), opened_.rend(),
                                   [name](const Opened& candidate) { return candidate.name == name; });
  if (opened != opened_.rend()) opened_.erase(std::prev(opened.base()), opened_.end());
}

bool MarcXmlEnvelope::excludes_text() const {
  return opened_.empty() || opened_.back().holds_records ||
         xml::holds_elements_only(xml::local_name(opened_.back().name));
}

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

/// True where the tag of a leader or field begins in `text`, be it escaped or not.
bool holds_field_tags(std::string_view text) {
  constexpr std::array<std::string_view, 3> kNames = {"leader", "controlfield", "datafield"};
  return std::ranges::any_of(kNames, [text](std::string_view name) {
    for (std::size_t at = 0; (at = text.find(name, at)) != xml::kNowhere; at += name.size()) {
      if (is_in_start_tag(text, at)) return true;
    }
    return false;
  });
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

namespace {

using xml::kRecord;

/// The longest piece. What is longer is given up.
constexpr std::size_t kLongestRecordElement = std::size_t{16} << 20;

TextPiece between(std::size_t length) { return {TextPiece::Kind::kBetween, length}; }
TextPiece record(std::size_t length) { return {TextPiece::Kind::kRecord, length}; }
TextPiece stray(std::size_t length) { return {TextPiece::Kind::kStray, length}; }
constexpr ByteSet kTerminators("\x1D-\x1E");

/// A `<` that begins no markup.
constexpr TextPiece kStrayBracket = {TextPiece::Kind::kStray, 1};

/// The first "record" from `from` on. Two of its letters are looked for in a block at once, which the compiler does
/// with vectors; text seldom has both.
std::size_t find_record(std::string_view text, std::size_t from) {
  constexpr std::size_t kBlock = 64;
  std::size_t at = from;
  for (; at + kBlock + kRecord.size() <= text.size(); at += kBlock) {
    const char* const block = text.data() + at;
    unsigned char found = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      found |=
          static_cast<unsigned char>(static_cast<int>(block[i + 2] == 'c') & static_cast<int>(block[i + 5] == 'd'));
    }
    if (found == 0) continue;
    const std::size_t word = text.substr(at, kBlock + kRecord.size() - 1).find(kRecord);
    if (word != xml::kNowhere) return at + word;
  }
  return text.find(kRecord, at);
}

/// True where a document begins, or a record, so that text before it ends there. `text` begins with a `<`.
bool begins_document(std::string_view text) {
  if (text.starts_with("<?xml")) return true;
  const std::string_view name = xml::local_name(xml::name_at(text, 1));
  return name == kRecord || xml::may_hold_records(name);
}

}  // namespace

bool MarcXmlFormat::recognizes(std::string_view first_bytes) const {
  const std::size_t first = first_bytes.find_first_not_of(xml::kWhiteSpace);
  return first != xml::kNowhere && first_bytes[first] == '<';
}

std::unique_ptr<TextParser> MarcXmlFormat::make_parser() const { return std::make_unique<MarcXmlParser>(); }

TextPiece MarcXmlFormat::split(std::string_view bytes, bool ended) {
  // Nothing may depend on how much was read ahead.
  bytes_ = bytes.substr(0, kLongestRecordElement);
  ended_ = ended && bytes_.size() == bytes.size();
  const TextPiece piece = split_markup();
  if (piece.kind != TextPiece::Kind::kMore) searched_ = 0;
  cut_off_ = piece.kind == TextPiece::Kind::kMore;
  return piece;
}

std::optional<Problem> MarcXmlFormat::finish() {
  const std::string& root = envelope_.root();
  const std::string& stranger = envelope_.stranger();
  const bool is_known = xml::may_hold_records(root) ? stranger.empty() : cut_off_;
  if (!any_record_ && !is_known) {
    const std::string what = root.empty() ? "no element" : fmt::format("the root <{}>", root);
    const std::string with = stranger.empty() || stranger == root ? "" : fmt::format(" and <{}> in it", stranger);
    throw Error(ErrorCode::kNotMarc, path_, fmt::format("holds no MARC 21 records; it is XML with {}{}", what, with));
  }
  if (cut_off_) return std::nullopt;
  if (!opaque_until_.empty())
    return Problem{Reason::kTruncated, fmt::format("the input ends before {}", opaque_until_)};
  if (envelope_.depth() != 0)
    return Problem{Reason::kTruncated, fmt::format("the input ends before </{}>", envelope_.innermost())};
  return std::nullopt;
}

TextPiece MarcXmlFormat::split_markup() {
  if (is_other_format_) return pass_other_format();
  if (!opaque_until_.empty()) return pass_rest_of_opaque();
  if (bytes_.front() != '<') return pass_text();
  in_line_ = false;
  if (bytes_.size() < xml::kLongestBegin && !ended_) return more();
  if (const xml::Opaque* const opaque = xml::opaque_at(bytes_)) {
    opaque_until_ = opaque->end;
    return between(opaque->begin.size());
  }
  if (bytes_.starts_with("<!DOCTYPE")) return pass_doctype();
  if (bytes_.starts_with("</")) return pass_end_tag();
  return pass_start_tag();
}

TextPiece MarcXmlFormat::pass_text() {
  if (!envelope_.excludes_text()) return between(std::min(bytes_.find('<'), bytes_.size()));
  in_line_ = in_line_ && bytes_.front() != '\n';
  if (!in_line_) {
    const std::size_t white = std::min(bytes_.find_first_not_of(xml::kWhiteSpace), bytes_.size());
    if (white != 0) return between(white);
  }
  if (!in_line_ || kTerminators.contains(bytes_.front())) {
    if (bytes_.size() < kBytesOfOtherFormat && !ended_) return more();
    is_other_format_ = !format_beside_xml(bytes_).empty();
    if (is_other_format_) return pass_other_format();
  }
  // Wherever it may go on with something else, it is looked at again.
  const std::size_t end = bytes_.find_first_of("<\n\x1D\x1E\xEF", 1);
  in_line_ = end == xml::kNowhere;
  return stray(std::min(end, bytes_.size()));
}

TextPiece MarcXmlFormat::pass_other_format() {
  for (std::size_t at = searched_; (at = bytes_.find('<', at)) != xml::kNowhere; ++at) {
    if (bytes_.size() - at <= xml::kLongestName && !ended_ && bytes_.size() < kLongestRecordElement) {
      searched_ = at;
      return more();
    }
    if (!begins_document(bytes_.substr(at))) continue;
    is_other_format_ = in_line_ = false;
    if (at == 0) return split_markup();
    return record(at);
  }
  searched_ = bytes_.size();
  if (!ended_ && bytes_.size() < kLongestRecordElement) return more();
  return record(bytes_.size());
}

TextPiece MarcXmlFormat::pass_rest_of_opaque() {
  const std::size_t end = bytes_.find(opaque_until_);
  if (end != xml::kNowhere) return between(end + std::exchange(opaque_until_, {}).size());
  // However long it is, no more of it is kept than what may be the beginning of its end.
  const std::size_t kept = opaque_until_.size() - 1;
  if (bytes_.size() > kept) return between(bytes_.size() - kept);
  return ended_ ? between(bytes_.size()) : more();
}

TextPiece MarcXmlFormat::pass_doctype() {
  const std::size_t end = bytes_.find_first_of("[>");
  if (end == xml::kNowhere) return more();
  if (bytes_[end] == '>') return between(end + 1);
  throw Error(ErrorCode::kInputRefused, path_, "has a DOCTYPE with declarations of its own, which may do harm");
}

TextPiece MarcXmlFormat::pass_end_tag() {
  const std::size_t length = xml::length_of_tag(bytes_);
  if (length == xml::kNowhere) return more();
  if (length == 0) return kStrayBracket;
  envelope_.close(xml::name_at(bytes_, 2));
  return between(length);
}

TextPiece MarcXmlFormat::pass_start_tag() {
  const std::size_t length = xml::length_of_tag(bytes_);
  if (length == xml::kNowhere) return more();
  const std::string_view name = xml::name_at(bytes_, 1);
  if (length == 0 || name.empty()) return kStrayBracket;
  const std::string_view local_name = xml::local_name(name);
  const bool is_closed = bytes_[length - 2] == '/';
  if (local_name == kRecord && !is_closed) return enter_record(name, length);
  if (local_name == kRecord || xml::is_field(local_name)) {
    any_record_ = true;
    envelope_.meet_record();
    return local_name == kRecord ? record(length) : piece_of(find_end(1, std::nullopt));
  }
  envelope_.meet(name);
  return is_closed ? between(length) : open(name, length);
}

TextPiece MarcXmlFormat::open(std::string_view name, std::size_t tag_length) {
  if (envelope_.depth() == MarcXmlEnvelope::kDeepest) {
    throw Error(ErrorCode::kInputRefused, path_,
                fmt::format("has elements that are nested more than {} deep", MarcXmlEnvelope::kDeepest));
  }
  envelope_.open(name);
  return between(tag_length);
}

TextPiece MarcXmlFormat::enter_record(std::string_view name, std::size_t tag_length) {
  const std::size_t at = find_first_child(tag_length);
  if (at == xml::kNowhere) return more();
  const bool is_end = bytes_.substr(at).starts_with("</");
  const std::string_view child = xml::local_name(xml::name_at(bytes_, at + 1));
  if (child.empty() && !is_end && !ended_ && bytes_.size() - at <= xml::kLongestName) return more();
  const End end = find_end(at, name.substr(0, xml::prefix_length(name)));
  if (end.kind == End::Kind::kMore) return piece_of(end);
  if (xml::is_of_wrapper(child)) return enter_wrapper(name, tag_length, end);
  if (envelope_.root().empty()) envelope_.meet(name);
  envelope_.meet_record();
  any_record_ = any_record_ || is_end || xml::is_field(child) || holds_field_tags(bytes_.substr(0, end.length));
  return piece_of(end);
}

TextPiece MarcXmlFormat::enter_wrapper(std::string_view name, std::size_t tag_length, const End& end) {
  envelope_.meet(name);
  if (end.kind != End::Kind::kEndTag) return open(name, tag_length);
  const std::string_view wrapper = bytes_.substr(0, end.length);
  const MarcXmlPayload payload = payload_of(wrapper);
  if (payload.empty()) return between(end.length);
  envelope_.meet_record();
  if (payload.element.empty() && holds_field_tags(payload.text)) {
    any_record_ = true;
  } else {
    envelope_.meet_stranger(payload.element.empty() ? name : payload.element);
  }
  return piece_of(end);
}

std::size_t MarcXmlFormat::find_first_child(std::size_t tag_length) {
  std::size_t at = tag_length;
  while (true) {
    at = bytes_.find_first_not_of(xml::kWhiteSpace, at);
    if (at == xml::kNowhere) return ended_ ? bytes_.size() : at;
    if (bytes_[at] != '<') return at;
    if (bytes_.size() - at < xml::kLongestBegin && !ended_) return xml::kNowhere;
    const xml::Opaque* const opaque = xml::opaque_at(bytes_.substr(at));
    if (opaque == nullptr) return at;
    const std::size_t end = end_of(*opaque, at);
    if (end == xml::kNowhere) return ended_ ? at : end;
    at = end;
  }
}

std::size_t MarcXmlFormat::end_of(const xml::Opaque& opaque, std::size_t at) {
  bool& is_endless = is_endless_[static_cast<std::size_t>(&opaque - xml::kOpaque.data())];
  const std::size_t end = is_endless ? xml::kNowhere : xml::end_of(opaque, bytes_, at);
  is_endless = is_endless || (end == xml::kNowhere && ended_);
  return end;
}

MarcXmlFormat::End MarcXmlFormat::find_end(std::size_t from, std::optional<std::string_view> prefix) {
  std::size_t at = std::max(from, searched_);
  std::size_t word = 0;
  xml::OpaqueFinder opaques(bytes_);
  while (true) {
    if (word < at) word = find_record(bytes_, at);
    const std::size_t opaque = opaques.find(at, std::min(word, bytes_.size()));
    if (opaque != xml::kNowhere) {
      at = pass_opaque(opaque);
      if (at == xml::kNowhere) return more(opaque);
      continue;
    }
    if (word == xml::kNowhere) return more(std::max(at, bytes_.size() - std::min(bytes_.size(), kRecord.size())));
    if (const auto end = end_at_word(word, prefix)) return *end;
    at = word + kRecord.size();
  }
}

std::size_t MarcXmlFormat::pass_opaque(std::size_t at) {
  if (bytes_.size() - at < xml::kLongestBegin && !ended_) return xml::kNowhere;
  const xml::Opaque* const opaque = xml::opaque_at(bytes_.substr(at));
  if (opaque == nullptr) return at + 2;
  const std::size_t end = end_of(*opaque, at);
  return end == xml::kNowhere && ended_ ? at + 2 : end;
}

std::optional<MarcXmlFormat::End> MarcXmlFormat::end_at_word(std::size_t word, std::optional<std::string_view> prefix) {
  const std::size_t after = word + kRecord.size();
  if (after == bytes_.size()) return more(word);
  std::size_t name = word;
  if (bytes_[word - 1] == ':') {
    const std::size_t first = word - std::min(word, xml::kLongestName);
    name = first + bytes_.substr(first, word - first).find_last_of(" \t\r\n\"'<>/") + 1;
  }
  const bool is_end_tag = name >= 2 && bytes_.substr(name - 2, 2) == "</";
  if (!is_end_tag && (name == 0 || bytes_[name - 1] != '<')) return std::nullopt;
  if (!is_end_tag) {
    const bool is_start_tag = std::string_view(" \t\r\n/>").find(bytes_[after]) != xml::kNowhere;
    if (!is_start_tag) return std::nullopt;
    return End{End::Kind::kOtherTag, name - 1};
  }
  const std::size_t end = bytes_.find_first_not_of(xml::kWhiteSpace, after);
  if (end == xml::kNowhere) return more(word);
  if (bytes_[end] != '>') return std::nullopt;
  if (!prefix || bytes_.substr(name, word - name) == *prefix) return End{End::Kind::kEndTag, end + 1};
  return End{End::Kind::kOtherTag, name - 2};
}

MarcXmlFormat::End MarcXmlFormat::more(std::size_t searched) {
  if (bytes_.size() == kLongestRecordElement) return {End::Kind::kTooLong, bytes_.size()};
  searched_ = searched;
  return {End::Kind::kMore, 0};
}

TextPiece MarcXmlFormat::piece_of(const End& end) const {
  return end.kind == End::Kind::kMore ? TextPiece{TextPiece::Kind::kMore, 0} : record(end.length);
}

TextPiece MarcXmlFormat::more() const {
  if (bytes_.size() == kLongestRecordElement) return record(bytes_.size());
  return {TextPiece::Kind::kMore, 0};
}

}  // namespace bulkmarc
