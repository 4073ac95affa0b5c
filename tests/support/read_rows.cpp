#include "support/read_rows.hpp"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

using bulkmarc::Column;
using bulkmarc::Format;
using bulkmarc::Table;

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

void require(bool condition, const char* what) {
  if (!condition) fail(what);
}

/// RFC 4180, as strictly as it can be read.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  Row row() {
    Row row;
    do {
      row.push_back(rest_.starts_with('"') ? quoted() : bare());
    } while (take(","));
    require(take("\r\n"), "a row does not end with CR LF");
    return row;
  }

 private:
  bool take(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }

  Cell bare() {
    const std::string_view value = rest_.substr(0, rest_.find_first_of(",\r\n"));
    require(value.find('"') == value.npos, "a quote stands in a value without quotes");
    rest_.remove_prefix(value.size());
    if (value.empty()) return std::nullopt;
    return std::string(value);
  }

  Cell quoted() {
    std::string value;
    bool needs_quotes = false;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        if (!rest_.substr(at + 1).starts_with('"')) {
          require(value.empty() || needs_quotes, "quotes that are not needed");
          rest_.remove_prefix(at + 1);
          return value;
        }
        ++at;
      }
      needs_quotes |= std::string_view("\",\r\n").find(rest_[at]) != std::string_view::npos;
      value += rest_[at];
    }
    fail("a quoted value has no end");
  }

  std::string_view rest_;
};

/// The next line, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t length = text.find('\n');
  require(length != text.npos, "the last line has no end");
  const std::string_view line = text.substr(0, length);
  text.remove_prefix(length + 1);
  return line;
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> parts;
  while (true) {
    parts.push_back(line.substr(0, line.find('\t')));
    if (parts.back().size() == line.size()) return parts;
    line.remove_prefix(parts.back().size() + 1);
  }
}

Row tsv_row(std::string_view line) {
  Row row;
  for (const std::string_view part : split(line)) {
    require(part.find('\r') == part.npos, "a carriage return is not data in tsv");
    row.push_back(part.empty() ? Cell() : Cell(part));
  }
  return row;
}

Cell copy_cell(std::string_view text) {
  if (text == "\\N") return std::nullopt;
  std::string value;
  for (std::size_t at = 0; at < text.size(); ++at) {
    require(text[at] != '\r', "a carriage return must be escaped");
    if (text[at] != '\\') {
      value += text[at];
      continue;
    }
    require(++at < text.size(), "a lone backslash");
    const std::size_t escape = std::string_view("bfnrtv\\").find(text[at]);
    require(escape != std::string_view::npos, "an escape that is not used");
    value += "\b\f\n\r\t\v\\"[escape];
  }
  return value;
}

Row copy_row(std::string_view line) {
  Row row;
  for (const std::string_view part : split(line)) row.push_back(copy_cell(part));
  return row;
}

Row json_row(const Table& table, std::string_view line) {
  Row row;
  const auto object = nlohmann::ordered_json::parse(line);
  require(object.size() == table.columns().size(), "a row has another number of columns");
  auto member = object.begin();
  for (const Column& column : table.columns()) {
    require(member.key() == column.name, "a column is not where it should be");
    const auto& value = (member++).value();
    row.push_back(value.is_null() ? Cell() : value.is_string() ? value.get<std::string>() : value.dump());
  }
  return row;
}

Row names_of(const Table& table) {
  Row names;
  for (const Column& column : table.columns()) names.emplace_back(column.name);
  return names;
}

void require_header(std::vector<Row>& rows, const Table& table) {
  require(!rows.empty() && rows.front() == names_of(table), "the header is not the names of the columns");
  rows.erase(rows.begin());
}

std::string value_of(const Cell& cell) { return cell.value_or(""); }

std::vector<std::string> array_items(std::string_view literal) {
  require(literal.starts_with('{') && literal.ends_with('}'), "no array");
  literal = literal.substr(1, literal.size() - 2);
  std::vector<std::string> items;
  while (!literal.empty()) {
    if (!items.empty()) {
      require(literal.front() == ',', "no comma between two items");
      literal.remove_prefix(1);
    }
    require(literal.starts_with('"'), "an item without quotes");
    std::string item;
    std::size_t at = 1;
    for (; at < literal.size() && literal[at] != '"'; ++at) {
      if (literal[at] == '\\') ++at;
      require(at < literal.size(), "a lone backslash in an array");
      item += literal[at];
    }
    require(at < literal.size(), "an item has no end");
    items.push_back(std::move(item));
    literal.remove_prefix(at + 1);
  }
  return items;
}

/// The columns of a table by their names.
class Columns {
 public:
  explicit Columns(const Table& table) : table_(table) {}

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != table_.columns().size(); }
  [[nodiscard]] const Cell& operator()(const Row& row, std::string_view name) const { return row.at(find(name)); }

 private:
  [[nodiscard]] std::size_t find(std::string_view name) const {
    const auto columns = table_.columns();
    return static_cast<std::size_t>(std::ranges::find(columns, name, &Column::name) - columns.begin());
  }

  const Table& table_;
};

std::vector<PlainRecord> records_of_subfields(const Columns& of, const std::vector<Row>& rows) {
  std::vector<PlainRecord> records;
  Cell record;
  for (const Row& row : rows) {
    const Cell& number = of(row, "record_number");
    const Cell& field_number = of(row, "field_number");
    const Cell& subfield_number = of(row, "subfield_number");
    const Cell& tag = of(row, "tag");
    const Cell& ind1 = of(row, "ind1");
    const Cell& ind2 = of(row, "ind2");
    const Cell& code = of(row, "code");
    const Cell& value = of(row, "value");
    if (field_number == "0") {
      require(record != number, "two records have the same number");
      record = number;
      require(tag == "LDR" && !ind1 && !code, "this is not a leader");
      records.push_back({value_of(value), {}});
      continue;
    }
    require(!records.empty() && number == record, "a record does not begin with its leader");
    std::vector<PlainField>& fields = records.back().fields;
    const bool begins = field_number == std::to_string(fields.size() + 1);
    require(begins || field_number == std::to_string(fields.size()), "a field is missing");
    if (begins) fields.push_back({value_of(tag), {}, value_of(ind1) + value_of(ind2), {}});
    PlainField& field = fields.back();
    if (field.tag.starts_with("00")) {
      require(begins && !ind1 && !ind2 && !subfield_number && !code, "this is not a control field");
      field.data = value_of(value);
    } else if (subfield_number) {
      field.subfields.push_back({value_of(code), value_of(value)});
      require(subfield_number == std::to_string(field.subfields.size()), "a subfield is missing");
    } else {
      require(begins && !code && !value, "a subfield without a number");
    }
  }
  return records;
}

/// A field of the table `fields`, whose names come in this order.
PlainField field_of(const nlohmann::ordered_json& json) {
  require(json.size() == 5 && json.begin().key() == "tag", "a field has other names");
  PlainField field{json.at("tag"), {}, {}, {}};
  if (field.tag.starts_with("00")) {
    require(json.at("ind1").is_null() && json.at("ind2").is_null() && json.at("subfields").is_null(),
            "this is not a control field");
    field.data = json.at("value");
    return field;
  }
  require(json.at("value").is_null(), "a data field has a value");
  field.indicators = json.at("ind1").get<std::string>() + json.at("ind2").get<std::string>();
  for (const auto& subfield : json.at("subfields")) {
    require(subfield.size() == 2, "a subfield has other names");
    field.subfields.push_back({subfield.at("code"), subfield.at("value")});
  }
  return field;
}

std::vector<PlainRecord> records_of_fields(const Columns& of, const std::vector<Row>& rows) {
  std::vector<PlainRecord> records;
  for (const Row& row : rows) {
    PlainRecord& record = records.emplace_back(PlainRecord{value_of(of(row, "leader")), {}});
    for (const auto& field : nlohmann::ordered_json::parse(value_of(of(row, "fields")))) {
      record.fields.push_back(field_of(field));
    }
  }
  return records;
}

}  // namespace

std::vector<Row> read_rows(Format format, const Table& table, std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // Of csv for Excel.
  if (format == Format::kCsv && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<Row> rows;
  CsvReader csv(text);
  while (format == Format::kCsv ? !csv.at_end() : !text.empty()) {
    switch (format) {
      case Format::kCsv:
        rows.push_back(csv.row());
        break;
      case Format::kTsv:
        rows.push_back(tsv_row(take_line(text)));
        break;
      case Format::kPgCopy:
        rows.push_back(copy_row(take_line(text)));
        break;
      default:
        rows.push_back(json_row(table, take_line(text)));
    }
    require(rows.back().size() == table.columns().size(), "a row has another number of columns");
  }
  if (format == Format::kCsv || format == Format::kTsv) require_header(rows, table);
  return rows;
}

std::vector<std::string> read_list(Format format, const Cell& cell) {
  require(cell.has_value(), "a list is null");
  if (format == Format::kPgCopy) return array_items(*cell);
  return nlohmann::json::parse(*cell).get<std::vector<std::string>>();
}

std::vector<PlainRecord> records_of_rows(const Table& table, const std::vector<Row>& rows) {
  const Columns columns(table);
  return columns.has("fields") ? records_of_fields(columns, rows) : records_of_subfields(columns, rows);
}

std::vector<PlainRecord> read_back(const OutputForm& form, std::string_view text) {
  if (!form.table) return read_back(form.format, text);
  return records_of_rows(*form.table, read_rows(form.format, *form.table, text));
}

PlainRecord expected_in(const OutputForm& form, const bulkmarc::RecordView& record) {
  // Nothing of JSON breaks a row.
  const bool is_json = form.format == Format::kNdjson || form.name.ends_with("_fields");
  return expected_in(form.table && is_json ? Format::kCsv : form.format, record);
}
