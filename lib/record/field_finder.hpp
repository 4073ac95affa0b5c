#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

#include "record/outcome.hpp"
#include "record/repair.hpp"

namespace bulkmarc {

/// A field's bytes in its record, without the terminator.
struct FieldPlace {
  std::string_view tag;
  std::size_t begin;
  std::size_t end;
};
using FieldPlaces = std::vector<FieldPlace>;

/// Finds the fields of a damaged record, whose directory ends before `base` and whose data ends at `data_end`: where
/// the directory says, or else where the field terminators are. What was wrong is added to `repairs`. Returns why the
/// fields can't be told, if so. REQUIRES: leader length < base <= data_end <= record.size().
[[nodiscard]] std::variant<FieldPlaces, Problem> find_fields(std::string_view record, std::size_t base,
                                                             std::size_t data_end, Loss loss,
                                                             std::vector<Problem>& repairs);

}  // namespace bulkmarc
