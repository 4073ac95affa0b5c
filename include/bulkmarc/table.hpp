#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/format.hpp>

namespace bulkmarc {

/// What the values of a column are.
enum class ColumnType {
  kInteger,    ///< A signed integer of 64 bits.
  kText,       ///< UTF-8 without NUL.
  kTexts,      ///< A list of such texts, which may be empty.
  kBoolean,    ///< True or false: 1 or 0 in ColumnValues::integers.
  kDate,       ///< A day of the years 1 to 9999, by days since 1970-01-01 in ColumnValues::integers.
  kTimestamp,  ///< A second of these years, without a time zone: since 1970-01-01 00:00 in ColumnValues::integers.
  kStructs,    ///< A list of structs, each with a value for every column of Column::children; it may be empty.
};

/// One column of a table.
struct Column {
  std::string name = {};
  ColumnType type = ColumnType::kText;
  bool nullable = false;              ///< Some records may have no value for it.
  std::vector<Column> children = {};  ///< Of kStructs: of what a struct of its lists is made.
};

/// How Table::of_columns() makes values.
struct ColumnOptions {
  /// Between two values of a text; UTF-8 without NUL, as the next one.
  std::string separator = "; ";
  /// Between two subfields of a field whose subfields are joined: `650($a$x)`.
  std::string subfield_separator = "--";
  /// The first column is the record's number.
  bool record_number = true;
};

/// A catalogue as a table: the rows that a record becomes. docs/tables.md describes the columns. Cheap to copy;
/// immutable, and may be read from any thread.
class BULKMARC_API Table {
 public:
  /// A row for the leader, for each control field and for each subfield. Nothing of a record is missing: it can be
  /// made again from its rows.
  static Table subfields();

  /// A row for each record, with what most reports need: identity, type, language, dates, title, names, subjects.
  static Table records();

  /// A row for each record, with all of its fields as one nested value: a list of structs, which hold lists of structs
  /// for the subfields. Nothing of a record is missing, as in subfields().
  static Table fields();

  /// A row for each record, with the whole record as a text: the bytes that an export of this format has for it, in
  /// UTF-8. Throws Error (kInvalidOptions) for another format than kMarcXml, kJson and kIso2709.
  static Table documents(Format format = Format::kJson);

  /// A row for each record, with the record's number and columns of your own:
  /// `id=001,title=245$a$b,year:int=008/7-10,subjects[]=650($a$x)`. docs/tables.md has the grammar. Throws Error
  /// (kInvalidOptions) that tells the place where it can't be read.
  static Table of_columns(std::string_view columns, const ColumnOptions& options = {});

  /// The same rows with two more columns, which say where each record was read: `input`, the name that the report has
  /// for the input, and `input_offset`, where the record begins there, in bytes, decompressed. For records from memory
  /// the offset is their index. Throws Error (kInvalidOptions) where the table has such columns of its own.
  [[nodiscard]] Table with_provenance() const;

  /// The same rows with a column `load_id`, which has this text in every row. Throws Error (kInvalidOptions) where it
  /// is not UTF-8 without NUL, and where the table has such a column of its own.
  [[nodiscard]] Table with_load_id(std::string_view load_id) const;

  /// In the order in which they are written.
  [[nodiscard]] std::span<const Column> columns() const;

  struct Impl;

 private:
  friend struct Internals;
  explicit Table(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

/// The names of the tables that need nothing else: subfields, records, fields, documents.
[[nodiscard]] BULKMARC_API std::span<const std::string_view> table_names();
/// The table of that name, or nothing. A format may stand after `documents`: `documents:marcxml`, `documents:mrc`.
[[nodiscard]] BULKMARC_API std::optional<Table> table_from_name(std::string_view name);

}  // namespace bulkmarc
