#pragma once

#include <bulkmarc/record_view.hpp>

#include "select/field_spec.hpp"

namespace bulkmarc {

/// A test of one record.
struct RecordTest {
  FieldSpec spec;
  Comparison comparison;

  [[nodiscard]] bool holds(const RecordView& record) const {
    return comparison.holds([&](const auto& take) { return spec.each(record, take); });
  }
};

/// Which records are meant: hold(record) tells. Immutable, allocates nothing, and may be asked by many threads at once.
using Condition = Tests<RecordTest>;

}  // namespace bulkmarc
