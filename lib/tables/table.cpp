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
#include "text/byte_set.hpp"
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

/// Types of records (leader/06).
constexpr ByteSet kBibliographic("acdefgijkmoprt");
constexpr ByteSet kWithHeading("quvxyz");  // Authorities, holdings, community information.

/// A column of the table `records`, besides the number.
struct Definition {
  const char* name;
  RecordColumn column;
  bool nullable = true;
};

std::vector<ColumnSpec> specs(std::initializer_list<const char*> texts) {
  std::vector<ColumnSpec> specs;
  for (const char* text : texts) specs.push_back(parse_column_spec(text));
  return specs;
}

/// The values of one spec, each by itself.
Definition simple(const char* name, ColumnType type, const char* spec, Cleaning cleaning) {
  return {name, {type, specs({spec}), std::nullopt, cleaning}};
}

Definition not_null(Definition definition) {
  definition.nullable = false;
  return definition;
}

Definition of_bibliographic(Definition definition) {
  definition.column.record_types = &kBibliographic;
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

/// What the record is about where that is no title: an authority's heading with its subdivisions, or where a holding
/// stands.
Definition heading(const char* name) {
  Definition definition = first(name, {"1..($a-z)", "852($b$c$h$i$j$k$l$m)"});
  definition.column.cleaning = Cleaning::kHeading;
  definition.column.has_alternatives = true;
  definition.column.record_types = &kWithHeading;
  definition.column.joint = {"--", parse_field_spec("...$v$x$y$z").part.codes};
  return definition;
}

std::vector<Definition> definitions_of_records() {
  return {
      simple("control_number", ColumnType::kText, "001", Cleaning::kBlanks),
      not_null(simple("leader", ColumnType::kText, "LDR", Cleaning::kNone)),
      not_null(simple("record_type", ColumnType::kText, "LDR/6", Cleaning::kNone)),
      not_null(simple("bibliographic_level", ColumnType::kText, "LDR/7", Cleaning::kNone)),
      simple("created", ColumnType::kDate, "008/0-5", Cleaning::kFill),
      simple("modified", ColumnType::kTimestamp, "005", Cleaning::kFill),
      of_bibliographic(simple("language", ColumnType::kText, "008/35-37", Cleaning::kCode)),
      of_bibliographic(simple("country", ColumnType::kText, "008/15-17", Cleaning::kCode)),
      of_bibliographic(simple("year", ColumnType::kInteger, "008/7-10", Cleaning::kYear)),
      heading("heading"),
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

std::vector<ColumnItem> parse(std::string_view columns, std::string_view taken) try {
  return parse_columns(columns, taken);
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
  const auto at = table.columns.begin() + static_cast<std::ptrdiff_t>((table.provenance.has_number ? 1 : 0) + known);
  table.columns.insert(at, std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
}

ColumnType type_of(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kText:
    case ColumnKind::kFirst:
      return ColumnType::kText;
    case ColumnKind::kList:
      return ColumnType::kTexts;
    case ColumnKind::kCount:
    case ColumnKind::kInteger:
      return ColumnType::kInteger;
    case ColumnKind::kBoolean:
      return ColumnType::kBoolean;
    case ColumnKind::kDate:
      return ColumnType::kDate;
    case ColumnKind::kTimestamp:
      return ColumnType::kTimestamp;
  }
  return {};
}

/// True where a record without values has no value for the column.
bool is_nullable(ColumnKind kind) {
  return kind != ColumnKind::kList && kind != ColumnKind::kCount && kind != ColumnKind::kBoolean;
}

bool has_typed_values(ColumnKind kind) {
  return kind == ColumnKind::kInteger || kind == ColumnKind::kDate || kind == ColumnKind::kTimestamp;
}

RecordColumn make_column(ColumnItem item, const ColumnOptions& options) {
  RecordColumn column;
  column.type = type_of(item.kind);
  column.specs = std::move(item.alternatives);
  if (item.kind == ColumnKind::kText) column.separator = options.separator;
  if (has_typed_values(item.kind)) column.cleaning = Cleaning::kFill;
  column.has_alternatives = true;
  column.counts = item.kind == ColumnKind::kCount;
  column.joint.separator = options.subfield_separator;
  column.condition = std::move(item.condition);
  return column;
}

Table::Impl make_of_columns(std::string_view columns, const ColumnOptions& options) {
  require_text(options.separator, "separator");
  require_text(options.subfield_separator, "separator of subfields");
  Table::Impl table;
  table.rows = Table::Impl::Rows::kOfRecords;
  table.provenance.has_number = options.record_number;
  table.description =
      fmt::format("{}columns {}:{} separators {}:{} {}:{}", table.provenance.has_number ? "" : "unnumbered ",
                  columns.size(), columns, options.separator.size(), options.separator,
                  options.subfield_separator.size(), options.subfield_separator);
  if (table.provenance.has_number) table.columns.push_back(number_column());
  for (ColumnItem& item : parse(columns, table.provenance.has_number ? kRecordNumber : "")) {
    table.columns.push_back({item.name, type_of(item.kind), is_nullable(item.kind)});
    table.made_of.push_back(make_column(std::move(item), options));
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

Table Table::of_columns(std::string_view columns, const ColumnOptions& options) {
  return Table(std::make_shared<const Impl>(make_of_columns(columns, options)));
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

std::vector<std::string> names_in_utf8(const std::vector<std::string>& names) {
  std::vector<std::string> texts;
  Buffer text;
  for (const std::string& name : names) {
    text.clear();
    append_valid_utf8(name, text);
    texts.emplace_back(text.view());
  }
  return texts;
}

Table Table::Impl::with_inputs(const Table& table, const std::vector<std::string>& names) {
  if (!table.impl_->provenance.has_input) return table;
  Impl impl = *table.impl_;
  impl.provenance.inputs = names_in_utf8(names);
  return Table(std::make_shared<const Impl>(std::move(impl)));
}

}  // namespace bulkmarc
