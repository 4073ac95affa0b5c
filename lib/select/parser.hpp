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
  SpecError(std::size_t position, const std::string& expected);
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

/// A named column, and the values that it is made of.
struct ColumnItem {
  std::string name;
  bool is_list = false;
  FieldSpec spec;
};

/// Compile the expressions of docs/selection.md and docs/tables.md. Each throws SpecError.
[[nodiscard]] Condition parse_condition(std::string_view text);
[[nodiscard]] FieldSpec parse_field_spec(std::string_view text);
[[nodiscard]] std::vector<FieldItem> parse_field_list(std::string_view text);
/// The names are distinct, and none of them is `taken`.
[[nodiscard]] std::vector<ColumnItem> parse_columns(std::string_view text, std::string_view taken);

}  // namespace bulkmarc
