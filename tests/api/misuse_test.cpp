#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

// What these tests are about. NOLINTBEGIN(bugprone-use-after-move)

class MisuseTest : public testing::Test {
 protected:
  [[nodiscard]] Source source() const { return Source::records(records_); }

  /// Expects an error of the options whose message holds `words`.
  template <class Body>
  static void expect_refused(std::string_view words, const Body& body) {
    try {
      body();
      ADD_FAILURE() << "no error: " << words;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
      EXPECT_THAT(error.what(), testing::HasSubstr(words));
    }
  }

  template <class Value>
  static ExportOptions with(Value ExportOptions::*option, Value value) {
    ExportOptions options;
    options.*option = std::move(value);
    return options;
  }

  std::vector<Record> records_ = numbered_records(3);
  TemporaryFolder folder_;
};

TEST_F(MisuseTest, ASourceThatWasMovedFromIsAnError) {
  Source source = Source::records(records_);
  const Source taken = std::move(source);
  expect_refused("moved from", [&] { export_records(std::move(source), Target::none()); });
  Source again = Source::records(records_);
  const Source taken_again = std::move(again);
  expect_refused("moved from", [&] { RowStream(std::move(again), Table::records()); });
  Source last = Source::records(records_);
  const Source taken_last = std::move(last);
  expect_refused("moved from", [&] { RecordStream(std::move(last)); });
}

TEST_F(MisuseTest, ATargetThatWasMovedFromIsAnError) {
  Target target = Target::none();
  const Target taken = std::move(target);
  expect_refused("moved from", [&] { export_records(source(), std::move(target)); });
}

TEST_F(MisuseTest, AStreamThatWasMovedFromIsAnError) {
  RowStream rows(source(), Table::records());
  RowStream taken = std::move(rows);
  RowBatch batch;
  expect_refused("moved from", [&] { rows.next(batch); });
  expect_refused("moved from", [&] { static_cast<void>(rows.report()); });
  expect_refused("moved from", [&] { static_cast<void>(rows.table()); });
  EXPECT_TRUE(taken.next(batch));
}

TEST_F(MisuseTest, AStreamOfRecordsThatWasMovedFromIsAnError) {
  RecordStream records(source());
  RecordStream taken = std::move(records);
  RecordBatch batch;
  expect_refused("moved from", [&] { records.next(batch); });
  expect_refused("moved from", [&] { static_cast<void>(records.begin()); });
  expect_refused("moved from", [&] { static_cast<void>(records.report()); });
  expect_refused("moved from", [&] { static_cast<void>(records.inputs()); });
  EXPECT_TRUE(taken.next(batch));
}

TEST_F(MisuseTest, ARecordThatWasMovedFromIsExportedAsANewOne) {
  std::vector<Record> records(2);
  records[1] = std::move(records[0]);
  records[0].clear();
  records[0].add_control("001", "again");
  const Exported exported = export_to_memory(Source::records(records));
  EXPECT_EQ(exported.report.records_exported, 2U);
  EXPECT_TRUE(exported.report.repairs.empty());
  EXPECT_THAT(exported.bytes, testing::HasSubstr("<leader>00000nam a2200000 i 4500</leader>"));
}

TEST_F(MisuseTest, ValuesThatAnEnumerationDoesNotHaveHaveNoName) {
  for (const int value : {99, -1, 1 << 30}) {
    EXPECT_EQ(format_name(static_cast<Format>(value)), "");
    EXPECT_EQ(backend_name(static_cast<Backend>(value)), "");
    EXPECT_EQ(compression_name(static_cast<Compression>(value)), "");
    EXPECT_EQ(error_name(static_cast<ErrorCode>(value)), "");
  }
  EXPECT_EQ(reason_name(static_cast<Reason>(200)), "");
  EXPECT_EQ(encoding_name(static_cast<Encoding>(99)), "");
}

TEST_F(MisuseTest, ValuesThatAnEnumerationDoesNotHaveAreErrors) {
  const auto export_with = [&](const ExportOptions& options) { export_records(source(), Target::none(), options); };
  expect_refused("no such format", [&] { export_with(with(&ExportOptions::format, static_cast<Format>(99))); });
  expect_refused("backend", [&] { export_with(with(&ExportOptions::backend, static_cast<Backend>(99))); });
  expect_refused("no such compression",
                 [&] { export_with(with(&ExportOptions::compression, static_cast<Compression>(99))); });
  ExportOptions of_table = with(&ExportOptions::format, static_cast<Format>(99));
  of_table.table = Table::records();
  expect_refused("no such format", [&] { export_with(of_table); });
  expect_refused("can't be read",
                 [&] { export_records(Source::file("-", {.format = static_cast<Format>(99)}), Target::none()); });
}

TEST_F(MisuseTest, AReportWithValuesThatAnEnumerationDoesNotHaveCanBeWritten) {
  Report report;
  report.format = static_cast<Format>(99);
  report.compression = static_cast<Compression>(99);
  report.backend = static_cast<UsedBackend>(99);
  report.inputs = {"in"};
  report.rejects = {{1, 0, 0, "", static_cast<Reason>(200), "odd"}};
  report.rejects_by_reason[static_cast<Reason>(200)] = 1;
  report.repairs = {{1, 5, 0, "", Reason::kLeader, "an input that is not there"}};
  EXPECT_THAT(report.to_json(), testing::HasSubstr("odd"));
  EXPECT_THAT(report.to_text(), testing::HasSubstr("odd"));
  report.inputs = {"in", "in"};
  EXPECT_THAT(report.to_text(), testing::HasSubstr("an input that is not there"));
}

TEST_F(MisuseTest, ANameWithANulIsAnError) {
  folder_.write("in.mrc", iso2709(records_));
  folder_.write("out.xml", "old");
  const auto cut = [this](const char* name) {
    return std::filesystem::path(folder_.path(name).string() + std::string("\0.bak", 5));
  };
  expect_refused("NUL", [&] { export_records(Source::file(cut("in.mrc")), Target::none()); });
  expect_refused("NUL", [&] { export_records(source(), Target::file(cut("out.xml"))); });
  expect_refused("NUL", [&] { export_records(source(), Target::parts(cut("out.xml"), {.records = 1})); });
  expect_refused("NUL", [&] { export_records(source(), Target::none(), {.run = {.rejects = cut("out.xml")}}); });
  expect_refused("NUL", [&] { export_records(source(), Target::none(), {.run = {.report = cut("out.xml")}}); });
  expect_refused("NUL", [&] { RowStream(source(), Table::records(), {.rejects = cut("out.xml")}); });
  expect_refused("NUL", [&] { ReportFile(cut("out.xml")); });
  EXPECT_EQ(folder_.read("out.xml"), "old");
}

// NOLINTEND(bugprone-use-after-move)

}  // namespace
}  // namespace bulkmarc
