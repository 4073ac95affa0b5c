#include <bulkmarc/table.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "select/parser.hpp"
#include "tables/table_impl.hpp"
#include "text/buffer.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kRecordNumber = "record_number";
constexpr std::string_view kInput = "input";
constexpr std::string_view kInputOffset = "input_offset";  // OFFSET is a reserved word of SQL.
constexpr std::string_view kLoadId = "load_id";

constexpr std::array<std::string_view, 4> kNames = {"subfields", "records", "fields", "documents"};
constexpr std::string_view kDocumentsOf = "documents:";
constexpr std::array kDocumentFormats = {Format::kMarcXml, Format::kJson, Format::kIso2709};

/// A column of the table `records`, besides the number.
struct Definition {
  const char* name;
  RecordColumn column;
  bool nullable = true;
};

std::vector<FieldSpec> specs(std::initializer_list<const char*> texts) {
  std::vector<FieldSpec> specs;
  for (const char* text : texts) specs.push_back(parse_field_spec(text));
  return specs;
}

Definition code(const char* name, const char* spec) {
  return {name, {ColumnType::kText, specs({spec}), std::nullopt, Cleaning::kCode}};
}

Definition of_bibliographic(Definition definition) {
  definition.column.bibliographic = true;
  return definition;
}

/// The first value that is one.
Definition first(const char* name, std::initializer_list<const char*> texts) {
  return {name, {ColumnType::kText, specs(texts), std::nullopt, Cleaning::kPhrase}};
}

/// All values in their order, with blanks between them.
Definition phrase(const char* name, std::initializer_list<const char*> texts, Cleaning cleaning = Cleaning::kPhrase) {
  return {name, {ColumnType::kText, specs(texts), " ", cleaning}};
}

Definition list(const char* name, std::initializer_list<const char*> texts, Cleaning cleaning = Cleaning::kHeading) {
  return {name, {ColumnType::kTexts, specs(texts), std::nullopt, cleaning}, false};
}

std::vector<Definition> definitions_of_records() {
  return {
      {"control_number", {ColumnType::kText, specs({"001"})}},
      {"leader", {ColumnType::kText, specs({"LDR"})}, false},
      {"record_type", {ColumnType::kText, specs({"LDR/6"})}, false},
      {"bibliographic_level", {ColumnType::kText, specs({"LDR/7"})}, false},
      of_bibliographic(code("language", "008/35-37")),
      of_bibliographic(code("country", "008/15-17")),
      of_bibliographic({"year", {ColumnType::kInteger, specs({"008/7-10"})}}),
      phrase("title", {"245$a$b$n$p"}),
      of_bibliographic(phrase("author", {"100$a$b$c$d$q", "110$a$b", "111$a$c$d$n"}, Cleaning::kHeading)),
      list("contributors", {"700$a", "710$a", "711$a"}),
      first("edition", {"250$a"}),
      first("publisher", {"264$b{^2=\\1}", "260$b"}),
      list("isbn", {"020$a"}, Cleaning::kWord),
      list("issn", {"022$a"}, Cleaning::kWord),
      list("subjects", {"600$a", "610$a", "611$a", "630$a", "650$a", "651$a"}),
      list("genres", {"655$a"}),
      list("urls", {"856$u"}, Cleaning::kNone),
  };
}

Column number_column() { return {std::string(kRecordNumber), ColumnType::kInteger, false}; }

Column control_number_column() { return {"control_number", ColumnType::kText, true}; }

Table::Impl make_subfields() {
  Table::Impl table;
  table.rows = Table::Impl::Rows::kOfSubfields;
  table.description = "subfields";
  table.columns = {number_column(),
                   control_number_column(),
                   {"field_number", ColumnType::kInteger, false},
                   {"tag", ColumnType::kText, false},
                   {"ind1", ColumnType::kText, true},
                   {"ind2", ColumnType::kText, true},
                   {"subfield_number", ColumnType::kInteger, true},
                   {"code", ColumnType::kText, true},
                   {"value", ColumnType::kText, true}};
  return table;
}

Table::Impl make_fields() {
  const std::vector<Column> subfield = {{"code", ColumnType::kText, false}, {"value", ColumnType::kText, false}};
  const std::vector<Column> field = {{"tag", ColumnType::kText, false},
                                     {"ind1", ColumnType::kText, true},
                                     {"ind2", ColumnType::kText, true},
                                     {"value", ColumnType::kText, true},
                                     {"subfields", ColumnType::kStructs, true, subfield}};
  Table::Impl table;
  table.rows = Table::Impl::Rows::kOfFields;
  table.description = "fields";
  table.columns = {number_column(),
                   control_number_column(),
                   {"leader", ColumnType::kText, false},
                   {"fields", ColumnType::kStructs, false, field}};
  return table;
}

bool is_document_format(Format format) { return std::ranges::find(kDocumentFormats, format) != kDocumentFormats.end(); }

Table::Impl make_documents(Format format) {
  if (!is_document_format(format)) {
    throw Error(ErrorCode::kInvalidOptions, {},
                fmt::format("documents can't be {}: expected marcxml, json or mrc", format_name(format)));
  }
  Table::Impl table;
  table.rows = Table::Impl::Rows::kOfDocuments;
  table.document = format;
  table.description = fmt::format("documents {}", static_cast<int>(format));
  table.columns = {number_column(), control_number_column(), {"record", ColumnType::kText, false}};
  return table;
}

Table::Impl make_records() {
  Table::Impl table;
  table.rows = Table::Impl::Rows::kOfRecords;
  table.description = "records";
  table.columns.push_back(number_column());
  for (Definition& definition : definitions_of_records()) {
    table.columns.push_back({definition.name, definition.column.type, definition.nullable});
    table.made_of.push_back(std::move(definition.column));
  }
  return table;
}

std::vector<ColumnItem> parse(std::string_view columns) try {
  return parse_columns(columns, kRecordNumber);
} catch (const SpecError& error) {
  throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("columns '{}': {}", columns, error.what()));
}

void require_text(std::string_view text, const char* name) {
  if (is_utf8(text) && text.find('\0') == std::string_view::npos) return;
  throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("the {} must be UTF-8 without NUL", name));
}

/// Adds columns that tell where a row comes from behind those that do so already. `known` is how many of these there
/// are besides the record's number.
void add_origin_columns(Table::Impl& table, std::size_t known, std::vector<Column> added) {
  for (const Column& column : added) {
    if (std::ranges::find(table.columns, column.name, &Column::name) != table.columns.end()) {
      throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("the table has a column '{}' of its own", column.name));
    }
  }
  const auto at = table.columns.begin() + static_cast<std::ptrdiff_t>(1 + known);
  table.columns.insert(at, std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
}

Table::Impl make_of_columns(std::string_view columns, std::string_view separator) {
  require_text(separator, "separator");
  Table::Impl table;
  table.rows = Table::Impl::Rows::kOfRecords;
  table.description =
      fmt::format("columns {}:{} separator {}:{}", columns.size(), columns, separator.size(), separator);
  table.columns.push_back(number_column());
  for (ColumnItem& item : parse(columns)) {
    const ColumnType type = item.is_list ? ColumnType::kTexts : ColumnType::kText;
    table.columns.push_back({std::move(item.name), type, !item.is_list});
    table.made_of.push_back({type, {std::move(item.spec)}, std::string(separator)});
  }
  return table;
}

}  // namespace

Table Table::subfields() {
  static const auto kTable = std::make_shared<const Impl>(make_subfields());
  return Table(kTable);
}

Table Table::records() {
  static const auto kTable = std::make_shared<const Impl>(make_records());
  return Table(kTable);
}

Table Table::fields() {
  static const auto kTable = std::make_shared<const Impl>(make_fields());
  return Table(kTable);
}

Table Table::documents(Format format) { return Table(std::make_shared<const Impl>(make_documents(format))); }

Table Table::of_columns(std::string_view columns, std::string_view separator) {
  return Table(std::make_shared<const Impl>(make_of_columns(columns, separator)));
}

Table Table::with_provenance() const {
  if (impl_->provenance.has_input) return *this;
  Impl table = *impl_;
  add_origin_columns(
      table, 0,
      {{std::string(kInput), ColumnType::kText, false}, {std::string(kInputOffset), ColumnType::kInteger, false}});
  table.provenance.has_input = true;
  table.description += " provenance";
  return Table(std::make_shared<const Impl>(std::move(table)));
}

Table Table::with_load_id(std::string_view load_id) const {
  require_text(load_id, "load id");
  Impl table = *impl_;
  if (!table.provenance.load_id) {
    add_origin_columns(table, table.provenance.has_input ? 2 : 0, {{std::string(kLoadId), ColumnType::kText, false}});
  }
  table.provenance.load_id = load_id;
  table.description += fmt::format(" load id {}:{}", load_id.size(), load_id);
  return Table(std::make_shared<const Impl>(std::move(table)));
}

std::span<const Column> Table::columns() const { return impl_->columns; }

std::span<const std::string_view> table_names() { return kNames; }

std::optional<Table> table_from_name(std::string_view name) {
  if (name == "subfields") return Table::subfields();
  if (name == "records") return Table::records();
  if (name == "fields") return Table::fields();
  if (name == "documents") return Table::documents();
  if (!name.starts_with(kDocumentsOf)) return std::nullopt;
  const auto format = format_from_name(name.substr(kDocumentsOf.size()));
  if (!format || !is_document_format(*format)) return std::nullopt;
  return Table::documents(*format);
}

Table Table::Impl::with_inputs(const Table& table, const std::vector<std::string>& names) {
  if (!table.impl_->provenance.has_input) return table;
  Impl impl = *table.impl_;
  // A file may be called anything.
  Buffer text;
  for (const std::string& name : names) {
    text.clear();
    append_valid_utf8(name, text);
    impl.provenance.inputs.emplace_back(text.view());
  }
  return Table(std::make_shared<const Impl>(std::move(impl)));
}

}  // namespace bulkmarc
