#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "record/field_location.hpp"

namespace bulkmarc {

/// A field's bytes in its record, without the terminator.
struct FieldPlace {
  std::string tag;
  std::size_t begin;
  std::size_t end;
};
using FieldPlaces = std::vector<FieldPlace>;

/// What was wrong with a directory, and the field that it concerns, by its index.
struct DirectoryFlaw {
  Reason reason{};
  std::string detail;
  std::optional<std::size_t> field = std::nullopt;
};

/// Where the fields of a record are, and what was wrong with its directory.
struct FoundFields {
  FieldPlaces places;
  std::vector<DirectoryFlaw> flaws;
};

/// Finds the fields of a damaged record, whose directory ends before `base` and whose data ends at `data_end`: where
/// the directory says, or else where the field terminators are. All data is in one of them. Returns why the fields
/// can't be told, if so. Takes time in proportion to the record's length. REQUIRES: leader length < base <= data_end <=
/// record.size().
[[nodiscard]] std::variant<FoundFields, Problem> find_fields(std::string_view record, std::size_t base,
                                                             std::size_t data_end);

/// True when each entry of the directory, of 12 octets, leads to a field between terminators, and together they cover
/// the data. REQUIRES as find_fields() does.
[[nodiscard]] bool is_directory_sound(std::string_view record, std::size_t base, std::size_t data_end);

}  // namespace bulkmarc
