#include "formats/marcxml/parser.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "formats/detection.hpp"
#include "formats/marcxml/reader.hpp"
#include "formats/marcxml/xml_markup.hpp"
#include "record/field_location.hpp"
#include "text/byte_set.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

/// What ends a stretch of text, among the control characters that are marked too.
constexpr SpecialBytes kSpecial = {{'<', '&', '>', '>'}};

constexpr ByteSet kXmlNameBytes("A-Za-z0-9_:.\x80-\xFF-");
/// What is the same in an attribute as in its value.
constexpr ByteSet kPlainInAttribute(" !#-%'-;=->?-\xFF\"");

constexpr ByteSet kNotFirstInName("0-9.-");

/// The tag of a field that has none.
constexpr std::string_view kTagOfNone = "???";

constexpr std::size_t kDeepestOdd = 100;
constexpr std::size_t kMostAttributes = 256;

/// What a longer piece needed is given back after it.
constexpr std::size_t kUsualPiece = std::size_t{1} << 20;

/// True for the value of an attribute that no writer had to escape.
bool is_usual(std::string_view value) {
  return std::ranges::all_of(value, [](char byte) { return kPlainInAttribute.contains(byte) && byte != '"'; });
}

template <std::size_t N>
bool begins_with(const char* bytes, const char (&literal)[N]) {
  return std::memcmp(bytes, literal, N - 1) == 0;
}

/// A name, or as much of it as a message can hold.
std::string shortened(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  if (name.size() <= kLongest) return std::string(name);
  std::size_t length = kLongest;
  while (length != 0 && (name[length] & 0xC0) == 0x80) --length;
  return fmt::format("{}...", name.substr(0, length));
}

/// Why text that is not XML stands in the place of a record.
std::string what_begins(std::string_view text) {
  const std::string_view format = format_beside_xml(text);
  return format.empty() ? "text in another format goes on here" : fmt::format("another format begins here: {}", format);
}

}  // namespace

std::optional<Problem> MarcXmlParser::parse(std::string_view piece, RecordBuilder& builder) {
  if (!piece.starts_with('<')) return Problem{Reason::kSyntax, what_begins(piece)};
  xml_ = piece;
  if (!is_utf8(piece)) [[unlikely]] {
    valid_.clear();
    append_valid_utf8(piece, valid_);
    xml_ = valid_.view();
    builder.repair(Reason::kInvalidUtf8, "invalid bytes became U+FFFD");
  }
  specials_.mark(xml_, 0, kSpecial);
  at_ = 0;
  has_fields_ = is_wrapped_ = false;
  control_tag_ = {};
  std::optional<Problem> problem;
  if (!read_piece(builder)) {
    FieldLocation location = builder.location(control_tag_);
    location.snippet = snippet_of(xml_, std::min(at_, xml_.size()));
    problem = {Reason::kSyntax, fmt::format("byte {} of the record: {}", at_, failure_), std::move(location)};
  }
  if (piece.size() > kUsualPiece) [[unlikely]]
    release_memory();
  return problem;
}

void MarcXmlParser::release_memory() {
  text_ = odd_text_ = wrapped_ = std::string();
  odd_elements_ = names_ = std::vector<std::string_view>();
  valid_ = Buffer();
}

bool MarcXmlParser::read_piece(RecordBuilder& builder) {
  if (!read_record(builder)) return false;
  return at_ == xml_.size() || fail("text follows the record");
}

bool MarcXmlParser::read_record(RecordBuilder& builder) {
  Tag record;
  if (!read_start_tag(record)) return false;
  if (xml::local_name(record.name) != xml::kRecord) return fail("a field stands outside of a record");
  if (record.is_empty) return true;
  const bool is_wrapped = is_wrapped_;
  while (true) {
    std::string_view text;
    if (!read_text(text)) return false;
    if (!xml::is_blank(text)) return fail("text stands between the fields");
    if (at("</")) break;
    if (!read_field(builder)) return false;
    if (is_wrapped_ != is_wrapped) [[unlikely]]
      return true;  // The record stood in it, and the rest of the wrapper says nothing.
  }
  return read_end_tag(record.name);
}

bool MarcXmlParser::read_field(RecordBuilder& builder) {
  Tag field;
  if (!read_start_tag(field)) return false;
  const std::string_view name = xml::local_name(field.name);
  if (name == "datafield") return read_data_field(field, builder);
  if (name == "controlfield") return read_control_field(field, builder);
  if (name != "leader") return read_odd_element(field, builder);
  has_fields_ = true;
  std::string_view text;
  if (!read_element_text(field, text)) return false;
  builder.leader(text);
  return true;
}

bool MarcXmlParser::read_data_field(const Tag& field, RecordBuilder& builder) {
  has_fields_ = true;
  builder.begin_data_field(mended_tag());
  if (!tag_repair_.empty()) [[unlikely]]
    builder.repair(Reason::kSyntax, tag_repair_);
  builder.indicator(0, attributes_.ind1);
  builder.indicator(1, attributes_.ind2);
  if (!read_subfields(field, builder)) return false;
  builder.end_data_field_with_indicators();
  return true;
}

bool MarcXmlParser::read_control_field(const Tag& field, RecordBuilder& builder) {
  has_fields_ = true;
  control_tag_ = mended_tag();
  std::string_view text;
  if (!read_element_text(field, text)) return false;
  const std::string_view tag = std::exchange(control_tag_, {});
  if (tag.starts_with("00")) [[likely]] {
    builder.control_field(tag, text);
  } else {
    builder.begin_data_field(tag);
    builder.stray_data(text);
    builder.end_data_field();
  }
  if (!tag_repair_.empty()) [[unlikely]]
    builder.repair_last_field(Reason::kSyntax, tag_repair_);
  return true;
}

std::string_view MarcXmlParser::mended_tag() {
  tag_repair_ = {};
  const std::string_view tag = attributes_.tag;
  const bool is_borrowed = tag.data() != values_.front().data();
  // A tag of three characters may hold blanks.
  const bool is_whole = tag.size() == kTagLength && tag.front() >= ' ' && tag.back() >= ' ';
  if (is_whole && is_borrowed) [[likely]]
    return tag;
  tag_ = is_whole ? tag : xml::trimmed(tag);
  if (tag_.empty()) {
    tag_ = kTagOfNone;
    tag_repair_ = "a field without a tag got the tag ???";
  } else if (tag_.size() < kTagLength && all_in(tag_, kDigits)) {
    tag_.insert(0, kTagLength - tag_.size(), '0');
    tag_repair_ = "zeros that the tag lacks were put before it";
  } else if (tag_.size() != tag.size()) {
    tag_repair_ = "white space around a tag was taken off";
  }
  return tag_;
}

bool MarcXmlParser::read_odd_element(const Tag& element, RecordBuilder& builder) {
  const std::string_view name = xml::local_name(element.name);
  if (has_fields_ || xml::is_field(name)) {
    return fail(fmt::format("<{}> is not an element of a record", shortened(element.name)));
  }
  if (xml::is_of_wrapper(name) && !is_wrapped_) return read_wrapped(builder);
  odd_text_.clear();
  if (!read_odd_content(element, odd_text_)) return false;
  builder.repair(Reason::kSyntax, fmt::format("<{}> before the leader was passed over", shortened(element.name)));
  return true;
}

bool MarcXmlParser::read_wrapped(RecordBuilder& builder) {
  const MarcXmlPayload payload = payload_of(xml_);
  if (!payload.element.empty()) {
    return fail(fmt::format("the record is of another schema, with <{}>", shortened(payload.element)));
  }
  if (payload.empty()) return fail("the record of a harvest holds nothing");
  is_wrapped_ = true;
  at_ = static_cast<std::size_t>(payload.text.data() - xml_.data());
  std::string_view text;
  if (!read_text(text)) return false;
  wrapped_ = text;
  xml_ = wrapped_;
  specials_.mark(xml_, 0, kSpecial);
  at_ = 0;
  return read_document(builder);
}

bool MarcXmlParser::read_document(RecordBuilder& builder) {
  std::string_view text;
  Tag collection;
  if (!read_text(text)) return false;
  if (!xml::is_blank(text)) return fail("a record that is wrapped as text begins with text");
  const std::size_t root = at_;
  if (!read_start_tag(collection)) return false;
  const std::string_view name = xml::local_name(collection.name);
  const bool has_collection = name == "collection" && !collection.is_empty;
  if (!has_collection && name != xml::kRecord) {
    return fail(fmt::format("the record is of another schema, with <{}>", shortened(collection.name)));
  }
  if (!has_collection) at_ = root;
  if (has_collection && (!read_text(text) || at("</"))) return fail("the collection that is wrapped has no record");
  if (!read_record(builder)) return false;
  if (has_collection && (!read_text(text) || !read_end_tag(collection.name))) return false;
  skip_white_space();
  return at_ == xml_.size() || fail("text follows the record");
}

bool MarcXmlParser::read_subfields(const Tag& field, RecordBuilder& builder) {
  if (field.is_empty) return true;
  while (true) {
    std::string_view text;
    if (!read_text(text)) return false;
    if (!xml::is_blank(text)) [[unlikely]] {
      builder.repair(Reason::kSubfields, "text outside of the subfields was kept as subfield ?");
      builder.subfield(kCodeOfStrayData, text);
    }
    if (at("</")) return read_end_tag(field.name);
    if (!read_subfield(builder)) return false;
  }
}

bool MarcXmlParser::read_subfield(RecordBuilder& builder) {
  Tag subfield;
  std::string_view text;
  if (!read_start_tag(subfield)) return false;
  if (xml::local_name(subfield.name) != "subfield") [[unlikely]]
    return read_odd_subfield(subfield, builder);
  if (!read_element_text(subfield, text)) return false;
  builder.subfield(attributes_.code, text);
  return true;
}

bool MarcXmlParser::read_odd_subfield(const Tag& element, RecordBuilder& builder) {
  const std::string_view name = xml::local_name(element.name);
  if (xml::is_field(name) || name == xml::kRecord) {
    return fail(fmt::format("<{}> is not an element of a data field", shortened(element.name)));
  }
  odd_text_.clear();
  if (!read_odd_content(element, odd_text_)) return false;
  if (xml::is_blank(odd_text_)) {
    builder.repair(Reason::kSyntax, fmt::format("<{}> without text was passed over", shortened(element.name)));
    return true;
  }
  builder.repair(Reason::kSyntax, fmt::format("the text of <{}> was kept as subfield ?", shortened(element.name)));
  builder.subfield(kCodeOfStrayData, odd_text_);
  return true;
}

bool MarcXmlParser::read_odd_content(const Tag& element, std::string& text) {
  if (element.is_empty) return true;
  odd_elements_.assign(1, element.name);
  while (!odd_elements_.empty()) {
    std::string_view more;
    if (!read_text(more)) return false;
    text += more;
    if (at("</")) {
      if (!read_end_tag(odd_elements_.back())) return false;
      odd_elements_.pop_back();
      continue;
    }
    Tag child;
    if (!read_start_tag(child)) return false;
    const std::string_view name = xml::local_name(child.name);
    if (xml::is_field(name) || name == xml::kRecord) {
      return fail(fmt::format("<{}> stands within <{}>", shortened(child.name), shortened(odd_elements_.back())));
    }
    if (odd_elements_.size() == kDeepestOdd) return fail("elements are nested too deep");
    if (!child.is_empty) odd_elements_.push_back(child.name);
  }
  return true;
}

bool MarcXmlParser::read_usual_tag(Tag& tag) {
  constexpr std::size_t kLongestTag = 39;
  if (xml_.size() - at_ < kLongestTag) return false;
  const char* const bytes = xml_.data() + at_;
  if (begins_with(bytes, "<subfield code=\"") && begins_with(bytes + 17, "\">") && is_usual({bytes + 16, 1})) {
    tag.name = {bytes + 1, 8};
    attributes_.code = {bytes + 16, 1};
    at_ += 19;
    return true;
  }
  if (begins_with(bytes, "<datafield tag=\"") && begins_with(bytes + 19, "\" ind1=\"") &&
      begins_with(bytes + 28, "\" ind2=\"") && begins_with(bytes + 37, "\">") && is_usual({bytes + 16, 3}) &&
      is_usual({bytes + 27, 1}) && is_usual({bytes + 36, 1})) {
    tag.name = {bytes + 1, 9};
    attributes_ = {{bytes + 16, 3}, {bytes + 27, 1}, {bytes + 36, 1}, {}};
    at_ += kLongestTag;
    return true;
  }
  return false;
}

bool MarcXmlParser::read_start_tag(Tag& tag) {
  if (read_usual_tag(tag)) [[likely]]
    return true;
  ++at_;
  tag.name = read_name();
  if (tag.name.empty()) return fail("a name must follow <");
  attributes_ = {};
  names_.clear();
  while (true) {
    const std::size_t before = at_;
    skip_white_space();
    if (at(">") || at("/>")) break;
    if (at_ == before) return fail("a tag continues with something that is not an attribute");
    if (names_.size() == kMostAttributes) return fail("a tag has too many attributes");
    if (!read_attribute()) return false;
  }
  if (!check_attribute_names()) return false;
  tag.is_empty = xml_[at_] == '/';
  at_ += tag.is_empty ? 2 : 1;
  return true;
}

bool MarcXmlParser::check_attribute_names() {
  std::ranges::sort(names_);
  const auto twice = std::ranges::adjacent_find(names_);
  return twice == names_.end() || fail(fmt::format("the attribute {} stands there twice", shortened(*twice)));
}

std::string_view MarcXmlParser::read_name() {
  if (at_ < xml_.size() && kNotFirstInName.contains(xml_[at_])) return {};
  const auto* const begin = xml_.begin() + static_cast<std::ptrdiff_t>(at_);
  const auto* const end = std::find_if_not(begin, xml_.end(), [](char byte) { return kXmlNameBytes.contains(byte); });
  at_ += static_cast<std::size_t>(end - begin);
  return {begin, end};
}

bool MarcXmlParser::read_attribute() {
  const std::string_view name = read_name();
  skip_white_space();
  if (name.empty() || !at("=")) return fail("a tag continues with something that is not an attribute");
  names_.push_back(name);
  ++at_;
  skip_white_space();
  if (!at("\"") && !at("'")) return fail("an attribute has no quotes");
  const std::size_t end = xml_.find(xml_[at_], at_ + 1);
  if (end == xml::kNowhere) return fail("an attribute has no end");
  std::string_view value = xml_.substr(at_ + 1, end - at_ - 1);
  using Member = std::pair<std::string_view, std::string_view Attributes::*>;
  constexpr std::array<Member, 4> kMembers = {Member{"tag", &Attributes::tag}, Member{"ind1", &Attributes::ind1},
                                              Member{"ind2", &Attributes::ind2}, Member{"code", &Attributes::code}};
  const auto* const member = std::ranges::find(kMembers, name, &Member::first);
  if (!std::ranges::all_of(value, [](char byte) { return kPlainInAttribute.contains(byte); })) [[unlikely]] {
    std::string& text = values_[static_cast<std::size_t>(member - kMembers.begin())];
    if (!read_odd_value(value, text)) return false;
    value = text;
  }
  if (member != kMembers.end()) attributes_.*(member->second) = value;
  at_ = end + 1;
  return true;
}

bool MarcXmlParser::read_end_tag(std::string_view name) {
  const std::size_t begin = at_;
  at_ += 2;
  if (std::ranges::equal(xml_.substr(at_, name.size()), name)) {
    at_ += name.size();
    skip_white_space();
    if (at(">")) {
      ++at_;
      return true;
    }
  }
  at_ = begin;
  return fail(fmt::format("<{}> is open, and another end tag follows", shortened(name)));
}

bool MarcXmlParser::read_element_text(const Tag& tag, std::string_view& text) {
  if (tag.is_empty) return true;
  if (!read_text(text)) return false;
  if (!at("</")) return fail(fmt::format("an element stands within <{}>", shortened(tag.name)));
  return read_end_tag(tag.name);
}

std::size_t MarcXmlParser::next_special() const {
  return std::min(Specials::Cursor(specials_, at_).next(), xml_.size());
}

bool MarcXmlParser::read_text(std::string_view& text) {
  const std::size_t begin = at_;
  // Between most elements there is none.
  if (at("<") && !is_opaque()) {
    text = {};
    return true;
  }
  while (true) {
    at_ = next_special();
    if (at_ == xml_.size()) return fail("an element has no end");
    const char byte = xml_[at_];
    if (byte == '<' && !at("<!") && !at("<?")) [[likely]]
      break;
    if (byte == '<' || byte == '&' || byte == '\r') return read_divided_text(begin, text);
    if (byte == '>' && ends_cdata()) return fail("text holds ]]>");
    ++at_;
  }
  text = xml_.substr(begin, at_ - begin);
  return true;
}

bool MarcXmlParser::read_divided_text(std::size_t begin, std::string_view& text) {
  text_ = xml_.substr(begin, at_ - begin);
  while (true) {
    const std::size_t special = next_special();
    text_ += xml_.substr(at_, special - at_);
    at_ = special;
    if (at_ == xml_.size()) return fail("an element has no end");
    const char byte = xml_[at_];
    if (byte == '<') {
      if (!is_opaque()) break;
      if (!read_opaque()) return false;
    } else if (byte == '&') {
      const std::size_t length = xml::append_reference(xml_.substr(at_), text_);
      if (length == 0) return fail_at_reference();
      at_ += length;
    } else {
      if (byte == '>' && ends_cdata()) return fail("text holds ]]>");
      at_ += xml::append_with_line_end(xml_.substr(at_), text_);
    }
  }
  text = text_;
  return true;
}

bool MarcXmlParser::read_opaque() {
  const xml::Opaque* const opaque = xml::opaque_at(xml_.substr(at_));
  if (opaque == nullptr) return fail("a declaration stands within a record");
  const std::size_t end = xml::end_of(*opaque, xml_, at_);
  if (end == xml::kNowhere) return fail(fmt::format("{} has no end", opaque->begin));
  if (opaque->is_data) {
    std::string_view data = xml_.substr(at_, end - at_);
    data.remove_prefix(opaque->begin.size());
    data.remove_suffix(opaque->end.size());
    while (!data.empty()) data.remove_prefix(xml::append_with_line_end(data, text_));
  }
  at_ = end;
  return true;
}

bool MarcXmlParser::read_odd_value(std::string_view value, std::string& text) {
  const std::size_t begin = at_ + 1;
  text.clear();
  for (std::size_t i = 0; i < value.size();) {
    at_ = begin + i;
    if (value[i] == '<') return fail("an attribute holds <");
    if (value[i] == '&') {
      const std::size_t length = xml::append_reference(value.substr(i), text);
      if (length == 0) return fail_at_reference();
      i += length;
    } else if (xml::kWhiteSpace.find(value[i]) != xml::kNowhere) {
      text += ' ';
      i += value.substr(i).starts_with("\r\n") ? 2 : 1;
    } else {
      text += value[i++];
    }
  }
  return true;
}

bool MarcXmlParser::fail_at_reference() {
  const std::string_view reference = xml_.substr(at_, 12);
  return fail(fmt::format("{} is not a character or entity of XML", reference.substr(0, reference.find(';') + 1)));
}

bool MarcXmlParser::fail(std::string what) {
  failure_ = std::move(what);
  return false;
}

void MarcXmlParser::skip_white_space() {
  while (at_ < xml_.size() && xml::kWhite.contains(xml_[at_])) ++at_;
}

}  // namespace bulkmarc
