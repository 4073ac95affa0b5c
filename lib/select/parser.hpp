#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "select/condition.hpp"
#include "select/field_spec.hpp"

namespace bulkmarc {

/// An expression that can't be meant. what() tells the place and what was expected there.
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

/// Compile the expressions of docs/selection.md. Each throws SpecError.
[[nodiscard]] Condition parse_condition(std::string_view text);
[[nodiscard]] FieldSpec parse_field_spec(std::string_view text);
[[nodiscard]] std::vector<FieldItem> parse_field_list(std::string_view text);

}  // namespace bulkmarc
