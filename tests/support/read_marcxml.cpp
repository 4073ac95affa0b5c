#include <memory>
#include <stdexcept>
#include <string_view>

#include <expat.h>
#include <pugixml.hpp>

#include "support/plain_record.hpp"

namespace {

/// Text as it stands, and nothing but elements: what the format allows between them is white space.
void require_elements_only(const pugi::xml_node& parent) {
  for (const pugi::xml_node child : parent) {
    const bool blank = child.type() == pugi::node_pcdata &&
                       std::string_view(child.value()).find_first_not_of(" \n") == std::string_view::npos;
    if (child.type() != pugi::node_element && !blank) throw std::runtime_error("text between elements");
  }
}

PlainField read_field(const pugi::xml_node& node) {
  PlainField field;
  field.tag = node.attribute("tag").value();
  if (std::string_view(node.name()) == "controlfield") {
    field.data = node.text().get();
    return field;
  }
  if (std::string_view(node.name()) != "datafield") throw std::runtime_error("not a field");
  require_elements_only(node);
  field.indicators = std::string(node.attribute("ind1").value()) + node.attribute("ind2").value();
  for (const pugi::xml_node subfield : node.children("subfield")) {
    field.subfields.push_back({subfield.attribute("code").value(), subfield.text().get()});
  }
  return field;
}

PlainRecord read_record(const pugi::xml_node& node) {
  require_elements_only(node);
  PlainRecord record;
  for (const pugi::xml_node child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    if (std::string_view(child.name()) == "leader") {
      record.leader = child.text().get();
    } else {
      record.fields.push_back(read_field(child));
    }
  }
  return record;
}

}  // namespace

std::vector<PlainRecord> read_marcxml(std::string_view text) {
  require_well_formed_xml(text);
  constexpr unsigned kKeepWhiteSpace = pugi::parse_escapes | pugi::parse_cdata | pugi::parse_ws_pcdata;
  pugi::xml_document document;
  const auto result = document.load_buffer(text.data(), text.size(), kKeepWhiteSpace, pugi::encoding_utf8);
  if (!result) throw std::runtime_error(result.description());
  const pugi::xml_node collection = document.child("collection");
  if (!collection) throw std::runtime_error("no collection");
  std::vector<PlainRecord> records;
  for (const pugi::xml_node node : collection.children("record")) records.push_back(read_record(node));
  return records;
}

void require_well_formed_xml(std::string_view text) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"), &XML_ParserFree);
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK) {
    throw std::runtime_error(XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
}
