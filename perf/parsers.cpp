/// \file
/// Parses a whole file on one core, with a library alone: what reading a catalogue in that format costs at least.
/// Prints how many records it found, and the seconds without those of reading the file.
///
///     bulkmarc-parsers simdjson|expat|pugixml FILE

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <expat.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <pugixml.hpp>

namespace {

/// Looks at every value, because simdjson parses no other. Throws if one is not an object, an array or a string.
void visit(simdjson::ondemand::value value) {
  switch (value.type()) {
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        (void)std::string_view(field.unescaped_key());
        visit(field.value());
      }
      break;
    case simdjson::ondemand::json_type::array:
      for (auto element : value.get_array()) visit(element.value());
      break;
    default:
      (void)std::string_view(value.get_string());
  }
}

std::size_t parse_with_simdjson(std::string& text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::parser parser;
  std::size_t records = 0;
  for (std::size_t begin = 0; begin < text.size(); ++records) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    auto line = parser.iterate(text.data() + begin, end - begin, text.capacity() - begin);
    visit(line.get_value());
    begin = end + 1;
  }
  return records;
}

std::size_t parse_with_expat(std::string& text) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  std::size_t records = 0;
  XML_SetUserData(parser.get(), &records);
  XML_SetStartElementHandler(parser.get(), [](void* data, const XML_Char* name, const XML_Char**) {
    if (std::strcmp(name, "record") == 0) ++*static_cast<std::size_t*>(data);
  });
  XML_SetCharacterDataHandler(parser.get(), [](void*, const XML_Char*, int) {});
  constexpr std::size_t kAtATime = std::size_t{1} << 20;
  for (std::size_t begin = 0; begin < text.size(); begin += kAtATime) {
    const auto length = static_cast<int>(std::min(kAtATime, text.size() - begin));
    const int is_last = begin + kAtATime >= text.size() ? 1 : 0;
    if (XML_Parse(parser.get(), text.data() + begin, length, is_last) != XML_STATUS_OK) {
      throw std::runtime_error(XML_ErrorString(XML_GetErrorCode(parser.get())));
    }
  }
  return records;
}

std::size_t parse_with_pugixml(std::string& text) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer_inplace(text.data(), text.size());
  if (!result) throw std::runtime_error(result.description());
  const auto records = document.child("collection").children("record");
  return static_cast<std::size_t>(std::distance(records.begin(), records.end()));
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string_view, std::size_t (*)(std::string&)> parsers = {
      {"simdjson", parse_with_simdjson}, {"expat", parse_with_expat}, {"pugixml", parse_with_pugixml}};
  if (argc != 3 || !parsers.contains(argv[1])) {
    std::fputs("usage: bulkmarc-parsers simdjson|expat|pugixml FILE\n", stderr);
    return 2;
  }
  try {
    std::ifstream file(argv[2], std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t records = parsers.at(argv[1])(text);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    fmt::print("{} {:.9f}\n", records, taken.count());
    return 0;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("bulkmarc-parsers: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
