#include <gmock/gmock.h>
#include <simdjson.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "command_test.hpp"

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

/// Runs over three good records, a mislabelled and a truncated one.
class ReportOption : public CommandTest {
 protected:
  ReportOption() { write("in.mrc", well_formed(3) + mislabelled() + truncated()); }

  [[nodiscard]] Outcome export_with(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"export", path("in.mrc"), "-o", path("out.xml")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  [[nodiscard]] simdjson::dom::element parse(const std::string& json) { return parser_.parse(json).value(); }
  [[nodiscard]] static std::uint64_t number(simdjson::dom::element report, const char* pointer) {
    return report.at_pointer(pointer).get_uint64().value();
  }
  [[nodiscard]] static std::string_view text(simdjson::dom::element report, const char* pointer) {
    return report.at_pointer(pointer).get_string().value();
  }

 private:
  simdjson::dom::parser parser_;
};

TEST_F(ReportOption, WritesTheAccountAsJson) {
  EXPECT_EQ(export_with({"--report", path("report.json")}).exit_status, 3);
  const auto report = parse(read("report.json"));
  EXPECT_EQ(number(report, "/records_read"), 5);
  EXPECT_EQ(number(report, "/records_exported"), 4);
  EXPECT_EQ(number(report, "/records_rejected"), 1);
  EXPECT_EQ(number(report, "/records_repaired"), 1);
  EXPECT_EQ(number(report, "/bytes_read"), fs::file_size(path("in.mrc")));
  EXPECT_EQ(number(report, "/bytes_written"), fs::file_size(path("out.xml")));
  EXPECT_EQ(text(report, "/format"), "marcxml");
  EXPECT_EQ(text(report, "/output"), path("out.xml"));
  EXPECT_THAT(files(), ElementsAre("in.mrc", "out.xml", "report.json"));
}

TEST_F(ReportOption, SaysWhichRecordsWereRejectedAndRepairedAndWhy) {
  static_cast<void>(export_with({"--report", path("report.json")}));
  const auto report = parse(read("report.json"));
  EXPECT_EQ(number(report, "/rejects/0/record"), 5);
  EXPECT_EQ(number(report, "/rejects/0/offset"), well_formed(3).size() + mislabelled().size());
  EXPECT_EQ(text(report, "/rejects/0/code"), "truncated");
  EXPECT_EQ(number(report, "/repairs/0/record"), 4);
  EXPECT_EQ(text(report, "/repairs/0/code"), "mislabelled");
  EXPECT_EQ(text(report, "/repairs/0/control_number"), "1");
}

TEST_F(ReportOption, ListsNoMoreFindingsThanItMay) {
  write("in.mrc", mislabelled() + mislabelled() + mislabelled());
  EXPECT_EQ(export_with({"--report", path("report.json"), "--max-findings", "2"}).exit_status, 0);
  const auto report = parse(read("report.json"));
  EXPECT_EQ(number(report, "/records_repaired"), 3);
  EXPECT_EQ(report.at_pointer("/repairs").get_array().size(), 2);
}

TEST_F(ReportOption, WritesJsonToStandardOutput) {
  const Outcome outcome = export_with({"--report", "-"});
  EXPECT_EQ(number(parse(outcome.out), "/records_read"), 5);
  EXPECT_THAT(files(), ElementsAre("in.mrc", "out.xml"));
}

TEST_F(ReportOption, WritesTextToAFileThatIsCalledText) {
  static_cast<void>(export_with({"--report", path("report.txt")}));
  EXPECT_THAT(read("report.txt"), StartsWith("records "));
}

TEST_F(ReportOption, IsForCheckAndGenerateToo) {
  EXPECT_EQ(number(parse(run({"check", path("in.mrc"), "--report", "-"}).out), "/records_rejected"), 1);
  const Outcome outcome = run({"generate", "--records", "6", "-o", path("made.mrc"), "--report", "-"});
  EXPECT_EQ(number(parse(outcome.out), "/records_exported"), 6);
}

TEST_F(ReportOption, ReplacesAnOlderReportBehindALink) {
  write("real.json", "old");
  fs::create_symlink("real.json", path("link.json"));
  static_cast<void>(export_with({"--report", path("link.json")}));
  EXPECT_TRUE(fs::is_symlink(path("link.json")));
  EXPECT_THAT(read("real.json"), HasSubstr("records_read"));
}

TEST_F(ReportOption, MayHaveTheNameOfAPartElsewhereOrWithoutParts) {
  fs::create_directory(path("reports"));
  const std::string report = path("reports/out-00001.xml");
  EXPECT_EQ(export_with({"--split-records", "2", "--report", report}).exit_status, 3);
  EXPECT_EQ(number(parse(read("reports/out-00001.xml")), "/records_read"), 5);
  EXPECT_EQ(export_with({"--report", path("out-00001.xml")}).exit_status, 3);
  EXPECT_EQ(number(parse(read("out-00001.xml")), "/records_read"), 5);
}

TEST_F(ReportOption, TellsAReportThatCannotBeWrittenFromAnExportThatFailed) {
  expect_failure(export_with({"--report", "/dev/full", "-q"}), 1, {"/dev/full", "output is complete", "No space left"});
  EXPECT_THAT(read("out.xml"), HasSubstr("</collection>"));
}

}  // namespace
