#include "readers/marcxml_format.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "readers/marcxml_parser.hpp"
#include "readers/xml_markup.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kRecord = "record";

// What a document can make us keep.
constexpr std::size_t kLongestRecord = std::size_t{16} << 20;
constexpr std::size_t kLongestName = 256;
constexpr std::size_t kDeepest = 100;

bool is_field(std::string_view local_name) {
  return local_name == "leader" || local_name == "controlfield" || local_name == "datafield" ||
         local_name == "subfield";
}

/// True for what stands in a `record` of OAI-PMH or SRU, which wraps one of MARCXML.
bool is_of_wrapper(std::string_view local_name) {
  constexpr std::array<std::string_view, 9> kNames = {"header",         "metadata",         "about",
                                                      "recordSchema",   "recordData",       "recordPacking",
                                                      "recordPosition", "recordIdentifier", "recordXMLEscaping"};
  return std::ranges::find(kNames, local_name) != kNames.end();
}

/// True for the roots of documents that hold records, or else none.
bool may_hold_records(std::string_view root) {
  constexpr std::array<std::string_view, 3> kRoots = {"collection", "OAI-PMH", "searchRetrieveResponse"};
  return std::ranges::find(kRoots, root) != kRoots.end();
}

Piece between(std::size_t length) { return {Piece::Kind::kBetween, length}; }
Piece record(std::size_t length) { return {Piece::Kind::kRecord, length}; }
/// A `<` that begins no markup.
constexpr Piece kStrayBracket = {Piece::Kind::kStray, 1};

/// Where the tag at the beginning of `text` ends, or npos where it does not end within it, or 0 where it is none.
std::size_t length_of_tag(std::string_view text) {
  char quote = '\0';
  for (std::size_t at = 1; (at = text.find_first_of(quote == '\0'  ? "\"'<>"
                                                    : quote == '"' ? "\"<"
                                                                   : "'<",
                                                    at)) != xml::kNowhere;
       ++at) {
    if (text[at] == '<') return 0;
    if (text[at] == '>') return at + 1;
    quote = quote == '\0' ? text[at] : '\0';
  }
  return xml::kNowhere;
}

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

}  // namespace

bool MarcXmlFormat::recognizes(std::string_view first_bytes) const {
  const std::size_t first = first_bytes.find_first_not_of(xml::kWhiteSpace);
  return first != xml::kNowhere && first_bytes[first] == '<';
}

std::unique_ptr<TextParser> MarcXmlFormat::make_parser() const { return std::make_unique<MarcXmlParser>(); }

Piece MarcXmlFormat::split(std::string_view bytes, bool ended) {
  bytes_ = bytes;
  ended_ = ended;
  const Piece piece = split_markup();
  if (piece.kind != Piece::Kind::kMore) searched_ = 0;
  cut_off_ = piece.kind == Piece::Kind::kMore;
  return piece;
}

std::optional<Problem> MarcXmlFormat::finish() {
  if (!any_record_ && !cut_off_ && !may_hold_records(root_)) {
    const std::string what = root_.empty() ? "no element" : fmt::format("the root <{}>", root_);
    throw Error(ErrorCode::kNotMarc, path_, fmt::format("holds no MARC 21 records; it is XML with {}", what));
  }
  if (cut_off_) return std::nullopt;
  if (!opaque_until_.empty())
    return Problem{Reason::kTruncated, fmt::format("the input ends before {}", opaque_until_)};
  if (!opened_.empty()) return Problem{Reason::kTruncated, fmt::format("the input ends before </{}>", opened_.back())};
  return std::nullopt;
}

Piece MarcXmlFormat::split_markup() {
  if (!opaque_until_.empty()) return pass_rest_of_opaque();
  if (bytes_.front() != '<') return between(std::min(bytes_.find('<'), bytes_.size()));
  if (bytes_.size() < xml::kLongestBegin && !ended_) return more(0);
  if (const xml::Opaque* const opaque = xml::opaque_at(bytes_)) {
    opaque_until_ = opaque->end;
    return between(opaque->begin.size());
  }
  if (bytes_.starts_with("<!DOCTYPE")) return pass_doctype();
  if (bytes_.starts_with("</")) return pass_end_tag();
  return pass_start_tag();
}

Piece MarcXmlFormat::pass_rest_of_opaque() {
  const std::size_t end = bytes_.find(opaque_until_);
  if (end != xml::kNowhere) return between(end + std::exchange(opaque_until_, {}).size());
  // However long it is, no more of it is kept than what may be the beginning of its end.
  const std::size_t kept = opaque_until_.size() - 1;
  if (bytes_.size() > kept) return between(bytes_.size() - kept);
  return ended_ ? between(bytes_.size()) : more(0);
}

Piece MarcXmlFormat::pass_doctype() {
  const std::size_t end = bytes_.find_first_of("[>");
  if (end == xml::kNowhere) return more(0);
  if (bytes_[end] == '>') return between(end + 1);
  throw Error(ErrorCode::kInputRefused, path_, "has a DOCTYPE with declarations of its own, which may do harm");
}

Piece MarcXmlFormat::pass_end_tag() {
  const std::size_t length = length_of_tag(bytes_);
  if (length == xml::kNowhere) return more(0);
  if (length == 0) return kStrayBracket;
  const auto opened = std::ranges::find(opened_.rbegin(), opened_.rend(), xml::name_at(bytes_, 2));
  if (opened != opened_.rend()) opened_.erase(std::prev(opened.base()), opened_.end());
  return between(length);
}

Piece MarcXmlFormat::pass_start_tag() {
  const std::size_t length = length_of_tag(bytes_);
  if (length == xml::kNowhere) return more(0);
  const std::string_view name = xml::name_at(bytes_, 1);
  if (length == 0 || name.empty() || name.size() > kLongestName) return kStrayBracket;
  const std::string_view local_name = xml::local_name(name);
  if (root_.empty()) root_ = local_name;
  const bool is_closed = bytes_[length - 2] == '/';
  if (local_name == kRecord && !is_closed) return enter_record(name, length);
  any_record_ |= is_field(local_name) || local_name == kRecord;
  if (is_field(local_name)) return find_end(1, std::nullopt);
  if (local_name == kRecord) return record(length);
  return is_closed ? between(length) : open(name, length);
}

Piece MarcXmlFormat::open(std::string_view name, std::size_t tag_length) {
  if (opened_.size() == kDeepest) {
    throw Error(ErrorCode::kInputRefused, path_,
                fmt::format("has elements that are nested more than {} deep", kDeepest));
  }
  opened_.emplace_back(name);
  return between(tag_length);
}

Piece MarcXmlFormat::enter_record(std::string_view name, std::size_t tag_length) {
  std::size_t at = tag_length;
  while (true) {
    at = bytes_.find_first_not_of(xml::kWhiteSpace, at);
    if (at == xml::kNowhere) return more(0);
    if (bytes_[at] != '<') break;
    if (bytes_.size() - at < xml::kLongestBegin && !ended_) return more(0);
    const xml::Opaque* const opaque = xml::opaque_at(bytes_.substr(at));
    if (opaque == nullptr) break;
    at = xml::end_of(*opaque, bytes_, at);
    if (at == xml::kNowhere) return more(0);
  }
  const bool is_end = bytes_.substr(at).starts_with("</");
  const std::string_view child = xml::local_name(xml::name_at(bytes_, at + 1));
  if (child.empty() && !is_end && !ended_ && bytes_.size() - at <= kLongestName) return more(0);
  if (is_of_wrapper(child)) return open(name, tag_length);
  any_record_ |= is_end || is_field(child);
  return find_end(at, name.substr(0, xml::prefix_length(name)));
}

Piece MarcXmlFormat::find_end(std::size_t from, std::optional<std::string_view> prefix) {
  std::size_t at = std::max(from, searched_);
  while (true) {
    const std::size_t word = find_record(bytes_, at);
    const std::size_t opaque = xml::find_opaque(bytes_, at, std::min(word, bytes_.size()));
    if (opaque != xml::kNowhere) {
      at = pass_opaque(opaque);
      if (at == xml::kNowhere) return more(opaque);
      continue;
    }
    if (word == xml::kNowhere) return more(std::max(at, bytes_.size() - std::min(bytes_.size(), kRecord.size())));
    if (const auto piece = end_at_word(word, prefix)) return *piece;
    at = word + kRecord.size();
  }
}

std::size_t MarcXmlFormat::pass_opaque(std::size_t at) const {
  if (bytes_.size() - at < xml::kLongestBegin && !ended_) return xml::kNowhere;
  const xml::Opaque* const opaque = xml::opaque_at(bytes_.substr(at));
  const std::size_t end = opaque == nullptr ? at + 2 : xml::end_of(*opaque, bytes_, at);
  return end == xml::kNowhere && ended_ ? at + 2 : end;
}

std::optional<Piece> MarcXmlFormat::end_at_word(std::size_t word, std::optional<std::string_view> prefix) {
  const std::size_t after = word + kRecord.size();
  if (after == bytes_.size()) return more(word);
  std::size_t name = word;
  if (bytes_[word - 1] == ':') {
    const std::size_t first = word - std::min(word, kLongestName);
    name = first + bytes_.substr(first, word - first).find_last_of(" \t\r\n\"'<>/") + 1;
  }
  const bool is_end_tag = name >= 2 && bytes_.substr(name - 2, 2) == "</";
  if (!is_end_tag && (name == 0 || bytes_[name - 1] != '<')) return std::nullopt;
  if (!is_end_tag) {
    const bool is_start_tag = std::string_view(" \t\r\n/>").find(bytes_[after]) != xml::kNowhere;
    return is_start_tag ? std::optional(record(name - 1)) : std::nullopt;
  }
  const std::size_t end = bytes_.find_first_not_of(xml::kWhiteSpace, after);
  if (end == xml::kNowhere) return more(word);
  if (bytes_[end] != '>') return std::nullopt;
  return record(!prefix || bytes_.substr(name, word - name) == *prefix ? end + 1 : name - 2);
}

Piece MarcXmlFormat::more(std::size_t searched) {
  if (bytes_.size() >= kLongestRecord) return record(bytes_.size());
  searched_ = searched;
  return {Piece::Kind::kMore, 0};
}

}  // namespace bulkmarc
