#include "formats/xlsx/cell_xml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "tables/typed_values.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kStyles =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
    "<numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>"
    "<numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts>"
    "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>"
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
    "<cellXfs count=\"6\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>"
    "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"1\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>"
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";

/// A number of a spreadsheet is a double, which has all integers up to this one.
constexpr std::int64_t kMostExact = std::int64_t{1} << 53;

constexpr std::int64_t kSecondsOfDay = 86'400;
/// 1970-01-01 in the count of days that begins with 1900. It has a 29th of February in 1900: programs agree only on the
/// days from the first of March on.
constexpr std::int64_t kUnixEpoch = 25'569;
constexpr std::int64_t kFirstDay = 61 - kUnixEpoch;
constexpr std::int64_t kLastDay = 2'958'465 - kUnixEpoch;  // 9999-12-31.

constexpr std::size_t kWidthOfBoolean = 5;
constexpr std::size_t kWidthOfDay = 10;
constexpr std::size_t kWidthOfMoment = 19;

template <class Number>
void append_number(Number number, std::string& xml) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  xml.append(digits.data(), end);
}

constexpr bool is_hexadecimal(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'F') || (byte >= 'a' && byte <= 'f');
}

/// True for `_xHHHH_`, which would be read as the character of that number.
bool is_escape(std::string_view text) {
  return text.size() >= 7 && text.starts_with("_x") && text[6] == '_' &&
         std::ranges::all_of(text.substr(2, 4), is_hexadecimal);
}

/// True for U+FFFE and U+FFFF, which XML can't hold.
bool is_noncharacter(std::string_view text) {
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

void append_escape(unsigned character, std::string& xml) {
  fmt::format_to(std::back_inserter(xml), "_x{:04X}_", character);
}

/// What may have to be written in another way. Of the controls, XML keeps these two as they are.
constexpr std::array<bool, 256> kSuspect = [] {
  std::array<bool, 256> suspect{};
  for (unsigned byte = 0; byte < ' '; ++byte) suspect[byte] = byte != '\t' && byte != '\n';
  for (const char byte : {'&', '<', '>', '_', '\xEF'}) suspect[static_cast<unsigned char>(byte)] = true;
  return suspect;
}();

/// Appends what stands for the suspect byte that `text` begins with. Returns how many bytes that stands for.
std::size_t append_suspect(std::string_view text, std::string& xml) {
  const char byte = text.front();
  if (byte == '&') {
    xml += "&amp;";
  } else if (byte == '<') {
    xml += "&lt;";
  } else if (byte == '>') {
    xml += "&gt;";
  } else if (byte == '_' ? is_escape(text) : static_cast<unsigned char>(byte) < ' ') {
    append_escape(static_cast<unsigned char>(byte), xml);
  } else if (is_noncharacter(text)) {
    append_escape(text[2] == '\xBE' ? 0xFFFE : 0xFFFF, xml);
    return 3;
  } else {
    xml += byte;
  }
  return 1;
}

/// The content of an element `t` (ST_Xstring): what XML can't hold is `_xHHHH_`.
void append_text(std::string_view text, std::string& xml) {
  const auto is_suspect = [](char byte) { return kSuspect[static_cast<unsigned char>(byte)]; };
  while (true) {
    const auto* const suspect = std::ranges::find_if(text, is_suspect);
    xml.append(text.begin(), suspect);
    text.remove_prefix(static_cast<std::size_t>(suspect - text.begin()));
    if (text.empty()) return;
    text.remove_prefix(append_suspect(text, xml));
  }
}

constexpr bool is_white(char byte) { return byte == ' ' || byte == '\t' || byte == '\n'; }

void begin_cell(CellPlace place, CellStyle style, std::string& xml) {
  xml += "<c r=\"";
  xml += place.letters;
  append_number(place.row, xml);
  xml += "\" s=\"";
  append_number(static_cast<int>(style), xml);
  xml += '"';
}

template <class Number>
void append_number_cell(CellPlace place, CellStyle style, Number number, std::string& xml) {
  begin_cell(place, style, xml);
  xml += "><v>";
  append_number(number, xml);
  xml += "</v></c>";
}

void append_integer_cell(CellPlace place, std::int64_t number, std::string& xml) {
  if (number > kMostExact || number < -kMostExact) {
    return append_text_cell(place, CellStyle::kText, std::to_string(number), xml);
  }
  append_number_cell(place, CellStyle::kWhole, number, xml);
}

void append_boolean_cell(CellPlace place, bool value, std::string& xml) {
  begin_cell(place, CellStyle::kGeneral, xml);
  xml += value ? " t=\"b\"><v>1</v></c>" : " t=\"b\"><v>0</v></c>";
}

bool has_day(std::int64_t days) { return days >= kFirstDay && days <= kLastDay; }

/// A day or a moment that no cell can hold, as it is written elsewhere.
template <std::size_t kLength>
void append_as_text(CellPlace place, const std::array<char, kLength>& text, std::string& xml) {
  append_text_cell(place, CellStyle::kText, {text.data(), text.size()}, xml);
}

void append_day_cell(CellPlace place, std::int64_t days, std::string& xml) {
  if (!has_day(days)) return append_as_text(place, date_text(days), xml);
  append_number_cell(place, CellStyle::kDay, days + kUnixEpoch, xml);
}

void append_moment_cell(CellPlace place, std::int64_t seconds, std::string& xml) {
  const std::int64_t second_of_day = ((seconds % kSecondsOfDay) + kSecondsOfDay) % kSecondsOfDay;
  const std::int64_t days = (seconds - second_of_day) / kSecondsOfDay;
  if (has_day(days)) {
    const double part_of_day = static_cast<double>(second_of_day) / static_cast<double>(kSecondsOfDay);
    return append_number_cell(place, CellStyle::kMoment, static_cast<double>(days + kUnixEpoch) + part_of_day, xml);
  }
  append_as_text(place, timestamp_text(seconds), xml);
}

}  // namespace

std::string_view cell_styles_xml() { return kStyles; }

void append_text_cell(CellPlace place, CellStyle style, std::string_view text, std::string& xml) {
  if (text.empty()) return;
  begin_cell(place, style, xml);
  xml += " t=\"inlineStr\"><is><t";
  // Without it programs may take white space off at both ends.
  if (is_white(text.front()) || is_white(text.back())) xml += " xml:space=\"preserve\"";
  xml += '>';
  append_text(text, xml);
  xml += "</t></is></c>";
}

void append_cell(CellPlace place, ColumnType type, const ColumnValues& values, std::size_t row, std::string& xml) {
  switch (type) {
    case ColumnType::kText:
      return append_text_cell(place, CellStyle::kText, values.text(row), xml);
    case ColumnType::kInteger:
      return append_integer_cell(place, values.integers[row], xml);
    case ColumnType::kBoolean:
      return append_boolean_cell(place, values.integers[row] != 0, xml);
    case ColumnType::kDate:
      return append_day_cell(place, values.integers[row], xml);
    case ColumnType::kTimestamp:
      return append_moment_cell(place, values.integers[row], xml);
    case ColumnType::kTexts:
    case ColumnType::kStructs:
      break;
  }
}

std::size_t text_width(std::string_view text, std::size_t most) {
  constexpr unsigned char kFirstOfEastAsia = 0xE3;  // U+3000, about.
  std::size_t width = 0;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool continues = (byte & 0xC0) == 0x80;
    width += continues ? 0 : byte >= kFirstOfEastAsia ? 2 : 1;
    if (width >= most) return most;
  }
  return width;
}

std::size_t cell_width(ColumnType type, const ColumnValues& values, std::size_t row, std::size_t most) {
  switch (type) {
    case ColumnType::kText:
      return text_width(values.text(row), most);
    case ColumnType::kInteger:
      return fmt::formatted_size("{}", values.integers[row]);
    case ColumnType::kBoolean:
      return kWidthOfBoolean;
    case ColumnType::kDate:
      return kWidthOfDay;
    case ColumnType::kTimestamp:
      return kWidthOfMoment;
    case ColumnType::kTexts:
    case ColumnType::kStructs:
      break;
  }
  return 0;
}

}  // namespace bulkmarc
