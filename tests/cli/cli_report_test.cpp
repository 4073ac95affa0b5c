#include <gmock/gmock.h>
#include <simdjson.h>

#include <cerrno>
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
  EXPECT_THAT(read("report.txt"), StartsWith("bulkmarc "));
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

TEST_F(ReportOption, OfAFailedRunTakesThePlaceOfLastNights) {
  write("report.json", "last night's");
  fs::permissions(path("report.json"), fs::perms(0640));
  expect_failure(run({"export", path("missing.mrc"), "-o", path("out.xml"), "--report", path("report.json"), "-q"}), 1,
                 {"missing.mrc"});
  const auto report = parse(read("report.json"));
  EXPECT_EQ(text(report, "/status"), "failed");
  EXPECT_EQ(text(report, "/error/code"), "input_open");
  EXPECT_EQ(text(report, "/error/path"), path("missing.mrc"));
  EXPECT_THAT(std::string(text(report, "/error/message")), HasSubstr("No such file"));
  EXPECT_EQ(number(report, "/error/system_error"), ENOENT);
  EXPECT_EQ(fs::status(path("report.json")).permissions(), fs::perms(0640));
  EXPECT_THAT(files(), ElementsAre("in.mrc", "report.json"));
}

TEST_F(ReportOption, OfAFailedRunHasTheCountsSoFar) {
  expect_failure(
      run({"export", path("in.mrc"), "-o", "/dev/full", "--to", "mrk", "--report", path("report.json"), "-q"}), 1,
      {"/dev/full"});
  const auto report = parse(read("report.json"));
  EXPECT_EQ(text(report, "/error/code"), "output_write");
  EXPECT_EQ(text(report, "/output"), "/dev/full");
}

TEST_F(ReportOption, OfAFailedRunGoesToStandardOutputToo) {
  const Outcome outcome = run({"check", path("missing.mrc"), "--report", "-", "-q"});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_EQ(text(parse(outcome.out), "/error/code"), "input_open");
}

TEST_F(ReportOption, SaysTheCommandLineAndWhenItRan) {
  static_cast<void>(export_with({"--report", path("report.json")}));
  const auto report = parse(read("report.json"));
  EXPECT_EQ(text(report, "/bulkmarc"), bulkmarc::version());
  EXPECT_EQ(text(report, "/command_line/1"), "export");
  EXPECT_EQ(text(report, "/command_line/6"), path("report.json"));
  EXPECT_THAT(std::string(text(report, "/started")),
              testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"));
  EXPECT_LE(text(report, "/started"), text(report, "/ended"));
}

TEST_F(ReportOption, IsNotTheFileOfIds) {
  write("ids", "1\n");
  expect_failure(export_with({"--ids", path("ids"), "--report", path("ids")}), 2, {"would replace"});
  EXPECT_EQ(read("ids"), "1\n");
}

TEST_F(ReportOption, OfManyDigitsBesidePartsIsAnErrorAndNoCrash) {
  const std::string name = path("out-" + std::string(120'000, '1') + ".xml");
  EXPECT_EQ(export_with({"--split-records", "2", "--report", name}).exit_status, 1);
}

TEST_F(ReportOption, AQuietRunSaysInOneLineThatRecordsWereRejected) {
  write("in.mrc", well_formed(3) + truncated());
  EXPECT_EQ(export_with({"-q"}).err, "bulkmarc: 1 record rejected (truncated 1); see --report\n");
  EXPECT_EQ(export_with({"-q", "--report", path("r.json")}).err,
            "bulkmarc: 1 record rejected (truncated 1); see " + path("r.json") + "\n");
  write("in.mrc", mislabelled() + mislabelled() + truncated());
  EXPECT_EQ(export_with({"-q", "--strict"}).err,
            "bulkmarc: 3 records rejected (truncated 1, mislabelled 2); see --report\n");
  write("in.mrc", well_formed(3));
  EXPECT_EQ(export_with({"-q"}).err, "");
}

/// An input of a format, in which damaged records stand between sound ones.
struct DamagedInput {
  std::string name;
  std::string bytes;
};

using Leaders = std::vector<std::string>;

std::string xml_of(const Leaders& leaders) {
  std::string text = "<collection xmlns=\"http://www.loc.gov/MARC21/slim\">";
  for (const std::string& leader : leaders) {
    text += "<record><leader>" + leader + "</leader><controlfield tag=\"001\">1</controlfield></record>\n";
  }
  return text + "</collection>";
}

std::string json_of(const Leaders& leaders, const std::string& separator) {
  std::string text;
  for (const std::string& leader : leaders) {
    text += (text.empty() ? "" : separator) + R"({"leader":")" + leader + R"(","fields":[{"001":"1"}]})";
  }
  return text;
}

std::string mrk_of(const Leaders& leaders) {
  std::string text;
  for (const std::string& leader : leaders) text += "=LDR  " + leader + "\n=001  1\n\n";
  return text;
}

/// The directory of the rejected ones says nothing that fits to their only field.
std::string iso2709_of(const std::vector<bool>& rejected) {
  std::string bytes;
  for (const bool is_rejected : rejected) {
    bytes += is_rejected ? "00052nam a2200049 i 4500rejected....rejected....\x1Ex\x1E\x1D" : well_formed(1);
  }
  return bytes;
}

class RejectsOfAFormat : public ReportOption, public testing::WithParamInterface<DamagedInput> {};

TEST_P(RejectsOfAFormat, CanBeCutOutOfTheRejectsFileByTheirLengths) {
  const std::string in = write(GetParam().name, GetParam().bytes);
  EXPECT_EQ(run({"export", in, "-o", path("out.mrk"), "--rejects", path("rejects"), "--report", path("r.json"), "-q"})
                .exit_status,
            3);
  const auto report = parse(read("r.json"));
  const std::string rejects = read("rejects");
  std::size_t begin = 0;
  for (const simdjson::dom::element reject : report.at_pointer("/rejects").get_array()) {
    const std::uint64_t length = number(reject, "/length");
    const std::string piece = rejects.substr(begin, length);
    EXPECT_EQ(piece, GetParam().bytes.substr(number(reject, "/offset"), length));
    EXPECT_THAT(piece, HasSubstr("rejected"));
    begin += length;
  }
  EXPECT_EQ(begin, rejects.size());
  EXPECT_EQ(number(report, "/records_rejected"), 2);
  EXPECT_EQ(number(report, "/records_exported"), 2);
}

constexpr const char* kGoodLeader = "00000nam a2200000 i 4500";
/// Longer than a leader is.
constexpr const char* kBadLeader = "00000nam a2200000 i 4500rejected";

INSTANTIATE_TEST_SUITE_P(
    AllFormats, RejectsOfAFormat,
    testing::Values(DamagedInput{"in.xml", xml_of({kGoodLeader, kBadLeader, kGoodLeader, kBadLeader})},
                    DamagedInput{"in.json",
                                 "[" + json_of({kGoodLeader, kBadLeader, kGoodLeader, kBadLeader}, ",\n") + "]"},
                    DamagedInput{"in.ndjson", json_of({kGoodLeader, kBadLeader, kGoodLeader, kBadLeader}, "\n")},
                    DamagedInput{"in.mrk", mrk_of({kGoodLeader, kBadLeader, kGoodLeader, kBadLeader})},
                    DamagedInput{"in.mrc", iso2709_of({false, true, false, true})}),
    [](const auto& parameter) { return parameter.param.name.substr(3); });

}  // namespace
