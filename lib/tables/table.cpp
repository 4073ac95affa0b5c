#include <bulkmarc/table.hpp>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "select/parser.hpp"
#include "tables/table_impl.hpp"
#include "text/byte_set.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kRecordNumber = "record_number";

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

Table::Impl make_subfields() {
  Table::Impl table;
  table.rows = Table::Impl::Rows::kOfSubfields;
  table.description = "subfields";
  table.columns = {number_column(),
                   {"control_number", ColumnType::kText, true},
                   {"field_number", ColumnType::kInteger, false},
                   {"tag", ColumnType::kText, false},
                   {"ind1", ColumnType::kText, true},
                   {"ind2", ColumnType::kText, true},
                   {"subfield_number", ColumnType::kInteger, true},
                   {"code", ColumnType::kText, true},
                   {"value", ColumnType::kText, true}};
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

void check_separator(std::string_view name, std::string_view separator) {
  if (is_utf8(separator) && separator.find('\0') == std::string_view::npos) return;
  throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("the {} must be UTF-8 without NUL", name));
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
  check_separator("separator", options.separator);
  check_separator("separator of subfields", options.subfield_separator);
  Table::Impl table;
  table.rows = Table::Impl::Rows::kOfRecords;
  table.has_number = options.record_number;
  table.description = fmt::format("{}columns {}:{} separators {}:{} {}:{}", table.has_number ? "" : "unnumbered ",
                                  columns.size(), columns, options.separator.size(), options.separator,
                                  options.subfield_separator.size(), options.subfield_separator);
  if (table.has_number) table.columns.push_back(number_column());
  for (ColumnItem& item : parse(columns, table.has_number ? kRecordNumber : "")) {
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

Table Table::of_columns(std::string_view columns, const ColumnOptions& options) {
  return Table(std::make_shared<const Impl>(make_of_columns(columns, options)));
}

std::span<const Column> Table::columns() const { return impl_->columns; }

}  // namespace bulkmarc
