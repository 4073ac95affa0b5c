#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <expat.h>
#include <bulkmarc/error.hpp>
#include <bulkmarc/record.hpp>

#include "formats/marcxml/reader.hpp"
#include "formats/marcxml/xml_encoding.hpp"
#include "fuzz/fuzzing.hpp"
#include "input/text_reader.hpp"
#include "record/record_builder.hpp"
#include "support/given_stream.hpp"
#include "text/utf8.hpp"

// Arbitrary XML, with expat as the oracle. Of a document that expat accepts, the records are what a walk over the tree
// of its elements finds: the same records, and rejects in the same places. What was read as a record without anything
// to be repaired in the XML is a document that expat accepts, but for what docs/formats.md lists.

namespace {

using namespace bulkmarc;

/// An element, or the text between two of them, which has no name.
struct Node {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;
  std::vector<Node> children;

  [[nodiscard]] std::string local_name() const { return name.substr(name.find(':') + 1); }
  [[nodiscard]] std::string attribute(std::string_view key) const {
    for (const auto& [attribute, value] : attributes) {
      if (attribute == key) return value;
    }
    return {};
  }
};

/// Builds the tree of a document's elements.
class Tree {
 public:
  /// The root, or nothing where expat does not accept the document.
  static std::optional<Node> of(std::string_view xml) {
    Tree tree;
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                              &XML_ParserFree);
    XML_SetUserData(parser.get(), &tree);
    XML_SetElementHandler(parser.get(), &Tree::begin, &Tree::end);
    XML_SetCharacterDataHandler(parser.get(), &Tree::text);
    if (XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE) != XML_STATUS_OK) {
      return std::nullopt;
    }
    return std::move(tree.open_.front().children.front());
  }

 private:
  static void begin(void* user, const XML_Char* name, const XML_Char** attributes) {
    Node node{name, {}, {}, {}};
    for (; *attributes != nullptr; attributes += 2) node.attributes.emplace_back(attributes[0], attributes[1]);
    static_cast<Tree*>(user)->open_.push_back(std::move(node));
  }
  static void end(void* user, const XML_Char*) {
    auto& open = static_cast<Tree*>(user)->open_;
    Node node = std::move(open.back());
    open.pop_back();
    open.back().children.push_back(std::move(node));
  }
  static void text(void* user, const XML_Char* text, int length) {
    auto& siblings = static_cast<Tree*>(user)->open_.back().children;
    if (siblings.empty() || !siblings.back().name.empty()) siblings.emplace_back();
    siblings.back().text.append(text, static_cast<std::size_t>(length));
  }

  std::vector<Node> open_ = std::vector<Node>(1);
};

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool is_field(std::string_view name) {
  return name == "leader" || name == "controlfield" || name == "datafield" || name == "subfield";
}

bool holds_records(const Node& node) {
  for (const Node& child : node.children) {
    if (child.local_name() == "record" || holds_records(child)) return true;
  }
  return false;
}

/// All text of an element that holds no element, or nothing.
std::optional<std::string> plain_text(const Node& node) {
  std::string text;
  for (const Node& child : node.children) {
    if (!child.name.empty()) return std::nullopt;
    text += child.text;
  }
  return text;
}

std::string all_text(const Node& node) {
  std::string text = node.text;
  for (const Node& child : node.children) text += all_text(child);
  return text;
}

bool holds_fields(const Node& node) {
  for (const Node& child : node.children) {
    if (is_field(child.local_name()) || holds_fields(child)) return true;
  }
  return false;
}

/// A tag of three characters may hold blanks.
std::string mended(std::string tag) {
  if (tag.size() == kTagLength && tag.front() >= ' ' && tag.back() >= ' ') return tag;
  constexpr std::string_view kWhite = " \t\r\n";
  tag.erase(0, std::min(tag.find_first_not_of(kWhite), tag.size()));
  tag.erase(tag.find_last_not_of(kWhite) + 1);
  if (tag.empty()) return "???";
  const bool is_number = tag.find_first_not_of("0123456789") == std::string::npos;
  return is_number && tag.size() < 3 ? std::string(3 - tag.size(), '0') + tag : tag;
}

/// Tells `builder` of a data field. Returns false where it makes the record a reject.
bool take_data_field(const Node& field, RecordBuilder& builder) {
  const std::string tag = mended(field.attribute("tag"));
  builder.begin_data_field(tag);
  builder.indicator(0, field.attribute("ind1"));
  builder.indicator(1, field.attribute("ind2"));
  for (const Node& child : field.children) {
    if (child.name.empty()) {
      if (!is_blank(child.text)) builder.subfield("?", child.text);
    } else if (child.local_name() == "subfield") {
      const auto text = plain_text(child);
      if (!text) return false;
      builder.subfield(child.attribute("code"), *text);
    } else {
      if (is_field(child.local_name()) || holds_fields(child)) return false;
      const std::string text = all_text(child);
      if (!is_blank(text)) builder.subfield("?", text);
    }
  }
  builder.end_data_field();
  return true;
}

bool take_field(const Node& field, RecordBuilder& builder, bool& has_fields) {
  const std::string name = field.local_name();
  if (name == "datafield") {
    has_fields = true;
    return take_data_field(field, builder);
  }
  if (name != "controlfield" && name != "leader") return !has_fields && !is_field(name) && !holds_fields(field);
  has_fields = true;
  const auto text = plain_text(field);
  if (!text) return false;
  if (name == "leader") {
    builder.leader(*text);
    return true;
  }
  const std::string tag = mended(field.attribute("tag"));
  if (tag.starts_with("00")) {
    builder.control_field(tag, *text);
    return true;
  }
  builder.begin_data_field(tag);
  builder.stray_data(*text);
  builder.end_data_field();
  return true;
}

/// All that a record says.
std::string text_of(const RecordView& record) {
  std::string text(record.leader());
  for (const FieldView field : record.fields()) {
    text.append("\n").append(field.tag()).append(" ").append(field.bytes());
  }
  return text;
}

/// What the record says that an element stands for, or "reject".
std::string read_record(const Node& element) {
  Record record;
  RecordBuilder builder;
  builder.begin(record);
  bool has_fields = false;
  for (const Node& child : element.children) {
    if (child.name.empty() ? !is_blank(child.text) : !take_field(child, builder, has_fields)) return "reject";
  }
  return builder.end() ? "reject" : text_of(record.view());
}

/// Finds the records among an element and all in it. Returns false where something stands there that is not compared.
bool find_records(const Node& node, std::vector<std::string>& records) {
  const std::string name = node.local_name();
  if (is_field(name)) return false;
  if (name != "record") {
    for (const Node& child : node.children) {
      if (!child.name.empty() && !find_records(child, records)) return false;
    }
    return true;
  }
  const Node* first = nullptr;
  for (const Node& child : node.children) {
    if (child.name.empty() && is_blank(child.text)) continue;
    first = &child;
    break;
  }
  constexpr std::string_view kWrapped[] = {"header",         "metadata",         "about",
                                           "recordSchema",   "recordData",       "recordPacking",
                                           "recordPosition", "recordIdentifier", "recordXMLEscaping"};
  if (first != nullptr && !first->name.empty()) {
    for (const std::string_view wrapped : kWrapped) {
      if (first->local_name() != wrapped) continue;
      if (!holds_records(node)) return false;
      for (const Node& child : node.children) {
        if (!child.name.empty() && !find_records(child, records)) return false;
      }
      return true;
    }
  }
  if (holds_records(node)) return false;
  records.push_back(read_record(node));
  return true;
}

/// What was read of a text.
struct Read {
  std::vector<std::string> records;  // What they say, or "reject".
  std::vector<std::string> sound;    // The text of those that were taken as they stand.
  bool is_refused = false;
  bool has_other_format = false;  // Text that looks like other records.
};

Read read(std::string_view xml) {
  Read read;
  try {
    TextReader reader(std::make_unique<GivenStream>(std::string(xml)), std::make_unique<MarcXmlFormat>("given"),
                      std::size_t{1} << 20);
    Batch batch;
    while (reader.next(batch)) {
      reader.load(batch);
      for (const BatchRecord& item : batch.items()) {
        read.records.push_back(item.rejected ? "reject" : text_of(item.view));
        if (!item.rejected) read.sound.emplace_back(item.raw);
        read.has_other_format = read.has_other_format || !item.raw.starts_with('<');
      }
    }
  } catch (const Error&) {
    read.is_refused = true;
  }
  return read;
}

/// True where a record may be taken though expat does not accept it: where it holds what is not looked at. These are
/// control characters, other characters that XML forbids, what comments and instructions hold, and letters of names.
bool may_be_lenient(std::string_view xml) {
  for (std::size_t i = 0; i < xml.size(); ++i) {
    const auto byte = static_cast<unsigned char>(xml[i]);
    if (byte >= 0x80 || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r')) return true;
    if (xml.substr(i).starts_with("<!--") || xml.substr(i).starts_with("<?")) return true;
    // A wrapper is read no further than its record.
    if (xml.substr(i).starts_with("metadata") || xml.substr(i).starts_with("recordData")) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view xml = bytes_of(data, size);
  const XmlEncoding encoding = xml_encoding_of(xml);
  if (!is_utf8(xml) || !encoding.name.empty() || !encoding.contradiction.empty()) return 0;
  const Read ours = read(xml);

  for (const std::string& text : ours.sound) {
    require(may_be_lenient(text) || Tree::of(text).has_value(), "a record was read of what is not well-formed");
  }

  // Expat passes over entities that a DTD may define, which it does not read.
  if (ours.is_refused || ours.has_other_format || xml.find("<!DOCTYPE") != std::string_view::npos) return 0;
  const auto root = Tree::of(xml);
  std::vector<std::string> records;
  if (root && find_records(*root, records)) require(ours.records == records, "expat finds other records");
  return 0;
}
