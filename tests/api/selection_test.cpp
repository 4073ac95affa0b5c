#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

constexpr std::size_t kRecords = 600;
constexpr std::size_t kRejects = 10;

/// A file of numbered records with padding and damage that can be repaired. What can't be repaired takes the place of
/// some records, and the last one is cut off.
std::string odd_file() {
  std::string bytes;
  for (std::uint64_t number = 1; number <= kRecords; ++number) {
    std::string record = iso2709(numbered_record(number).view());
    if (number % 83 == 0) record.replace(0, 5, "00100");
    if (number % 61 == 0) record = "bytes of no record\x1E\x1D";
    if (number == kRecords) record.resize(160);
    bytes += record;
    if (number % 50 == 0) bytes += "\r\n";
  }
  return bytes;
}

std::vector<std::string> control_numbers(const std::string& mrk) {
  std::vector<std::string> numbers;
  for (std::size_t at = mrk.find("=001  "); at != std::string::npos; at = mrk.find("=001  ", at + 1)) {
    numbers.push_back(mrk.substr(at + 6, 8));
  }
  return numbers;
}

ExportOptions selecting(const Selection& selection) {
  ExportOptions options;
  options.format = Format::kMrk;
  options.run.selection = selection;
  options.run.threads = 2;
  options.run.batch_bytes = 4096;
  return options;
}

void expect_all_accounted_for(const Report& report) {
  EXPECT_EQ(report.records_read, report.records_exported + report.records_rejected + report.records_selected_out);
}

class SelectionTest : public testing::Test {
 protected:
  Exported run(const Selection& selection) {
    Exported exported = export_to_memory(Source::file(path_), selecting(selection));
    expect_all_accounted_for(exported.report);
    return exported;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.write("in.mrc", odd_file());
};

TEST_F(SelectionTest, SkipAndLimitCutAStretch) {
  const Exported exported = run({.skip = 300, .limit = 3});
  EXPECT_THAT(control_numbers(exported.bytes), ElementsAre("nr000301", "nr000302", "nr000303"));
  EXPECT_EQ(exported.report.records_read, 303U);
  EXPECT_EQ(exported.report.records_selected_out, 300U);
  EXPECT_EQ(exported.report.records_rejected, 0U);
}

TEST_F(SelectionTest, ALimitCountsExportedRecordsAndEndsTheRun) {
  const Exported exported = run({.limit = 61});
  EXPECT_EQ(exported.report.records_exported, 61U);
  EXPECT_EQ(exported.report.records_rejected, 1U);
  EXPECT_EQ(exported.report.records_read, 62U);
  const std::size_t end = odd_file().find(iso2709(numbered_record(63).view()));
  EXPECT_EQ(exported.report.bytes_read, end);
  EXPECT_EQ(exported.report.bytes_skipped, 2U);
}

TEST_F(SelectionTest, NothingIsReadForALimitOfNothing) {
  const Exported exported = run({.limit = 0});
  EXPECT_EQ(exported.report.records_read, 0U);
  EXPECT_EQ(exported.bytes, "");
}

TEST_F(SelectionTest, BeyondTheEndNothingIsLeft) {
  const Exported exported = run({.skip = 10'000});
  EXPECT_EQ(exported.report.records_selected_out, kRecords);
  EXPECT_EQ(exported.report.records_rejected, 0U);
  EXPECT_EQ(exported.report.bytes_read, odd_file().size());
}

TEST_F(SelectionTest, TheNumbersOfRejectsCountSkippedRecords) {
  const Exported exported = run({.skip = 100, .limit = 100});
  ASSERT_FALSE(exported.report.rejects.empty());
  EXPECT_EQ(exported.report.rejects.front().record, 122U);
}

TEST_F(SelectionTest, NumbersTakeRecordsAndTheRunEndsWithTheLast) {
  const Exported exported = run({.numbers = std::vector<std::uint64_t>{300, 2, 122, 2}});
  EXPECT_THAT(control_numbers(exported.bytes), ElementsAre("nr000002", "nr000300"));
  EXPECT_EQ(exported.report.records_read, 300U);
  EXPECT_EQ(exported.report.records_rejected, 4U);  // 61, 122, 183 and 244.
  const std::size_t end = odd_file().find(iso2709(numbered_record(301).view()));
  EXPECT_LE(exported.report.bytes_read, end);
}

TEST_F(SelectionTest, NumbersCountSkippedRecordsAndMayBeBeyondTheEnd) {
  EXPECT_THAT(control_numbers(run({.skip = 10, .numbers = std::vector<std::uint64_t>{5, 11}}).bytes),
              ElementsAre("nr000011"));
  const Exported beyond = run({.numbers = std::vector<std::uint64_t>{kRecords + 1}});
  EXPECT_EQ(beyond.bytes, "");
  EXPECT_EQ(beyond.report.records_read, kRecords);
  const Exported none = run({.numbers = std::vector<std::uint64_t>{}});
  EXPECT_EQ(none.report.records_read, 0U);
}

TEST_F(SelectionTest, NumbersAndIdsTakeWhatEitherNames) {
  const Exported exported =
      run({.ids = std::vector<std::string>{"nr000500", "nr000003"}, .numbers = std::vector<std::uint64_t>{4, 500}});
  EXPECT_THAT(control_numbers(exported.bytes), ElementsAre("nr000003", "nr000004", "nr000500"));
  EXPECT_EQ(exported.report.records_read, kRecords);
  EXPECT_EQ(exported.report.ids_not_found, 0U);
}

TEST_F(SelectionTest, NumbersAreTheSameForAMappedOutputAndASample) {
  ExportOptions options = selecting({.numbers = std::vector<std::uint64_t>{2, 300}});
  options.backend = Backend::kMapped;
  const Report mapped = export_records(Source::file(path_), Target::file(folder_.path("out.mrk")), options);
  EXPECT_EQ(mapped.records_read, 300U);
  EXPECT_THAT(control_numbers(folder_.read("out.mrk")), ElementsAre("nr000002", "nr000300"));
  const Exported sample = run({.sample = Sample{5}, .numbers = std::vector<std::uint64_t>{2, 300}});
  EXPECT_THAT(control_numbers(sample.bytes), ElementsAre("nr000002", "nr000300"));
}

TEST_F(SelectionTest, AConditionIsAskedBeforeTheLimitCounts) {
  const Exported exported = run({.limit = 2, .where = "001/5-7=\\000|001/5-7=\\300"});
  EXPECT_THAT(control_numbers(exported.bytes), ElementsAre("nr000300"));
  EXPECT_EQ(exported.report.records_read, kRecords);
}

TEST_F(SelectionTest, ARecordThatCannotBeDecodedStaysAReject) {
  const Exported exported = run({.where = "001=\\nr000001"});
  EXPECT_EQ(exported.report.records_exported, 1U);
  EXPECT_EQ(exported.report.records_rejected, kRejects);
}

TEST_F(SelectionTest, ARepairedRecordIsSelectedInItsRepairedForm) {
  const Exported exported = run({.where = "001=\\nr000083"});
  EXPECT_EQ(exported.report.records_repaired, 1U);
  EXPECT_EQ(exported.report.repairs.size(), 2U);  // The record's, and the padding's.
}

TEST_F(SelectionTest, ARepairOfARecordThatIsNotTakenIsNotReported) {
  const Exported exported = run({.where = "001=\\nr000001"});
  EXPECT_EQ(exported.report.records_repaired, 0U);
}

TEST_F(SelectionTest, AStrictRunRejectsOnlyWhatIsTaken) {
  ExportOptions options = selecting({.where = "001=\\nr000001|001=\\nr000083"});
  options.run.strict = true;
  const Exported exported = export_to_memory(Source::file(path_), options);
  EXPECT_EQ(exported.report.records_exported, 1U);
  EXPECT_EQ(exported.report.records_rejected, 1 + kRejects);
}

TEST(SelectionOfIdsTest, AnyControlNumberOfARecordCounts) {
  std::vector<Record> records(3);
  records[0].add_control("001", "u1").add_control("001", " 5").add_data("245", "10", {{'a', "T"}});
  records[1].add_control("001", "6");
  records[2].add_control("005", "5");
  const auto run = [&records](std::vector<std::string> ids) {
    return export_to_memory(Source::records(records), selecting({.ids = std::move(ids)})).report;
  };
  EXPECT_EQ(run({"5"}).records_exported, 1U);
  EXPECT_EQ(run({"u1"}).records_exported, 1U);
  const Report both = run({"5", "u1", "7"});
  EXPECT_EQ(both.records_exported, 1U);
  EXPECT_THAT(both.missing_ids, ElementsAre("7"));
}

TEST_F(SelectionTest, IdsThatNoRecordHasAreListedInTheirOrder) {
  const Exported exported =
      run({.ids = {{"zzz", "nr000007 ", "nr000600", "nr000005", "aaa", "nr000007"}}, .where = "001!=\\nr000005"});
  EXPECT_THAT(control_numbers(exported.bytes), ElementsAre("nr000007"));
  EXPECT_EQ(exported.report.ids_not_found, 2U);
  EXPECT_THAT(exported.report.missing_ids, ElementsAre("zzz", "aaa"));
}

TEST_F(SelectionTest, IdsBeyondTheLimitAreNotFound) {
  const Exported exported = run({.limit = 1, .ids = {{"nr000599", "nr000004"}}});
  EXPECT_THAT(exported.report.missing_ids, ElementsAre("nr000599"));
}

TEST_F(SelectionTest, ASampleIsOfTheAskedSizeInTheOrderOfTheInput) {
  const std::vector<std::string> numbers = control_numbers(run({.sample = {{50, 3}}}).bytes);
  EXPECT_EQ(numbers.size(), 50U);
  EXPECT_TRUE(std::ranges::is_sorted(numbers));
  EXPECT_EQ(std::ranges::adjacent_find(numbers), numbers.end());
  EXPECT_EQ(numbers, control_numbers(run({.sample = {{50, 3}}}).bytes));
  EXPECT_NE(numbers, control_numbers(run({.sample = {{50, 4}}}).bytes));
}

TEST_F(SelectionTest, ASampleIsDrawnFromWhatElseIsSelected) {
  const Exported exported = run({.skip = 500, .sample = {{10, 1}}, .where = "001/7=\\5"});
  EXPECT_EQ(exported.report.records_exported, 10U);
  const Exported all = run({.skip = 500, .sample = {{1'000, 1}}, .where = "001/7=\\5"});
  EXPECT_EQ(all.report.records_exported, 10U);
  EXPECT_TRUE(all.bytes == exported.bytes);
}

TEST_F(SelectionTest, ASampleNeedsASourceThatCanBeWalkedTwice) {
  try {
    export_to_memory(Source::pulled([](Record&) { return false; }), selecting({.sample = {{1, 1}}}));
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
  }
}

TEST_F(SelectionTest, AMistakenExpressionIsAnErrorThatNamesIt) {
  for (const Selection& selection :
       {Selection{.where = "65"}, Selection{.fields = "65"}, Selection{.drop_fields = "65"}}) {
    try {
      run(selection);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
      EXPECT_THAT(error.what(), testing::HasSubstr("'65': at character 3: expected a tag"));
    }
  }
}

TEST_F(SelectionTest, FieldsThatAreLeftAreWrittenWithNewLengths) {
  ExportOptions options = selecting({.limit = 1, .fields = "001,245$a"});
  options.format = Format::kIso2709;
  Record expected;
  expected.add_control("001", "nr000001").add_data("245", "10", {{'a', "Été nº 1 :"}});
  EXPECT_EQ(export_to_memory(Source::file(path_), options).bytes, iso2709(expected.view()));
}

TEST_F(SelectionTest, ARecordThatLosesNothingKeepsItsBytes) {
  ExportOptions options = selecting({.drop_fields = "9.."});
  options.format = Format::kIso2709;
  const Exported exported = export_to_memory(Source::file(path_), options);
  options.run.selection = {};
  EXPECT_TRUE(exported.bytes == export_to_memory(Source::file(path_), options).bytes);
}

struct Named {
  const char* name;
  Selection selection;
};

const std::array kSelections = {
    Named{"SkipAndLimit", {.skip = 130, .limit = 177}},
    Named{"LimitThatEndsBeforeAReject", {.limit = 60}},
    Named{"LimitAtTheEnd", {.limit = kRecords - kRejects}},
    Named{"Where", {.where = "650"}},
    Named{"WhereAndLimit", {.skip = 7, .limit = 33, .where = "{650}{245$a!~\\7}"}},
    Named{"Ids", {.ids = {{"nr000003", "nr000600", "nr000500", "none"}}}},
    Named{"Sample", {.sample = {{40, 9}}}},
    Named{"SampleAndWhere", {.skip = 60, .sample = {{40, 9}}, .where = "245$a~\\7"}},
    Named{"Fields", {.fields = "001,245$a,650$x", .drop_fields = "650"}},
};

class SelectionIdentityTest : public testing::TestWithParam<Named> {
 protected:
  static ExportOptions options(Format format, int threads, std::size_t batch_bytes, Backend backend) {
    ExportOptions options;
    options.format = format;
    options.run.selection = GetParam().selection;
    options.run.threads = threads;
    options.run.batch_bytes = batch_bytes;
    options.backend = backend;
    return options;
  }

  TemporaryFolder folder_;
  std::string bytes_ = odd_file();
};

TEST_P(SelectionIdentityTest, IsTheSameForAnyNumberOfThreadsBatchSizeAndBackend) {
  const auto path = folder_.write("in.mrc", bytes_);
  for (const Format format : {Format::kIso2709, Format::kJson}) {
    const Exported expected = export_to_memory(Source::file(path), options(format, 1, 1 << 20, Backend::kStreamed));
    expect_all_accounted_for(expected.report);
    for (const int threads : {1, 3}) {
      for (const std::size_t batch_bytes : {4096, 30'000}) {
        for (const Backend backend : {Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect}) {
          expect_same(
              export_to_file(Source::file(path), folder_.path("out"), options(format, threads, batch_bytes, backend)),
              expected);
        }
      }
    }
    ASSERT_FALSE(HasFailure());
  }
}

TEST_P(SelectionIdentityTest, IsTheSameForEverySource) {
  if (GetParam().selection.sample) return;
  const std::vector<Record> records = numbered_records(kRecords);
  const ExportOptions mapped = options(Format::kMrk, 2, 4096, Backend::kAuto);
  const Exported expected = export_to_memory(Source::records(records), mapped);
  const auto make = [&](std::uint64_t index, Record& record) { record = records[index]; };
  expect_same(export_to_memory(Source::indexed(kRecords, make), options(Format::kMrk, 3, 9000, Backend::kStreamed)),
              expected);
  std::size_t next = 0;
  const auto pull = [&](Record& record) {
    if (next == records.size()) return false;
    record = records[next++];
    return true;
  };
  expect_same(export_to_memory(Source::pulled(pull), mapped), expected);
}

TEST_P(SelectionIdentityTest, APipeGivesTheSameAsAFile) {
  if (GetParam().selection.sample) return;
  const Exported expected = export_to_memory(Source::file(folder_.write("in.mrc", bytes_)),
                                             options(Format::kMarcXml, 2, 10'000, Backend::kAuto));
  const FilledPipe pipe(bytes_);
  expect_same(export_to_memory(Source::file(pipe.path()), options(Format::kMarcXml, 2, 4096, Backend::kAuto)),
              expected);
}

TEST_P(SelectionIdentityTest, SeveralFilesAreOneInput) {
  std::vector<std::filesystem::path> paths;
  const std::size_t half = bytes_.find(iso2709(numbered_record(301).view()));
  paths.push_back(folder_.write("a.mrc", bytes_.substr(0, half)));
  paths.push_back(folder_.write("b.mrc", bytes_.substr(half)));
  const ExportOptions chosen = options(Format::kNdjson, 2, 4096, Backend::kAuto);
  const Exported whole = export_to_memory(Source::file(folder_.write("in.mrc", bytes_)), chosen);
  const Exported parts = export_to_memory(Source::files(paths), chosen);
  EXPECT_TRUE(parts.bytes == whole.bytes);
  EXPECT_EQ(parts.report.records_selected_out, whole.report.records_selected_out);
  EXPECT_EQ(parts.report.bytes_read, whole.report.bytes_read);
}

INSTANTIATE_TEST_SUITE_P(Selections, SelectionIdentityTest, testing::ValuesIn(kSelections),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace bulkmarc
