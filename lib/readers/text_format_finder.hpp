#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace bulkmarc {

/// Records of a text format among bytes that are no ISO 2709.
struct FoundTextFormat {
  std::string_view name;  ///< For people.
  std::size_t begin;      ///< Where they begin.
};

/// Looks for MARCXML, MARC-in-JSON and mrk, by what no other text holds. Takes time in proportion to the bytes.
[[nodiscard]] std::optional<FoundTextFormat> find_text_format(std::string_view bytes);

}  // namespace bulkmarc
