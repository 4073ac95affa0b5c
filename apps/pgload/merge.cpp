#include "merge.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "table_keys.hpp"

namespace {

constexpr const char* kKey = "control_number";

std::uint64_t count(const QueryRows& rows, int column = 0) { return std::stoull(rows.text(0, column)); }

/// An array of texts as PostgreSQL reads it.
std::string array_of(const std::vector<std::string>& texts) {
  std::string array = "{";
  for (const std::string& text : texts) {
    array += array.size() == 1 ? "\"" : ",\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return array + "}";
}

std::vector<std::string> texts_of(const QueryRows& rows) {
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) texts.push_back(rows.text(row, 0));
  return texts;
}

/// The statements of one merge.
class Merger {
 public:
  Merger(Connection& connection, const MergeTables& tables)
      : connection_(connection),
        tables_(tables),
        is_marked_(tables.mark.empty() ? "false" : "s." + tables.mark),
        last_number_(
            connection_.query(fmt::format("SELECT coalesce(pg_catalog.max(record_number), 0) FROM {}", tables.target))
                .text(0, 0)) {
    for (const bulkmarc::Column& column : tables.columns) names_.push_back(connection_.quoted(column.name));
  }

  [[nodiscard]] std::uint64_t delete_ids(const std::vector<std::string>& ids) {
    if (ids.empty()) return 0;
    return count(connection_.query(
        fmt::format("WITH gone AS (DELETE FROM {} WHERE {} IN (SELECT pg_catalog.unnest($1::pg_catalog.text[]) "
                    "EXCEPT SELECT {} FROM {} s) RETURNING {}) SELECT pg_catalog.count(DISTINCT {}) FROM gone",
                    tables_.target, kKey, kKey, tables_.staging, kKey, kKey),
        {array_of(ids)}));
  }

  [[nodiscard]] std::uint64_t delete_marked() { return delete_rows(is_marked_); }

  /// Updates the row of each record that comes again, and deletes all but the last if there are several.
  [[nodiscard]] std::uint64_t update() {
    connection_.execute(
        fmt::format("DELETE FROM {0} t USING {1} s WHERE t.{2} = s.{2} AND EXISTS (SELECT FROM {0} u WHERE u.{2} = "
                    "t.{2} AND u.record_number > t.record_number)",
                    tables_.target, tables_.staging, kKey));
    std::vector<std::string> assignments;
    for (const std::string& name : names_) {
      assignments.push_back(fmt::format("{0} = s.{0}{1}", name, added_to(name)));
    }
    return count(connection_.query(
        fmt::format("WITH again AS (UPDATE {0} t SET {1} FROM {2} s WHERE t.{3} = s.{3} AND NOT {4} RETURNING t.{3}) "
                    "SELECT pg_catalog.count(DISTINCT {3}) FROM again",
                    tables_.target, fmt::join(assignments, ", "), tables_.staging, kKey, is_marked_)));
  }

  /// Deletes all rows of each record that comes again.
  [[nodiscard]] std::uint64_t delete_those_that_come_again() { return delete_rows("NOT " + is_marked_); }

  /// Returns the number of records.
  [[nodiscard]] std::uint64_t insert(std::string_view condition = "true") {
    std::vector<std::string> values;
    for (const std::string& name : names_) values.push_back(fmt::format("s.{}{}", name, added_to(name)));
    return count(connection_.query(
        fmt::format("WITH added AS (INSERT INTO {} ({}) SELECT {} FROM {} s WHERE NOT {} AND {} RETURNING {}) "
                    "SELECT pg_catalog.count(DISTINCT {}) FROM added",
                    tables_.target, fmt::join(names_, ", "), fmt::join(values, ", "), tables_.staging, is_marked_,
                    condition, kKey, kKey)));
  }
  [[nodiscard]] std::uint64_t insert_missing() {
    return insert(fmt::format("NOT EXISTS (SELECT FROM {} t WHERE t.{} = s.{})", tables_.target, kKey, kKey));
  }

 private:
  [[nodiscard]] std::uint64_t delete_rows(const std::string& condition) {
    return count(connection_.query(
        fmt::format("WITH gone AS (DELETE FROM {} WHERE {} IN (SELECT {} FROM {} s WHERE {}) RETURNING {}) "
                    "SELECT pg_catalog.count(DISTINCT {}) FROM gone",
                    tables_.target, kKey, kKey, tables_.staging, condition, kKey, kKey)));
  }

  /// Records are numbered from 1 in their file; their numbers continue those of the table.
  [[nodiscard]] std::string added_to(const std::string& name) const {
    return name == names_.front() ? " + " + last_number_ : "";
  }

  Connection& connection_;
  const MergeTables& tables_;
  std::string is_marked_;
  std::string last_number_;
  std::vector<std::string> names_;
};

}  // namespace

std::uint64_t keep_last_records(Connection& connection, const MergeTables& tables) {
  return count(connection.query(
      fmt::format("WITH last AS (SELECT {1}, pg_catalog.max(record_number) AS record_number FROM {0} GROUP BY {1}), "
                  "gone AS (DELETE FROM {0} s USING last l WHERE s.{1} = l.{1} AND s.record_number < l.record_number "
                  "RETURNING s.record_number) SELECT pg_catalog.count(DISTINCT record_number) FROM gone",
                  tables.staging, kKey)));
}

void drop_marked_records(Connection& connection, const MergeTables& tables) {
  if (tables.mark.empty()) return;
  connection.execute(
      fmt::format("DELETE FROM {0} WHERE {1}; ALTER TABLE {0} DROP COLUMN {1}", tables.staging, tables.mark));
}

FoundIds find_ids(Connection& connection, const std::string& target, const std::vector<std::string>& ids) {
  FoundIds found;
  if (ids.empty()) return found;
  const std::string array = array_of(ids);
  found.control_numbers =
      texts_of(connection.query(fmt::format("SELECT DISTINCT {} FROM {} WHERE pg_catalog.btrim({}) IN (SELECT "
                                            "pg_catalog.btrim(pg_catalog.unnest($1::pg_catalog.text[])))",
                                            kKey, target, kKey),
                                {array}));
  found.missing = texts_of(connection.query(
      "SELECT given.id FROM pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS given (id, place) "
      "LEFT JOIN pg_catalog.unnest($2::pg_catalog.text[]) AS found (id) "
      "ON pg_catalog.btrim(found.id) = pg_catalog.btrim(given.id) "
      "WHERE found.id IS NULL GROUP BY given.id ORDER BY pg_catalog.min(given.place)",
      {array, array_of(found.control_numbers)}));
  return found;
}

bulkmarc::MergeCounts merge(Connection& connection, const MergeTables& tables, const std::vector<std::string>& ids) {
  Merger merger(connection, tables);
  bulkmarc::MergeCounts merged;
  merged.deleted = merger.delete_ids(ids);
  merged.deleted += merger.delete_marked();
  if (has_one_row_for_each_record(tables.columns)) {
    merged.replaced = merger.update();
    merged.added = merger.insert_missing();
  } else {
    merged.replaced = merger.delete_those_that_come_again();
    merged.added = merger.insert() - merged.replaced;
  }
  return merged;
}
