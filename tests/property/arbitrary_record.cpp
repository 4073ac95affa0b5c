#include "property/arbitrary_record.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

using bulkmarc::Record;
using rc::Gen;
namespace gen = rc::gen;

namespace {

struct ArbitraryField {
  std::string tag;
  std::string bytes;
};

Gen<char> printable() { return gen::inRange(' ', '\x7F'); }

Gen<std::string> text_of(const Gen<std::string>& piece) {
  return gen::map(gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
    std::string text;
    for (const std::string& each : pieces) text += each;
    return text;
  });
}

Gen<std::string> plain_piece() {
  return gen::elementOf(std::vector<std::string>{"a", "Z", "0", " ", "  ", "word", "a long phrase, of many words;",
                                                 "\xC3\xA9", "e\xCC\x81", "\xE4\xB8\xAD\xE6\x96\x87",
                                                 "\xF0\x9F\x98\x80"});
}

Gen<std::string> nasty_piece() {
  using namespace std::string_literals;
  return gen::elementOf(std::vector<std::string>{"&",
                                                 "<",
                                                 ">",
                                                 "\"",
                                                 "'",
                                                 "]]>",
                                                 "&amp;",
                                                 "$",
                                                 "{",
                                                 "}",
                                                 "\\",
                                                 "{dollar}",
                                                 "=245",
                                                 "\r",
                                                 "\n",
                                                 "\r\n",
                                                 "\t",
                                                 "\x1F",
                                                 "\x1F\x1F",
                                                 "\x1B",
                                                 "\0"s,
                                                 "\x01",
                                                 "\x0B",
                                                 "\x7F",
                                                 "|",
                                                 "\xC2\x85",
                                                 "\xE2\x80\xA8",
                                                 "\xEF\xBB\xBF",
                                                 "\xEF\xBF\xBD",
                                                 "\xEF\xBF\xBE",
                                                 "\xEF\xBF\xBF",
                                                 "\xF0\x9F\xBF\xBF",
                                                 "\xEF\xB7\x90",
                                                 "\x80",
                                                 "\xC3",
                                                 "\xC0\xAF",
                                                 "\xE4\xB8",
                                                 "\xED\xA0\x80",
                                                 "\xF4\x90\x80\x80",
                                                 "\xF0\x9F\x98",
                                                 "\xFE",
                                                 "\xFF"});
}

Gen<std::string> control_characters() {
  return gen::map(gen::suchThat(gen::inRange(0, 0x20), [](int byte) { return byte != 0x1D && byte != 0x1E; }),
                  [](int byte) { return std::string(1, static_cast<char>(byte)); });
}

Gen<std::string> control_tag() {
  return gen::map(printable(), [](char last) { return std::string("00") + last; });
}

Gen<std::string> odd_tag() { return gen::container<std::string>(3, printable()); }

Gen<std::string> usual_tag() {
  return gen::elementOf(std::vector<std::string>{"010", "020", "100", "245", "500", "650", "880", "999", "CAT"});
}

Gen<std::string> data_field_bytes(const Gen<std::string>& indicators, const Gen<char>& code,
                                  const Gen<std::string>& value) {
  const auto subfields = gen::container<std::vector<std::pair<char, std::string>>>(gen::pair(code, value));
  return gen::apply(
      [](std::string bytes, const std::vector<std::pair<char, std::string>>& coded) {
        for (const auto& [each_code, each_value] : coded) bytes += std::string("\x1F") + each_code + each_value;
        return bytes;
      },
      indicators, subfields);
}

Gen<std::string> huge_text() {
  return gen::map(gen::inRange(9'990, 25'000), [](int size) {
    return "  \x1F"
           "a" +
           std::string(static_cast<std::size_t>(size), 'h');
  });
}

Gen<ArbitraryField> field(const Gen<std::string>& tag, const Gen<std::string>& bytes) {
  return gen::map(gen::pair(tag, bytes), [](std::pair<std::string, std::string> both) {
    return ArbitraryField{std::move(both.first), std::move(both.second)};
  });
}

Gen<ArbitraryField> arbitrary_field() {
  const auto indicators = gen::container<std::string>(2, printable());
  const auto well_shaped =
      data_field_bytes(indicators, gen::suchThat(printable(), [](char c) { return c != ' '; }), arbitrary_text());
  return gen::weightedOneOf<ArbitraryField>({
      {10, field(odd_tag(), well_shaped)},
      {10, field(usual_tag(), well_shaped)},
      {10, field(usual_tag(), arbitrary_text())},
      {5, field(control_tag(), arbitrary_text())},
      {2, field(odd_tag(), gen::just(std::string()))},
      {1, field(usual_tag(), huge_text())},
  });
}

Gen<ArbitraryField> usual_field() {
  const auto indicators = gen::container<std::string>(2, gen::elementOf(std::string(" 0123456789")));
  const auto text = gen::scale(0.5, text_of(plain_piece()));
  const auto subfields = data_field_bytes(indicators, gen::elementOf(std::string("abcxyz0123456789")), text);
  // Without subfields a field with such a tag is all data, and comes back from text as a subfield.
  const auto is_not_all_data = [](const ArbitraryField& each) {
    return each.tag != "CAT" || each.bytes.find('\x1F') != std::string::npos;
  };
  return gen::weightedOneOf<ArbitraryField>({
      {1, field(control_tag(), text)},
      {4, gen::suchThat(field(usual_tag(), subfields), is_not_all_data)},
  });
}

Gen<Record> record_of(const Gen<std::string>& leader, const Gen<ArbitraryField>& field) {
  return gen::apply(
      [](const std::string& chosen_leader, const std::vector<ArbitraryField>& fields) {
        Record record(chosen_leader);
        for (const ArbitraryField& each : fields) record.add_field(each.tag, each.bytes);
        return record;
      },
      leader, gen::container<std::vector<ArbitraryField>>(field));
}

Gen<std::string> arbitrary_leader() {
  return gen::map(gen::container<std::string>(24, printable()), [](std::string leader) {
    leader[9] = 'a';
    return leader;
  });
}

}  // namespace

Gen<std::string> arbitrary_text() {
  return gen::scale(
      0.3,
      text_of(gen::weightedOneOf<std::string>({{4, plain_piece()}, {4, nasty_piece()}, {1, control_characters()}})));
}

Gen<Record> arbitrary_record() {
  const auto leader = gen::oneOf(arbitrary_leader(), gen::just(std::string(bulkmarc::kDefaultLeader)));
  return gen::scale(0.25, record_of(leader, arbitrary_field()));
}

Gen<std::vector<Record>> arbitrary_records() {
  return gen::scale(0.5, gen::container<std::vector<Record>>(arbitrary_record()));
}

Gen<Record> usual_record() {
  return gen::scale(0.2, record_of(gen::just(std::string(bulkmarc::kDefaultLeader)), usual_field()));
}

Gen<std::vector<Record>> usual_records() { return gen::container<std::vector<Record>>(usual_record()); }

namespace bulkmarc {

void showValue(const Record& record, std::ostream& out) {
  out << "[" << record.view().leader() << "]";
  for (const FieldView field : record.view().fields()) {
    out << "\n  " << field.tag() << " ";
    for (const char byte : field.bytes()) {
      const bool plain = byte >= ' ' && byte <= '~' && byte != '\\';
      out << (plain ? std::string(1, byte) : fmt::format("\\x{:02X}", static_cast<unsigned char>(byte)));
    }
  }
}

}  // namespace bulkmarc
