#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// What the values of a column are.
enum class ColumnType {
  kInteger,    ///< A signed integer of 64 bits.
  kText,       ///< UTF-8 without NUL.
  kTexts,      ///< A list of such texts, which may be empty.
  kBoolean,    ///< True or false: 1 or 0 in ColumnValues::integers.
  kDate,       ///< A day of the years 1 to 9999, by days since 1970-01-01 in ColumnValues::integers.
  kTimestamp,  ///< A second of these years, without a time zone: since 1970-01-01 00:00 in ColumnValues::integers.
  kStructs,    ///< A list of structs with Column::children.
};

/// One column of a table.
struct Column {
  std::string name = {};
  ColumnType type = ColumnType::kText;
  bool nullable = false;              ///< Some records may have no value for it.
  std::vector<Column> children = {};  ///< Of kStructs.
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

  /// A row for each record, with the record's number and columns of your own:
  /// `id=001,title=245$a$b,year:int=008/7-10,subjects[]=650($a$x)`. docs/tables.md has the grammar. Throws Error
  /// (kInvalidOptions) that tells the place where it can't be read.
  static Table of_columns(std::string_view columns, const ColumnOptions& options = {});

  /// In the order in which they are written.
  [[nodiscard]] std::span<const Column> columns() const;

  struct Impl;

 private:
  friend struct Internals;
  explicit Table(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace bulkmarc
