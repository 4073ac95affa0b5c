#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class RunReportTest : public testing::Test {
 protected:
  RunReportTest() { options_.run.report = folder_.write("report.json", "last night's"); }

  [[nodiscard]] Json report() const { return Json::parse(folder_.read("report.json")); }

  void export_all() { export_records(Source::records(records_), Target::file(folder_.path("out.xml")), options_); }

  /// Runs `body`, and returns what it throws.
  template <class Body>
  static Error error_of(const Body& body) {
    try {
      body();
    } catch (const Error& error) {
      return error;
    }
    throw std::logic_error("no error");
  }

  TemporaryFolder folder_;
  std::vector<Record> records_ = numbered_records(50);
  ExportOptions options_;
};

TEST_F(RunReportTest, IsTheReportThatIsReturned) {
  options_.run.command_line = {"program", "--all"};
  const Report returned = export_records(Source::records(records_), Target::file(folder_.path("out.xml")), options_);
  EXPECT_EQ(report()["status"], "exported");
  EXPECT_EQ(report()["records_exported"], 50);
  EXPECT_EQ(report()["command_line"], Json({"program", "--all"}));
  EXPECT_EQ(report()["bulkmarc"], std::string(version()));
  EXPECT_LE(report()["started"], report()["ended"]);
  EXPECT_EQ(returned.status(), "exported");
  EXPECT_EQ(returned.version, version());
  EXPECT_LE(returned.started, returned.ended);
  EXPECT_THAT(folder_.names(), ElementsAre("out.xml", "report.json"));
}

TEST_F(RunReportTest, IsTextWhereItsNameSaysSo) {
  options_.run.report = folder_.path("report.txt");
  options_.run.command_line = {"program", "a\x1b"};
  export_all();
  EXPECT_THAT(folder_.read("report.txt"), testing::MatchesRegex("bulkmarc  [^\n]*, started [^\n]*Z, ended [^\n]*Z\n"
                                                                "command   program a\\?\nrecords [^$]*"));
}

TEST_F(RunReportTest, KeepsModeAndLinkOfTheOneThatItReplaces) {
  fs::permissions(folder_.path("report.json"), fs::perms(0640));
  fs::create_symlink("report.json", folder_.path("link.json"));
  options_.run.report = folder_.path("link.json");
  export_all();
  EXPECT_TRUE(fs::is_symlink(folder_.path("link.json")));
  EXPECT_EQ(fs::status(folder_.path("report.json")).permissions(), fs::perms(0640));
  EXPECT_EQ(report()["records_read"], 50);
}

TEST_F(RunReportTest, WhatAKilledRunHasLeftIsRemoved) {
  folder_.write(".report.json.0123456789abcdef.part", "half a report");
  export_all();
  EXPECT_THAT(folder_.names(), ElementsAre("out.xml", "report.json"));
}

TEST_F(RunReportTest, OfARunThatCannotBeginSaysWhy) {
  const Error error = error_of([&] {
    export_records(Source::file(folder_.path("missing.mrc")), Target::file(folder_.path("out.xml")), options_);
  });
  EXPECT_EQ(report()["status"], "failed");
  EXPECT_EQ(report()["error"]["code"], "input_open");
  EXPECT_EQ(report()["error"]["path"], folder_.path("missing.mrc").string());
  EXPECT_EQ(report()["error"]["message"], error.what());
  EXPECT_EQ(report()["error"]["system_error"], ENOENT);
  EXPECT_EQ(report()["records_read"], 0);
  EXPECT_THAT(folder_.names(), ElementsAre("report.json"));
}

TEST_F(RunReportTest, OfARunThatFailsInTheMiddleHasTheCountsSoFar) {
  int made = 0;
  const auto next = [&](Record& record) {
    if (++made > 30'000) throw std::runtime_error("the cursor is gone");
    record = numbered_record(static_cast<std::uint64_t>(made));
    return true;
  };
  options_.run.threads = 2;
  options_.run.batch_bytes = 4096;
  EXPECT_THROW(export_records(Source::pulled(next), Target::file(folder_.path("out.xml")), options_),
               std::runtime_error);
  EXPECT_EQ(report()["status"], "failed");
  EXPECT_TRUE(report()["error"]["code"].is_null());
  EXPECT_EQ(report()["error"]["message"], "the cursor is gone");
  EXPECT_GT(report()["records_read"], 0);
  EXPECT_EQ(report()["records_read"], report()["records_exported"]);
  EXPECT_THAT(folder_.names(), ElementsAre("report.json"));
}

TEST_F(RunReportTest, OfARunThatWasStoppedSaysSo) {
  std::stop_source stop;
  stop.request_stop();
  options_.run.stop = stop.get_token();
  EXPECT_EQ(error_of([&] { export_all(); }).code(), ErrorCode::kCancelled);
  EXPECT_EQ(report()["error"]["code"], "cancelled");
}

TEST_F(RunReportTest, ThatCannotBeCreatedStopsTheRunBeforeItBegins) {
  options_.run.report = folder_.path("missing/report.json");
  EXPECT_EQ(error_of([&] { export_all(); }).code(), ErrorCode::kOutputCreate);
  EXPECT_THAT(folder_.names(), ElementsAre("report.json"));
}

TEST_F(RunReportTest, ThatCannotBeWrittenToADeviceLeavesACompleteOutput) {
  options_.run.report = "/dev/full";
  const Error error = error_of([&] { export_all(); });
  EXPECT_EQ(error.os_error(), ENOSPC);
  EXPECT_THAT(error.what(), HasSubstr("the output is complete"));
  EXPECT_THAT(folder_.names(), ElementsAre("out.xml", "report.json"));
}

TEST_F(RunReportTest, NeverReplacesAnotherFileOfTheRun) {
  const std::string input = iso2709(records_);
  const fs::path in = folder_.write("in.mrc", input);
  fs::create_symlink("in.mrc", folder_.path("link.mrc"));
  const auto code_of = [&](const fs::path& report, Target target) {
    options_.run.report = report;
    return error_of([&] { export_records(Source::file(in), std::move(target), options_); }).code();
  };
  EXPECT_EQ(code_of(folder_.path("link.mrc"), Target::none()), ErrorCode::kTargetIsInput);
  EXPECT_EQ(code_of(folder_.path("./out.xml"), Target::file(folder_.path("out.xml"))), ErrorCode::kInvalidOptions);
  options_.run.rejects = folder_.path("rejects");
  EXPECT_EQ(code_of(folder_.path("rejects"), Target::none()), ErrorCode::kInvalidOptions);
  for (const char* name : {"out-00001.xml", "out-99999.xml", "out.xml.manifest.json", ".out.xml.resume.ndjson"}) {
    EXPECT_EQ(code_of(folder_.path(name), Target::parts(folder_.path("out.xml"), {.records = 10})),
              ErrorCode::kInvalidOptions)
        << name;
  }
  EXPECT_EQ(folder_.read("in.mrc"), input);
  EXPECT_THAT(folder_.names(), ElementsAre("in.mrc", "link.mrc", "report.json"));
}

TEST_F(RunReportTest, NeverReplacesAnInputThoughTheRunFailsBeforeItKnowsThem) {
  const fs::path folder = folder_.path("inputs");
  fs::create_directory(folder);
  std::ofstream(folder / "a.json") << "[]";
  options_.run.report = folder / "a.json";
  EXPECT_EQ(error_of([&] {
              export_records(Source::files({folder, folder_.path("missing.mrc")}), Target::none(), options_);
            }).code(),
            ErrorCode::kInputOpen);
  EXPECT_EQ(read_file(folder / "a.json"), "[]");
}

TEST_F(RunReportTest, MayHaveANameOfManyDigitsBesideParts) {
  options_.run.report = folder_.path("out-" + std::string(120'000, '1') + ".xml");
  EXPECT_THROW(
      export_records(Source::records(records_), Target::parts(folder_.path("out.xml"), {.records = 10}), options_),
      Error);
}

TEST_F(RunReportTest, IsHandedToTheCallerOnceHoweverTheRunEnds) {
  std::vector<std::string> told;
  options_.run.on_report = [&](const Report& report) { told.emplace_back(report.status()); };
  export_all();
  options_.run.threads = -1;
  EXPECT_EQ(error_of([&] { export_all(); }).code(), ErrorCode::kInvalidOptions);
  EXPECT_THAT(told, ElementsAre("exported", "failed"));
}

TEST_F(RunReportTest, OfRowsIsWrittenWhenTheLastWasTaken) {
  {
    RowStream rows(Source::records(records_), Table::records(), options_.run);
    RowBatch batch;
    while (rows.next(batch)) continue;
    EXPECT_EQ(report()["status"], "exported");
    EXPECT_EQ(report()["records_read"], 50);
  }
  EXPECT_THROW(RowStream(Source::file(folder_.path("missing.mrc")), Table::records(), options_.run), Error);
  EXPECT_EQ(report()["error"]["code"], "input_open");
  { RowStream rows(Source::records(records_), Table::records(), options_.run); }
  EXPECT_THAT(report()["status"], testing::AnyOf("failed", "exported"));  // Who was faster.
}

class ReportFileTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  Report report_;
};

TEST_F(ReportFileTest, AppearsWithTheReportThatWasPreparedLast) {
  ReportFile file(folder_.path("report.json"));
  file.prepare(report_);
  EXPECT_FALSE(fs::exists(folder_.path("report.json")));
  report_.records_read = 7;
  file.prepare(report_);
  file.commit();
  EXPECT_EQ(folder_.read("report.json"), report_.to_json());
  EXPECT_THAT(folder_.names(), ElementsAre("report.json"));
}

TEST_F(ReportFileTest, LeavesTheOldFileWithoutACommit) {
  folder_.write("report.json", "old");
  ReportFile(folder_.path("report.json")).prepare(report_);
  EXPECT_EQ(folder_.read("report.json"), "old");
  EXPECT_THAT(folder_.names(), ElementsAre("report.json"));
}

TEST_F(ReportFileTest, OneThatWasMovedFromIsAnError) {
  ReportFile file(folder_.path("report.json"));
  const ReportFile taken = std::move(file);
  EXPECT_THROW(file.prepare(report_), Error);  // NOLINT(bugprone-use-after-move): what this test is about
  EXPECT_THROW(file.commit(), Error);          // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace bulkmarc
