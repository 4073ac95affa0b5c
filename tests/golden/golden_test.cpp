#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "golden/sample_records.hpp"
#include "support/exports.hpp"
#include "support/output_form.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

// Set to anything, this lets the tests write the files that they otherwise compare (README.md).
constexpr const char* kWriteGolden = "BULKMARC_WRITE_GOLDEN";

const fs::path kData = fs::path(BULKMARC_SOURCE_DIR) / "data";

/// Such as .xml, or -subfields.csv.
std::string suffix(const OutputForm& form) {
  if (form.format == Format::kMarcXml) return ".xml";
  const std::string extension = "." + std::string(format_name(form.format));
  return form.table ? "-" + form.name.substr(extension.size()) + extension : extension;
}

void expect_golden(const fs::path& path, const std::string& bytes) {
  if (std::getenv(kWriteGolden) != nullptr) {
    fs::create_directories(path.parent_path());
    write_file(path, bytes);
    return;
  }
  ASSERT_TRUE(fs::exists(path)) << path << " is missing";
  EXPECT_EQ(read_file(path), bytes) << path;
}

/// The findings of a report, one a line.
std::string findings(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.control_number + ": " + std::string(reason_name(finding.code)) + ": " + finding.detail + "\n";
  }
  return text;
}

/// Those of the sample.
std::string expected_repairs(const OutputForm& form) {
  if (form.format == Format::kTsv && form.is_lossless()) {
    return "smp000011: character: a tab or a line break became a blank\n";
  }
  if (!form.name.ends_with("_columns")) return "";
  return "smp000009: column_type: a value that is not an integer became null\n"
         "smp000010: column_type: a value that is not an integer became null\n";
}

class GoldenTest : public testing::TestWithParam<OutputForm> {
 protected:
  static Exported export_all(Source source) { return export_to_memory(std::move(source), GetParam().options()); }
};

TEST_P(GoldenTest, TheSampleIsExportedAsItWasBefore) {
  const std::vector<Record> records = sample_records();
  const Exported exported = export_all(Source::records(records));
  EXPECT_EQ(findings(exported.report.repairs), expected_repairs(GetParam()));
  EXPECT_EQ(findings(exported.report.rejects), "");
  const bool is_the_sample = GetParam().format == Format::kIso2709;
  expect_golden(is_the_sample ? kData / "sample.mrc" : kData / "golden" / ("sample" + suffix(GetParam())),
                exported.bytes);
}

TEST_P(GoldenTest, TheSampleFileIsExportedLikeItsRecords) {
  if (std::getenv(kWriteGolden) != nullptr) GTEST_SKIP() << "the file is being written";
  std::vector<Record> records = sample_records();
  // The leaders in the file know the lengths.
  for (Record& record : records) record.set_leader(iso2709(record.view()).substr(0, kLeaderLength));
  const std::string from_file = export_all(Source::file(kData / "sample.mrc")).bytes;
  EXPECT_EQ(from_file, export_all(Source::records(records)).bytes);
}

TEST_P(GoldenTest, OddRecordsAreExportedAndReportedAsBefore) {
  const std::vector<Record> records = odd_records();
  const Exported exported = export_all(Source::records(records));
  const std::string name = "odd" + suffix(GetParam());
  expect_golden(kData / "golden" / name, exported.bytes);
  expect_golden(kData / "golden" / (name + ".findings"),
                "rejects\n" + findings(exported.report.rejects) + "repairs\n" + findings(exported.report.repairs));
}

INSTANTIATE_TEST_SUITE_P(AllForms, GoldenTest, testing::ValuesIn(all_output_forms()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(SampleTest, HasRecordsOfManyKinds) {
  const std::string sample = read_file(kData / "sample.mrc");
  EXPECT_EQ(std::ranges::count(sample, kRecordTerminator), 12);
}

}  // namespace
}  // namespace bulkmarc
