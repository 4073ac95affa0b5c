#include <cstdint>
#include <stdexcept>

#include <simdjson.h>

#include "support/plain_record.hpp"

namespace dom = simdjson::dom;

namespace {

/// The only pair of an object.
dom::key_value_pair only(const dom::object& object) {
  if (object.size() != 1) throw std::runtime_error("an object must have one key");
  return *object.begin();
}

std::string text_of(const dom::element& element) { return std::string(std::string_view(element)); }

PlainField read_field(const dom::object& object) {
  const auto [tag, value] = only(object);
  PlainField field;
  field.tag = tag;
  if (value.is_string()) {
    field.data = text_of(value);
    return field;
  }
  if (dom::object(value).size() != 3) throw std::runtime_error("a data field must have three keys");
  field.indicators = text_of(value["ind1"]) + text_of(value["ind2"]);
  for (const dom::object subfield : dom::array(value["subfields"])) {
    const auto [code, text] = only(subfield);
    field.subfields.push_back({std::string(code), text_of(text)});
  }
  return field;
}

PlainRecord read_record(const dom::element& element) {
  if (dom::object(element).size() != 2) throw std::runtime_error("a record must have two keys");
  PlainRecord record;
  record.leader = text_of(element["leader"]);
  for (const dom::object field : dom::array(element["fields"])) record.fields.push_back(read_field(field));
  return record;
}

}  // namespace

std::vector<PlainRecord> read_json(std::string_view text) {
  dom::parser parser;
  std::vector<PlainRecord> records;
  if (text.starts_with('[')) {
    for (const dom::element element : dom::array(parser.parse(text.data(), text.size()))) {
      records.push_back(read_record(element));
    }
    return records;
  }
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.size() == text.size()) throw std::runtime_error("the last line has no end");
    records.push_back(read_record(parser.parse(line.data(), line.size())));
    text.remove_prefix(line.size() + 1);
  }
  return records;
}
