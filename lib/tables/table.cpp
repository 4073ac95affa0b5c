#include <bulkmarc/table.hpp>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "select/parser.hpp"
#include "tables/table_impl.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kRecordNumber = "record_number";

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

std::vector<ColumnItem> parse(std::string_view columns) try {
  return parse_columns(columns, kRecordNumber);
} catch (const SpecError& error) {
  throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("columns '{}': {}", columns, error.what()));
}

Table::Impl make_of_columns(std::string_view columns, std::string_view separator) {
  if (!is_utf8(separator) || separator.find('\0') != std::string_view::npos) {
    throw Error(ErrorCode::kInvalidOptions, {}, "the separator must be UTF-8 without NUL");
  }
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

Table Table::of_columns(std::string_view columns, std::string_view separator) {
  return Table(std::make_shared<const Impl>(make_of_columns(columns, separator)));
}

std::span<const Column> Table::columns() const { return impl_->columns; }

}  // namespace bulkmarc
