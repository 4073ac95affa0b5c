#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "connection.hpp"

/// Rows of a staging table that are to be merged into a table by control number. Names are quoted for SQL.
struct MergeTables {
  std::string target;
  std::string staging;
  std::span<const bulkmarc::Column> columns;
  std::string mark;  ///< The column of the staging table that is true for records to be deleted, if there is one.
};

/// Keeps only the last of the records with the same control number in the staging table. Returns how many others there
/// were.
std::uint64_t keep_last_records(Connection& connection, const MergeTables& tables);

/// Removes the records that are to be deleted from the staging table, and the mark.
void drop_marked_records(Connection& connection, const MergeTables& tables);

/// Control numbers that a table has, and those that it does not have.
struct FoundIds {
  std::vector<std::string> control_numbers;  ///< As they are in the table.
  std::vector<std::string> missing;
};

/// Looks for `ids` in the table. Blanks at either end do not count.
FoundIds find_ids(Connection& connection, const std::string& target, const std::vector<std::string>& ids);

/// Merges, in the transaction that the caller has begun: deletes the marked records and those of `ids` that do not come
/// again, replaces those that do, and adds the others. Where a record has one row, columns that are not loaded keep
/// their values.
bulkmarc::MergeCounts merge(Connection& connection, const MergeTables& tables, const std::vector<std::string>& ids);
