#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/export_case.hpp"
#include "support/read_xlsx.hpp"

namespace bulkmarc {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Outputs of records in a character set, without what leaders say of the lengths that they had in it.
std::vector<std::string> without_lengths(std::vector<std::string> files) {
  static const std::regex kLengths("[0-9]{5}(nam.a22)[0-9]{5}");
  for (std::string& file : files) file = std::regex_replace(file, kLengths, "$1");
  return files;
}

/// Exports drawn from everything that can be combined, each in two ways that must not matter, against a naive
/// reference. BULKMARC_MATRIX_CASES says how many cases, and BULKMARC_MATRIX_SEED which is the first.
TEST(MatrixTest, EveryExportIsWhatTheReferenceSays) {
  const std::uint64_t first = number_from("BULKMARC_MATRIX_SEED", 1);
  const std::uint64_t cases = number_from("BULKMARC_MATRIX_CASES", 600);
  int failures = 0;
  for (std::uint64_t seed = first; seed < first + cases && failures < 5; ++seed) {
    std::mt19937_64 random(seed);
    const Draw draw = [&random](std::size_t end) { return static_cast<std::size_t>(random() % end); };
    const ExportCase example = draw_export_case(draw);
    const CaseResult expected = expected_result(example);
    if (const std::optional<ExportCase> same = in_utf8(example)) {
      const std::string differs =
          difference_of_files(without_lengths(expected.files), without_lengths(expected_result(*same).files));
      EXPECT_EQ(differs, "") << "case " << seed << ":" << example.description;
    }
    for (int i = 0; i < 2; ++i) {
      const Way way = draw_way(example, draw);
      const std::string differs = difference(run_case(example, way), expected);
      if (differs.empty()) continue;
      ++failures;
      ADD_FAILURE() << "case " << seed << ":" << example.description << "\nthreads " << way.threads << ", batches of "
                    << way.batch_bytes << ", backend " << backend_name(way.backend) << ", giver "
                    << (way.giver ? static_cast<int>(*way.giver) : -1) << ", taker "
                    << (way.taker ? static_cast<int>(*way.taker) : -1) << ", ranges of " << way.range_bytes.value_or(0)
                    << "\n"
                    << differs;
    }
  }
}

/// The case with a workbook as its output, in one file.
ExportCase as_workbook(ExportCase example) {
  example.form = {"xlsx", Format::kXlsx, Table::records()};
  example.options = example.form.options(example.options);
  example.options.compression = Compression::kNone;
  example.parts = {};
  if (example.output != ExportCase::Output::kMemory) example.output = ExportCase::Output::kFile;
  return example;
}

/// The reference knows nothing of workbooks: each has the same bytes and the same account in two ways, and a row for
/// each record.
TEST(MatrixTest, EveryWorkbookIsTheSameInAnyWay) {
  const std::uint64_t first = number_from("BULKMARC_MATRIX_SEED", 1);
  const std::uint64_t cases = number_from("BULKMARC_MATRIX_CASES", 600) / 4;
  for (std::uint64_t seed = first; seed < first + cases && !HasFailure(); ++seed) {
    std::mt19937_64 random(seed);
    const Draw draw = [&random](std::size_t end) { return static_cast<std::size_t>(random() % end); };
    const ExportCase drawn = draw_export_case(draw);
    const CaseResult expected = expected_result(drawn);
    if (expected.error_if_seen) continue;
    const ExportCase example = as_workbook(drawn);
    const auto run = [&] {
      Way way = draw_way(example, draw);
      way.backend = Backend::kAuto;
      way.range_bytes.reset();
      return run_case(example, way);
    };
    CaseResult one = run();
    ASSERT_FALSE(one.error) << "case " << seed << ":" << example.description << "\n" << error_name(*one.error);
    EXPECT_EQ(read_xlsx(one.files.front()).front().rows.size(), one.report.records_exported + 1);
    one.is_limited = example.options.run.selection.limit.has_value();
    EXPECT_EQ(difference(run(), one), "") << "case " << seed << ":" << example.description;
  }
}

}  // namespace
}  // namespace bulkmarc
