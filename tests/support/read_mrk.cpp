#include <array>
#include <stdexcept>
#include <utility>

#include "support/plain_record.hpp"

namespace {

std::string blanks_for_backslashes(std::string text) {
  for (char& byte : text) {
    if (byte == '\\') byte = ' ';
  }
  return text;
}

std::string without_mnemonics(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 4> kMnemonics = {
      {{"{dollar}", '$'}, {"{lcub}", '{'}, {"{rcub}", '}'}, {"{bsol}", '\\'}}};
  std::string plain;
  while (!text.empty()) {
    std::size_t length = 1;
    char character = text.front();
    for (const auto& [mnemonic, meaning] : kMnemonics) {
      if (!text.starts_with(mnemonic)) continue;
      length = mnemonic.size();
      character = meaning;
    }
    if (length == 1 && (character == '{' || character == '}')) throw std::runtime_error("a brace of no mnemonic");
    plain += character;
    text.remove_prefix(length);
  }
  return plain;
}

PlainField read_field(std::string_view tag, std::string_view text) {
  PlainField field;
  field.tag = tag;
  if (tag.starts_with("00")) {
    field.data = without_mnemonics(blanks_for_backslashes(std::string(text)));
    return field;
  }
  field.indicators = blanks_for_backslashes(std::string(text.substr(0, 2)));
  text.remove_prefix(2);
  while (!text.empty()) {
    if (text.front() != '$') throw std::runtime_error("data outside of subfields");
    text.remove_prefix(1);
    const std::string_view code = first_character(text);
    text.remove_prefix(code.size());
    const std::string_view value = text.substr(0, text.find('$'));
    text.remove_prefix(value.size());
    field.subfields.push_back({std::string(code), without_mnemonics(value)});
  }
  return field;
}

}  // namespace

std::vector<PlainRecord> read_mrk(std::string_view text) {
  std::vector<PlainRecord> records;
  bool open = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.size() == text.size()) throw std::runtime_error("the last line has no end");
    text.remove_prefix(line.size() + 1);
    if (line.empty()) {
      if (!std::exchange(open, false)) throw std::runtime_error("an empty record");
      continue;
    }
    if (line.size() < 6 || line[0] != '=' || line.substr(4, 2) != "  ") throw std::runtime_error("not a field");
    if (!std::exchange(open, true)) {
      if (line.substr(1, 3) != "LDR") throw std::runtime_error("a record without a leader");
      records.push_back({std::string(line.substr(6)), {}});
    } else {
      records.back().fields.push_back(read_field(line.substr(1, 3), line.substr(6)));
    }
  }
  if (open) throw std::runtime_error("the last record has no end");
  return records;
}
