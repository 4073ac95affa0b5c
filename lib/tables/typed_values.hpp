#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <bulkmarc/table.hpp>

namespace bulkmarc {

/// True for columns whose values are in ColumnValues::integers.
constexpr bool is_number(ColumnType type) {
  return type == ColumnType::kInteger || type == ColumnType::kBoolean || type == ColumnType::kDate ||
         type == ColumnType::kTimestamp;
}

/// The integer, date or timestamp that a text says, without anything around it; nothing where it says none.
/// docs/tables.md has their forms.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_date(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_timestamp(std::string_view text);

/// A date or a timestamp in the form of ISO 8601: `2019-03-14`, `2019-03-14T09:26:53`. REQUIRES: years of four digits.
[[nodiscard]] std::array<char, 10> date_text(std::int64_t days);
[[nodiscard]] std::array<char, 19> timestamp_text(std::int64_t seconds);

}  // namespace bulkmarc
