/// \file
/// Parses a whole file on one core, with a library alone: what reading a catalogue in that format costs at least.
/// Prints how many records it found, how many characters of text, and the seconds, with tabs between.
///
///     bulkmarc-parsers simdjson FILE.ndjson
///     bulkmarc-parsers expat|pugixml FILE.xml

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <expat.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <pugixml.hpp>

namespace {

struct Found {
  std::uint64_t records = 0;
  std::uint64_t characters = 0;
};

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(fmt::format("{} can't be read", path));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Looks at every value, as a reader of records has to.
std::uint64_t characters_of(simdjson::ondemand::value value) {
  std::uint64_t characters = 0;
  switch (value.type()) {
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        characters += std::string_view(field.unescaped_key()).size() + characters_of(field.value());
      }
      break;
    case simdjson::ondemand::json_type::array:
      for (auto element : value.get_array()) characters += characters_of(element.value());
      break;
    default:
      characters += std::string_view(value.get_string()).size();
  }
  return characters;
}

Found parse_with_simdjson(std::string& text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::parser parser;
  Found found;
  for (std::size_t begin = 0; begin < text.size(); ++found.records) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    auto line = parser.iterate(text.data() + begin, end - begin, text.capacity() - begin);
    found.characters += characters_of(line.get_value());
    begin = end + 1;
  }
  return found;
}

Found parse_with_expat(std::string& text) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  Found found;
  XML_SetUserData(parser.get(), &found);
  XML_SetStartElementHandler(parser.get(), [](void* data, const XML_Char* name, const XML_Char**) {
    if (std::strcmp(name, "record") == 0) ++static_cast<Found*>(data)->records;
  });
  XML_SetCharacterDataHandler(parser.get(), [](void* data, const XML_Char*, int length) {
    static_cast<Found*>(data)->characters += static_cast<std::uint64_t>(length);
  });
  constexpr std::size_t kAtATime = std::size_t{1} << 20;
  for (std::size_t begin = 0; begin < text.size(); begin += kAtATime) {
    const auto length = static_cast<int>(std::min(kAtATime, text.size() - begin));
    const int is_last = begin + kAtATime >= text.size() ? 1 : 0;
    if (XML_Parse(parser.get(), text.data() + begin, length, is_last) != XML_STATUS_OK) {
      throw std::runtime_error(XML_ErrorString(XML_GetErrorCode(parser.get())));
    }
  }
  return found;
}

Found parse_with_pugixml(std::string& text) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer_inplace(text.data(), text.size());
  if (!result) throw std::runtime_error(result.description());
  Found found;
  for (const pugi::xml_node record : document.child("collection").children("record")) {
    ++found.records;
    for (const pugi::xml_node field : record) {
      found.characters += std::strlen(field.text().get());
      for (const pugi::xml_node subfield : field.children("subfield")) {
        found.characters += std::strlen(subfield.text().get());
      }
    }
  }
  return found;
}

using Parse = Found (*)(std::string& text);
constexpr std::pair<std::string_view, Parse> kParsers[] = {
    {"simdjson", parse_with_simdjson}, {"expat", parse_with_expat}, {"pugixml", parse_with_pugixml}};

}  // namespace

int main(int argc, char** argv) {
  const auto* const parser =
      argc == 3 ? std::ranges::find(kParsers, argv[1], [](auto& each) { return each.first; }) : std::end(kParsers);
  if (parser == std::end(kParsers)) {
    std::fputs("usage: bulkmarc-parsers simdjson|expat|pugixml FILE\n", stderr);
    return 2;
  }
  try {
    std::string text = read(argv[2]);
    const auto begin = std::chrono::steady_clock::now();
    const Found found = parser->second(text);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    fmt::print("{}\t{}\t{:.9f}\n", found.records, found.characters, taken.count());
    return 0;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("bulkmarc-parsers: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
