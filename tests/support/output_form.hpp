#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

/// What an export may write: a format, and a table where it has rows.
struct OutputForm {
  std::string name;  ///< Such as csv_subfields.
  bulkmarc::Format format;
  std::optional<bulkmarc::Table> table;
  bool for_excel = false;

  [[nodiscard]] bulkmarc::ExportOptions options(bulkmarc::ExportOptions others = {}) const {
    others.format = format;
    others.table = table;
    others.for_excel = for_excel;
    return others;
  }
  /// True when all of a record is in it, in values of its own.
  [[nodiscard]] bool is_lossless() const { return !table || name.ends_with("_subfields") || name.ends_with("_fields"); }
};

std::ostream& operator<<(std::ostream& out, const OutputForm& form);

/// Every format of records, and every format of rows with each kind of table.
std::vector<OutputForm> all_output_forms();
