#include "damage/damaged_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "damage/lost_fields.hpp"
#include "support/exports.hpp"
#include "support/plain_record.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

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
  std::ifstream sample(BULKMARC_SOURCE_DIR "/data/sample.mrc", std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(sample), {});
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
