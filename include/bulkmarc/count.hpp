#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/source.hpp>

namespace bulkmarc {

/// What is counted, and how much of it is kept.
struct CountOptions {
  /// Which values, one list for each: `650$a`, `008/35-37`, `LDR/6`, `650($a$x)`, as a column of a table has them
  /// (docs/tables.md).
  std::vector<std::string> specs;
  /// The most values that a list has; 0 stands for all that are told apart.
  std::size_t top = 10;
  /// The most values that are told apart, for each spec: the first ones that come. Others are counted together
  /// (ValueCounts::beyond). Bounds the memory: each takes about 100 bytes and its own.
  std::size_t distinct_limit = 1'000'000;
  /// `strict`, `nfc`, `selection` and the functions decide which records are counted, and how they read.
  RunOptions run = {};
};

/// How often the values occur that a spec finds.
struct BULKMARC_API ValueCounts {
  struct Value {
    std::string value;          ///< In UTF-8; its first 1,000 bytes at most, by which it is told apart.
    std::uint64_t records = 0;  ///< That have it.
    std::uint64_t occurrences = 0;
  };

  std::string spec;
  std::uint64_t records = 0;      ///< That have a value.
  std::uint64_t occurrences = 0;  ///< Of all values.
  std::uint64_t distinct = 0;     ///< Values that are told apart.
  std::uint64_t beyond = 0;       ///< Occurrences of other values, which came when `distinct` had met its limit.
  /// The most frequent first; of those that are as frequent, in the order of their bytes.
  std::vector<Value> values;
};

/// What was counted, and the account of the records, in which an exported one is one that was counted.
struct BULKMARC_API ValueReport {
  Report report;
  std::vector<ValueCounts> counts;  ///< One for each spec, in their order.

  /// Columns for people, ending with a newline. Holds nothing that a terminal would act upon (printable()).
  [[nodiscard]] std::string to_text() const;
  /// A header, and a row for each value: spec, value, records, occurrences. One that stands for all others has no
  /// value, and no records.
  [[nodiscard]] std::string to_csv() const;
  /// An array with one object for each spec, ending with a newline.
  [[nodiscard]] std::string to_json() const;
};

/// Counts values in all records of `source`, or those that are selected. Blocks. The result does not depend on threads
/// and batch size. Throws as export_records() does, and is as thread-safe.
BULKMARC_API ValueReport count_values(Source source, const CountOptions& options);

}  // namespace bulkmarc
