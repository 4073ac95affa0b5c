#include "support/plain_record.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <utility>

using namespace bulkmarc;

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned byte_at(std::string_view bytes, std::size_t index) { return static_cast<unsigned char>(bytes[index]); }

std::size_t length_by_lead(unsigned lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC0 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF8) return 4;
  return 0;
}

std::uint32_t code_point(std::string_view character) {
  constexpr std::array<unsigned, 5> kLeadBits = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t value = byte_at(character, 0) & kLeadBits[character.size()];
  for (std::size_t i = 1; i < character.size(); ++i) value = value << 6 | (byte_at(character, i) & 0x3F);
  return value;
}

bool is_character(std::string_view bytes) {
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (bytes.empty() || length_by_lead(byte_at(bytes, 0)) != bytes.size()) return false;
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    if ((byte_at(bytes, i) & 0xC0) != 0x80) return false;
  }
  const std::uint32_t value = code_point(bytes);
  return value >= kSmallest[bytes.size()] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

/// True when some bytes after `bytes` would make it a character.
bool begins_character(std::string_view bytes) {
  const std::size_t length = length_by_lead(byte_at(bytes, 0));
  if (bytes.size() >= length) return false;
  for (const char next : {'\x80', '\x90', '\xA0'}) {
    std::string longer = std::string(bytes) + next;
    longer.resize(length, '\x80');
    if (is_character(longer)) return true;
  }
  return false;
}

std::size_t character_length(std::string_view bytes) {
  for (std::size_t length = 1; length <= 4 && length <= bytes.size(); ++length) {
    if (is_character(bytes.substr(0, length))) return length;
  }
  return 0;
}

std::size_t broken_length(std::string_view bytes) {
  std::size_t length = 1;
  if (!begins_character(bytes.substr(0, 1))) return length;
  while (length < bytes.size() && begins_character(bytes.substr(0, length + 1))) ++length;
  return length;
}

/// The half of a surrogate pair that stands at the beginning as if it were a character, or 0.
std::uint32_t surrogate(std::string_view bytes) {
  if (bytes.size() < 3 || byte_at(bytes, 0) != 0xED) return 0;
  if ((byte_at(bytes, 1) & 0xC0) != 0x80 || (byte_at(bytes, 2) & 0xC0) != 0x80) return 0;
  const std::uint32_t value = code_point(bytes.substr(0, 3));
  return value >= 0xD800 && value <= 0xDFFF ? value : 0;
}

/// A character beyond U+FFFF.
std::string in_utf8(std::uint32_t character) {
  std::string bytes = {static_cast<char>(0xF0 | character >> 18)};
  for (const int shift : {12, 6, 0}) bytes += static_cast<char>(0x80 | (character >> shift & 0x3F));
  return bytes;
}

template <class Map>
std::string map_characters(std::string_view text, const Map& map) {
  std::string mapped;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    mapped += map(character);
    text.remove_prefix(character.size());
  }
  return mapped;
}

std::string in_xml(std::string_view text) {
  return map_characters(text, [](std::string_view character) {
    const std::uint32_t value = code_point(character);
    const bool allowed =
        value == '\t' || value == '\n' || value == '\r' || (value >= 0x20 && value != 0xFFFE && value != 0xFFFF);
    return allowed ? character : kReplacement;
  });
}

std::string with_blanks_for(std::string_view text, std::string_view unwanted) {
  std::string result(text);
  std::ranges::replace_if(
      result, [unwanted](char byte) { return unwanted.find(byte) != unwanted.npos; }, ' ');
  return result;
}

bool is_all_data(const FieldView& field) {
  const bool has_number = field.tag().find_first_not_of("0123456789") == std::string_view::npos;
  const bool is_empty = field.bytes().empty() || field.bytes() == " " || field.bytes() == "  ";
  return !has_number && !is_empty && field.bytes().find(kSubfieldDelimiter) == std::string_view::npos;
}

PlainField plain_data_field(const FieldView& field) {
  PlainField plain{std::string(field.tag()), {}, {}, {}};
  std::string text = valid_utf8(field.bytes());
  if (is_all_data(field)) return {std::string(field.tag()), {}, "  ", {{"?", text}}};
  while (plain.indicators.size() < 2 && plain.indicators.size() < text.size()) {
    const char byte = text[plain.indicators.size()];
    if (byte < ' ' || byte > '~') break;
    plain.indicators += byte;
  }
  text.erase(0, plain.indicators.size());
  plain.indicators.resize(2, ' ');
  if (!text.starts_with(kSubfieldDelimiter) && !text.empty()) text.insert(0, "\x1F?");
  while (!text.empty()) {
    const std::string part = text.substr(1, text.find(kSubfieldDelimiter, 1) - 1);
    text.erase(0, part.size() + 1);
    if (part.empty()) continue;
    const std::string code(first_character(part));
    plain.subfields.push_back({code, part.substr(code.size())});
  }
  return plain;
}

PlainField plain_field(const FieldView& field) {
  if (!field.tag().starts_with("00")) return plain_data_field(field);
  return {std::string(field.tag()), valid_utf8(field.bytes()), {}, {}};
}

void adapt_to_xml(PlainRecord& record) {
  std::stable_partition(record.fields.begin(), record.fields.end(),
                        [](const PlainField& field) { return field.tag.starts_with("00"); });
  for (PlainField& field : record.fields) {
    field.data = in_xml(field.data);
    for (PlainSubfield& subfield : field.subfields) {
      subfield.code = in_xml(subfield.code);
      subfield.value = in_xml(subfield.value);
    }
  }
}

void adapt_to_mrk(PlainRecord& record) {
  for (PlainField& field : record.fields) {
    if (field.tag == "LDR") field.tag = "ldr";
    field.data = with_blanks_for(field.data, "\r\n\x1F");
    field.indicators = with_blanks_for(field.indicators, "\\");
    for (PlainSubfield& subfield : field.subfields) {
      if (static_cast<unsigned char>(subfield.code[0]) < 0x20) subfield.code = " ";
      subfield.value = with_blanks_for(subfield.value, "\r\n");
    }
  }
}

/// `text` with U+FFFD for NUL, which no table holds, and in tsv with blanks for what would break a row.
std::string in_row(Format format, std::string_view text) {
  std::string result;
  for (const char byte : text) byte == '\0' ? result.append(kReplacement) : result.append(1, byte);
  return format == Format::kTsv ? with_blanks_for(result, "\t\r\n") : result;
}

void adapt_to_rows(Format format, PlainRecord& record) {
  for (PlainField& field : record.fields) {
    field.data = in_row(format, field.data);
    for (PlainSubfield& subfield : field.subfields) {
      subfield.code = in_row(format, subfield.code);
      subfield.value = in_row(format, subfield.value);
    }
  }
}

}  // namespace

std::string_view first_character(std::string_view text) { return text.substr(0, character_length(text)); }

std::string valid_utf8(std::string_view bytes) {
  std::string valid;
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    const std::uint32_t half = length != 0 ? 0 : surrogate(bytes);
    const std::uint32_t other_half = half < 0xD800 || half > 0xDBFF ? 0 : surrogate(bytes.substr(3));
    if (other_half >= 0xDC00) {
      valid += in_utf8(0x10000 + (half - 0xD800) * 0x400 + other_half - 0xDC00);
      bytes.remove_prefix(6);
      continue;
    }
    valid += length != 0 ? bytes.substr(0, length) : kReplacement;
    bytes.remove_prefix(length != 0 ? length : half != 0 ? 3 : broken_length(bytes));
  }
  return valid;
}

PlainRecord expected_in(Format format, const RecordView& record) {
  PlainRecord plain{std::string(record.leader()), {}};
  plain.leader[9] = 'a';
  for (const FieldView field : record.fields()) plain.fields.push_back(plain_field(field));
  if (format == Format::kMarcXml) adapt_to_xml(plain);
  if (format == Format::kMrk) adapt_to_mrk(plain);
  if (needs_table(format)) adapt_to_rows(format, plain);
  return plain;
}

std::vector<PlainRecord> read_back(Format format, std::string_view text) {
  if (format == Format::kMarcXml) return read_marcxml(text);
  if (format == Format::kMrk) return read_mrk(text);
  return read_json(text);
}

std::ostream& operator<<(std::ostream& out, const PlainRecord& record) {
  out << "[" << record.leader << "]";
  for (const PlainField& field : record.fields) {
    out << "\n  " << field.tag << " [" << field.indicators << "] " << field.data;
    for (const PlainSubfield& subfield : field.subfields) out << " $" << subfield.code << " " << subfield.value;
  }
  return out;
}
