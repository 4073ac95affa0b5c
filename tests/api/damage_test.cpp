#include "api/damaged_files.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/lost_fields.hpp"
#include "support/plain_record.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::HasSubstr;

ExportOptions as(Format format) {
  ExportOptions options;
  options.format = format;
  return options;
}

/// Exports a good record, something else, and another good record, as ISO 2709.
class DamageTest : public testing::Test {
 protected:
  void run(std::string_view between) {
    ExportOptions options = as(Format::kIso2709);
    options.run.rejects = folder_.path("rejects");
    const auto path = folder_.write("in.mrc", first_ + std::string(between) + last_);
    exported_ = export_to_memory(Source::file(path), options);
    EXPECT_TRUE(exported_.bytes.starts_with(first_));
    EXPECT_TRUE(exported_.bytes.ends_with(last_));
    const Report& report = exported_.report;
    EXPECT_EQ(report.records_read, report.records_exported + report.records_rejected);
  }

  /// What was exported between the two good records.
  [[nodiscard]] std::string between() const {
    return exported_.bytes.substr(first_.size(), exported_.bytes.size() - first_.size() - last_.size());
  }
  [[nodiscard]] const Report& report() const { return exported_.report; }

  void expect_repaired_to(const std::string& record) {
    EXPECT_EQ(between(), record);
    EXPECT_EQ(report().records_exported, 3U);
    EXPECT_EQ(report().records_repaired, 1U);
    ASSERT_FALSE(report().repairs.empty());
    EXPECT_EQ(report().repairs[0].record, 2U);
    EXPECT_EQ(report().repairs[0].offset, first_.size());
    EXPECT_EQ(report().repairs[0].control_number, "nr000005");
  }

  TemporaryFolder folder_;
  std::string first_ = iso2709(numbered_record(1).view());
  std::string last_ = iso2709(numbered_record(2).view());
  std::string good_ = iso2709(numbered_record(5).view());
  Exported exported_;
};

TEST_F(DamageTest, AWrongLengthIsRepaired) {
  for (const char* length : {"00000", "00030", "99999", "  123", "abcde"}) {
    std::string damaged = good_;
    damaged.replace(0, 5, length);
    run(damaged);
    expect_repaired_to(good_);
  }
}

TEST_F(DamageTest, TextBetweenRecordsIsSkipped) {
  run("\r\nsome text that a mail program added\r\n");
  EXPECT_EQ(between(), "");
  EXPECT_EQ(report().records_exported, 2U);
  EXPECT_EQ(report().bytes_skipped, 39U);
  ASSERT_EQ(report().repairs.size(), 1U);
  EXPECT_EQ(report().repairs[0].code, Reason::kStrayBytes);
  EXPECT_EQ(report().repairs[0].offset, first_.size());
}

TEST_F(DamageTest, ARecordThatWasCutInTheMiddleIsRejectedOrKeepsItsWholeFields) {
  const auto whole = expected_in(Format::kNdjson, numbered_record(5).view()).fields;
  for (std::size_t length = 1; length < good_.size(); ++length) {
    run(good_.substr(0, length));
    ASSERT_FALSE(HasFailure()) << length;
    if (report().records_exported == 2) continue;
    const Exported json = export_to_memory(Source::file(folder_.path("in.mrc")), as(Format::kNdjson));
    const PlainRecord kept = read_json(json.bytes).at(1);
    for (const PlainField& field : kept.fields) {
      ASSERT_NE(std::ranges::find(whole, field), whole.end()) << field.tag << " of the first " << length << " bytes";
    }
  }
}

TEST_F(DamageTest, AnOversizeRecordIsRejectedForIso2709AndExportedElsewhere) {
  Record large = numbered_record(5);
  for (int i = 0; i < 12; ++i) large.add_data("505", "  ", {{'a', std::string(9'000, 'x')}});
  std::string saturated = iso2709(large.view());
  ASSERT_GT(saturated.size(), 99'999U);
  saturated.replace(0, 6, "99999");  // The writer of these tests needs six digits for it.
  run(saturated);
  EXPECT_EQ(report().records_rejected, 1U);
  EXPECT_EQ(report().rejects.at(0).code, Reason::kRecordTooLong);
  EXPECT_EQ(folder_.read("rejects"), saturated);
  const Exported json = export_to_memory(Source::file(folder_.path("in.mrc")), as(Format::kNdjson));
  EXPECT_EQ(json.report.records_exported, 3U);
  EXPECT_EQ(read_json(json.bytes).at(1).fields, expected_in(Format::kNdjson, large.view()).fields);
}

TEST_F(DamageTest, StrictRejectsWhatWasRepaired) {
  std::string damaged = good_;
  damaged.replace(0, 5, "00000");
  ExportOptions options;
  options.run.strict = true;
  options.run.rejects = folder_.path("rejects");
  const Report report =
      export_to_memory(Source::file(folder_.write("in.mrc", first_ + damaged + last_)), options).report;
  EXPECT_EQ(report.records_exported, 2U);
  ASSERT_EQ(report.rejects.size(), 1U);
  EXPECT_EQ(report.rejects[0].code, Reason::kRecordLength);
  EXPECT_EQ(report.rejects[0].control_number, "nr000005");
  EXPECT_EQ(folder_.read("rejects"), damaged);
}

TEST_F(DamageTest, DetailsSayWhatWasFound) {
  std::string damaged = good_;
  damaged.replace(0, 5, "00123");
  run(damaged);
  EXPECT_THAT(report().repairs.at(0).detail, HasSubstr("00123"));
  EXPECT_THAT(report().repairs.at(0).detail, HasSubstr(std::to_string(good_.size())));
}

TEST_F(DamageTest, AFileThatEndsInMidRecordKeepsTheWholeOnes) {
  const std::string cut = last_.substr(0, last_.size() - 20);
  const Exported exported =
      export_to_memory(Source::file(folder_.write("in.mrc", first_ + good_ + cut)), as(Format::kIso2709));
  EXPECT_EQ(exported.bytes, first_ + good_);
  ASSERT_EQ(exported.report.rejects.size(), 1U);
  EXPECT_EQ(exported.report.rejects[0].code, Reason::kTruncated);
  EXPECT_EQ(exported.report.rejects[0].record, 3U);
  EXPECT_EQ(exported.report.rejects[0].offset, first_.size() + good_.size());
}

class DamagedFilesTest : public testing::TestWithParam<DamagedFile> {
 protected:
  Exported export_as(Format format) {
    ExportOptions options;
    options.format = format;
    return export_to_memory(Source::file(folder_.write("in.mrc", GetParam().bytes)), options);
  }

 private:
  TemporaryFolder folder_;
};

std::set<std::string> reasons(const Report& report) {
  std::set<std::string> names;
  for (const Finding& finding : report.repairs) names.emplace(reason_name(finding.code));
  for (const Finding& finding : report.rejects) names.emplace(reason_name(finding.code));
  return names;
}

TEST_P(DamagedFilesTest, KeepWhatCanBeKeptAndSayWhatWasWrong) {
  const Exported exported = export_as(Format::kNdjson);
  int fields = 0;
  const std::vector<PlainRecord> records = read_json(exported.bytes);
  for (const PlainRecord& record : records) fields += static_cast<int>(record.fields.size());
  EXPECT_EQ(static_cast<int>(records.size()), GetParam().records) << account_of(exported.report);
  EXPECT_EQ(fields, GetParam().fields) << account_of(exported.report);
  if (GetParam().reason == nullptr) return;
  EXPECT_THAT(reasons(exported.report), testing::Contains(GetParam().reason)) << account_of(exported.report);
}

TEST_P(DamagedFilesTest, CostNoRecordBesideTheDamagedOne) {
  for (const Format format : {Format::kMarcXml, Format::kJson, Format::kMrk}) {
    const std::vector<PlainRecord> records = read_back(format, export_as(format).bytes);
    for (const char* number : {"first", "last"}) {
      const auto is_it = [number](const PlainRecord& record) {
        return !record.fields.empty() && record.fields.front().data == number &&
               record.fields.size() == std::size_t{kFieldsOfARecord};
      };
      EXPECT_EQ(std::ranges::count_if(records, is_it), 1) << number << " in " << format_name(format);
    }
  }
}

TEST_P(DamagedFilesTest, LoseNoFieldWithoutAWord) { EXPECT_EQ(lost_fields(GetParam().bytes), ""); }

TEST(LostFieldsTest, TheSampleLosesNone) {
  const std::string bytes = read_file(BULKMARC_SOURCE_DIR "/data/sample.mrc");
  ASSERT_FALSE(bytes.empty());
  EXPECT_EQ(lost_fields(bytes), "");
}

INSTANTIATE_TEST_SUITE_P(Each, DamagedFilesTest, testing::ValuesIn(damaged_files()), [](const auto& parameter) {
  std::string name = parameter.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace bulkmarc
