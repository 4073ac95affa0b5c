#include "support/read_xlsx.hpp"

#include <map>
#include <pugixml.hpp>
#include <stdexcept>

#include "support/unzip.hpp"

namespace {

using Parts = std::map<std::string, std::string>;

void require_that(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

const std::string& part(const Parts& parts, const std::string& name) {
  require_that(parts.contains(name), "there is no part " + name);
  return parts.at(name);
}

pugi::xml_document parse(const std::string& xml) {
  pugi::xml_document document;
  require_that(document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata), "no XML");
  return document;
}

/// The targets of the relationships of a part, by id.
std::map<std::string, std::string> targets_of(const std::string& xml) {
  std::map<std::string, std::string> targets;
  const pugi::xml_document document = parse(xml);
  for (const pugi::xml_node relationship : document.child("Relationships").children("Relationship")) {
    targets[relationship.attribute("Id").value()] = relationship.attribute("Target").value();
  }
  return targets;
}

/// The text of an element, in which `_xHHHH_` is a character of ASCII, or U+FFFE or U+FFFF.
std::string text_of(const std::string& content) {
  std::string text;
  for (std::size_t at = 0; at < content.size(); ++at) {
    if (content.compare(at, 2, "_x") == 0 && content.size() >= at + 7 && content[at + 6] == '_' &&
        content.find_first_not_of("0123456789ABCDEFabcdef", at + 2) == at + 6) {
      const int character = std::stoi(content.substr(at + 2, 4), nullptr, 16);
      text += character < 0x80 ? std::string(1, static_cast<char>(character))
                               : (character == 0xFFFE ? "\xEF\xBF\xBE" : "\xEF\xBF\xBF");
      at += 6;
    } else {
      text += content[at];
    }
  }
  return text;
}

std::string value_of_cell(const pugi::xml_node& cell) {
  require_that(!cell.child("f"), "a cell is a formula");
  const std::string type = cell.attribute("t").as_string("n");
  if (type == "inlineStr") {
    const pugi::xml_node text = cell.child("is").child("t");
    const std::string content = text.child_value();
    require_that(!content.empty(), "a cell for no text");
    const bool is_kept = std::string(text.attribute("xml:space").value()) == "preserve";
    require_that(is_kept || content.find_first_of(" \t\n") != 0, "white space is lost");
    require_that(is_kept || content.find_last_of(" \t\n") != content.size() - 1, "white space is lost");
    return text_of(content);
  }
  require_that(type == "n" || type == "b", "a cell of another type");
  return cell.child("v").child_value();
}

std::string letters_of(std::size_t column) {
  std::string letters(1, static_cast<char>('A' + column % 26));
  return column < 26 ? letters : static_cast<char>('A' + column / 26 - 1) + letters;
}

Row row_of(const pugi::xml_node& element, std::size_t number, std::size_t columns) {
  require_that(element.attribute("r").as_uint() == number, "a row is missing");
  Row row;
  for (const pugi::xml_node cell : element.children("c")) {
    const std::string place = cell.attribute("r").value();
    while (place != letters_of(row.size()) + std::to_string(number)) {
      row.emplace_back();
      require_that(row.size() <= 702, "a cell is out of order");
    }
    row.emplace_back(value_of_cell(cell));
  }
  require_that(row.size() <= columns, "a row is too long");
  row.resize(columns);
  return row;
}

Sheet sheet_of(const std::string& name, const std::string& xml) {
  const pugi::xml_document document = parse(xml);
  const pugi::xml_node worksheet = document.child("worksheet");
  Sheet sheet;
  sheet.name = name;
  for (const pugi::xml_node column : worksheet.child("cols").children("col")) {
    require_that(column.attribute("min").as_uint() == sheet.widths.size() + 1, "the width of another column");
    sheet.widths.push_back(column.attribute("width").as_double());
  }
  for (const pugi::xml_node row : worksheet.child("sheetData").children("row")) {
    sheet.rows.push_back(row_of(row, sheet.rows.size() + 1, sheet.widths.size()));
  }
  const pugi::xml_node pane = worksheet.child("sheetViews").child("sheetView").child("pane");
  if (std::string(pane.attribute("state").value()) == "frozen") sheet.frozen_rows = pane.attribute("ySplit").as_uint();
  sheet.filter = worksheet.child("autoFilter").attribute("ref").value();
  return sheet;
}

}  // namespace

std::vector<Sheet> read_xlsx(std::string_view bytes) {
  Parts parts;
  for (auto& [name, contents] : unzip(bytes)) parts[name] = std::move(contents);
  part(parts, "[Content_Types].xml");
  part(parts, "xl/styles.xml");
  require_that(targets_of(part(parts, "_rels/.rels")).at("rId1") == "xl/workbook.xml", "the workbook is elsewhere");
  const auto targets = targets_of(part(parts, "xl/_rels/workbook.xml.rels"));
  const pugi::xml_document workbook = parse(part(parts, "xl/workbook.xml"));
  std::vector<Sheet> sheets;
  for (const pugi::xml_node sheet : workbook.child("workbook").child("sheets").children("sheet")) {
    const std::string& target = targets.at(sheet.attribute("r:id").value());
    sheets.push_back(sheet_of(sheet.attribute("name").value(), part(parts, "xl/" + target)));
  }
  require_that(parts.size() == sheets.size() + 5, "there are other parts");
  return sheets;
}
