#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/read_rows.hpp"

/// A sheet of a workbook.
struct Sheet {
  std::string name;
  std::vector<Row> rows;       ///< As texts; nothing where there is no cell. The names of the columns come first.
  std::vector<double> widths;  ///< Of the columns.
  std::size_t frozen_rows = 0;
  std::string filter;  ///< The cells that have it.
};

/// Reads a workbook as strictly as bulkmarc writes it, by ISO/IEC 29500 and by nothing of the library. Throws
/// std::runtime_error on what is not so: on formulas, too.
std::vector<Sheet> read_xlsx(std::string_view bytes);
