#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "select/condition.hpp"

namespace bulkmarc {

/// An expression that is invalid. what() tells the place and what was expected there.
class SpecError : public std::runtime_error {
 public:
  SpecError(std::size_t position, const std::string& message);
  /// Of the character at which the expression goes wrong, from 1.
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  std::size_t position_;
};

/// Fields, or some of their subfields, by their tag.
struct FieldItem {
  TagPattern tag;
  SubfieldCodes codes;  ///< All of them where none is named.
};

/// The values that a column is made of.
struct ColumnSpec {
  FieldSpec spec;
  bool joins_subfields = false;  ///< Each field has one value: the subfields of spec.part.codes.
};

/// What a column makes of its values.
enum class ColumnKind { kText, kList, kFirst, kCount, kBoolean, kInteger, kDate, kTimestamp };

/// A named column.
struct ColumnItem {
  std::string name;
  ColumnKind kind = ColumnKind::kText;
  std::vector<ColumnSpec> alternatives;  ///< But for kBoolean.
  Condition condition;                   ///< For kBoolean.
};

/// Compile the expressions of docs/selection.md and docs/tables.md. Each throws SpecError.
[[nodiscard]] Condition parse_condition(std::string_view text);
[[nodiscard]] FieldSpec parse_field_spec(std::string_view text);
[[nodiscard]] ColumnSpec parse_column_spec(std::string_view text);
[[nodiscard]] std::vector<FieldItem> parse_field_list(std::string_view text);
/// The names are distinct, and none of them is `taken`.
[[nodiscard]] std::vector<ColumnItem> parse_columns(std::string_view text, std::string_view taken);

}  // namespace bulkmarc
