#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <iterator>
#include <new>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Json = nlohmann::ordered_json;

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

Report report_with_findings() {
  Report report;
  report.records_read = 1'234'567;
  report.records_exported = 1'234'566;
  report.records_rejected = 1;
  report.records_repaired = 1;
  report.bytes_read = 1000;
  report.bytes_written = 2000;
  report.bytes_uncompressed = 5000;
  report.bytes_skipped = 3;
  report.parts = 4;
  report.seconds = {0.25, 0.5, 0.125, 1.0};
  report.threads = 2;
  report.format = Format::kNdjson;
  report.compression = Compression::kGzip;
  report.backend = UsedBackend::kMapped;
  report.backend_reason = "as asked";
  report.inputs = {"a.mrc", "b.mrc"};
  report.output = "out.ndjson";
  report.rejects = {{17, 1, 4242, "ocm17", Reason::kFieldBounds, "field 245 is outside"}};
  report.repairs = {{18, 0, 5000, "", Reason::kInvalidUtf8, "replaced"}};
  return report;
}

TEST(ReportJsonTest, HasAllFieldsUnderTheirNames) {
  const Json json = Json::parse(report_with_findings().to_json());
  EXPECT_THAT(keys(json),
              ElementsAre("bulkmarc", "status", "error", "command_line", "started", "ended", "records_read",
                          "records_exported", "records_rejected", "records_selected_out", "records_repaired",
                          "records_duplicate", "bytes_read", "bytes_written", "bytes_uncompressed", "bytes_skipped",
                          "parts", "seconds", "threads", "format", "compression", "backend", "backend_reason", "inputs",
                          "inputs_passed_over", "output", "rejects_by_reason", "repairs_by_reason", "rejects",
                          "repairs", "duplicates", "merge", "diff", "ids_not_found", "missing_ids", "statistics"));
  EXPECT_THAT(keys(json["seconds"]), ElementsAre("measure", "serialize", "commit", "total"));
  EXPECT_EQ(json["records_read"], 1'234'567);
  EXPECT_EQ(json["seconds"]["serialize"], 0.5);
  EXPECT_EQ(json["bytes_uncompressed"], 5000);
  EXPECT_EQ(json["parts"], 4);
  EXPECT_EQ(json["format"], "ndjson");
  EXPECT_EQ(json["compression"], "gz");
  EXPECT_EQ(json["backend"], "mapped");
  EXPECT_EQ(json["inputs"], Json({"a.mrc", "b.mrc"}));
}

TEST(ReportJsonTest, AFindingNamesItsInput) {
  const Json json = Json::parse(report_with_findings().to_json());
  const Json expected = {{"record", 17},
                         {"input", "b.mrc"},
                         {"offset", 4242},
                         {"control_number", "ocm17"},
                         {"code", "field_bounds"},
                         {"detail", "field 245 is outside"},
                         {"length", 0},
                         {"tag", ""},
                         {"occurrence", 0},
                         {"subfield", ""},
                         {"position", 0},
                         {"snippet", ""}};
  ASSERT_EQ(json["rejects"].size(), 1U);
  EXPECT_EQ(json["rejects"][0], expected);
  EXPECT_EQ(json["repairs"][0]["input"], "a.mrc");
}

TEST(ReportJsonTest, IsJsonWhateverNamesAndNumbersHold) {
  Report report = report_with_findings();
  const std::string nasty("\"\\\n\x01\0\xFF\xC3", 7);
  report.inputs = {nasty, nasty};
  report.output = nasty;
  report.rejects[0].control_number = nasty;
  report.rejects[0].detail = nasty;
  const Json json = Json::parse(report.to_json());
  const std::string expected("\"\\\n\x01\0\xEF\xBF\xBD\xEF\xBF\xBD", 11);
  EXPECT_EQ(json["output"], expected);
  EXPECT_EQ(json["rejects"][0]["control_number"], expected);
  EXPECT_EQ(json["rejects"][0]["input"], expected);
}

TEST(ReportJsonTest, SaysWhatMadeTheRunAndWhen) {
  Report report = report_with_findings();
  report.version = "1.2.3";
  report.command_line = {"bulkmarc", "export", "a b"};
  report.started = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + std::chrono::milliseconds(3'723'004);
  report.ended = report.started + std::chrono::hours(24);
  const Json json = Json::parse(report.to_json());
  EXPECT_EQ(json["bulkmarc"], "1.2.3");
  EXPECT_EQ(json["command_line"], Json({"bulkmarc", "export", "a b"}));
  EXPECT_EQ(json["started"], "2026-11-26T01:02:03.004Z");
  EXPECT_EQ(json["ended"], "2026-11-27T01:02:03.004Z");
}

TEST(ReportJsonTest, HasTheErrorOfARunThatFailed) {
  Report report = report_with_findings();
  EXPECT_EQ(Json::parse(report.to_json())["status"], "rejects");
  EXPECT_TRUE(Json::parse(report.to_json())["error"].is_null());
  report.error = failure_of(std::make_exception_ptr(Error(ErrorCode::kInputOpen, "a.mrc", "can't be opened", ENOENT)));
  const Json json = Json::parse(report.to_json());
  const Json expected = {{"code", "input_open"},
                         {"path", "a.mrc"},
                         {"message", "a.mrc: can't be opened: No such file or directory"},
                         {"system_error", ENOENT}};
  EXPECT_EQ(json["status"], "failed");
  EXPECT_EQ(json["error"], expected);
  EXPECT_THAT(report.to_text(), testing::StartsWith("failed    a.mrc: can't be opened"));
}

TEST(ReportJsonTest, AnErrorWithoutACodeIsOneOfTheProgram) {
  Report report;
  report.error = failure_of(std::make_exception_ptr(std::runtime_error("the query failed")));
  const Json json = Json::parse(report.to_json());
  EXPECT_TRUE(json["error"]["code"].is_null());
  EXPECT_EQ(json["error"]["message"], "the query failed");
  EXPECT_EQ(failure_of(std::make_exception_ptr(std::bad_alloc())).message, "out of memory");
  EXPECT_FALSE(failure_of(std::make_exception_ptr(1)).message.empty());
}

/// What no terminal may get: C0, DEL, C1, and what turns the direction of text.
constexpr std::string_view kActsOnTerminals =
    "\x1b[31m|\x7f|\u0085|\u009b31m|\u200e|\u200f|\u061c|\u2028|\u202a|\u202e|\u2066|\u2069";
constexpr std::string_view kHarmless = "?[31m|?|?|?31m|?|?|?|?|?|?|?|?";

TEST(PrintableTest, ControlsAndDirectionsBecomeQuestionMarks) {
  EXPECT_EQ(printable(kActsOnTerminals), kHarmless);
  EXPECT_EQ(printable("a\nb\r\tc"), "a?b??c");
  EXPECT_EQ(printable("caf\xE9 \xC2"), "caf? ?");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a?b");
  EXPECT_EQ(printable("Bücher 書 \U0001F4DA e\u0301"), "Bücher 書 \U0001F4DA e\u0301");
}

TEST(PrintableTest, NoFormOfTheReportHasThem) {
  Report report = report_with_findings();
  const std::string nasty(kActsOnTerminals);
  report.inputs = {nasty, nasty};
  report.output = report.backend_reason = nasty;
  report.command_line = {nasty};
  report.missing_ids = {nasty};
  report.ids_not_found = 1;
  report.rejects[0].control_number = report.rejects[0].detail = nasty;
  report.rejects[0].location = {nasty, 1, nasty, 1, nasty};
  report.error = Failure{std::nullopt, nasty, nasty, 0};
  Statistics& statistics = report.statistics.emplace();
  statistics.records = 1;
  statistics.longest.control_number = nasty;
  statistics.fields.push_back({nasty, 1, 1, {{'\x1b', 1, 1}}});
  const std::string json = report.to_json();
  for (std::string text : {report.to_text(), json}) {
    std::erase(text, '\n');
    EXPECT_EQ(printable(text), text);
  }
  EXPECT_EQ(Json::parse(json)["output"], nasty);
}

TEST(ReportTextTest, SaysWhatBecameOfTheRecords) {
  const std::string text = report_with_findings().to_text();
  EXPECT_THAT(text, HasSubstr("1,234,567 read, 1,234,566 exported, 1 rejected, 1 repaired"));
  EXPECT_THAT(text, HasSubstr("2,000 written (5,000 uncompressed), 3 skipped"));
  EXPECT_THAT(text, HasSubstr("out.ndjson as ndjson.gz in 4 parts"));
  EXPECT_THAT(text, HasSubstr("record 17 at 4242 of b.mrc (001: ocm17): field_bounds: field 245 is outside"));
  EXPECT_THAT(text, HasSubstr("record 18 at 5000 of a.mrc (001: none): invalid_utf8"));
  EXPECT_EQ(text.back(), '\n');
}

TEST(ReportTextTest, LongListsAreShortened) {
  Report report = report_with_findings();
  report.rejects.resize(200, report.rejects.front());
  const std::string text = report.to_text();
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 30);
  EXPECT_THAT(text, HasSubstr("..."));
}

TEST(ReportTextTest, AnEmptyRunIsDescribedToo) {
  const std::string text = Report().to_text();
  EXPECT_THAT(text, HasSubstr("0 read, 0 exported"));
  EXPECT_THAT(text, testing::Not(HasSubstr("nan")));
}

TEST(ReportTextTest, ControlCharactersOfADamagedRecordDoNotReachTheTerminal) {
  Report report = report_with_findings();
  report.rejects[0].control_number = "\x1B]0;title\x07\r\n";
  report.rejects[0].detail = "a\x1B[2J";
  for (const char byte : report.to_text()) {
    const bool harmless = static_cast<unsigned char>(byte) >= 0x20 || byte == '\n';
    EXPECT_TRUE(harmless) << "byte " << int{byte};
  }
  EXPECT_EQ(std::ranges::count(report.to_text(), '\n'), std::ranges::count(report_with_findings().to_text(), '\n'));
}

TEST(ReasonTest, EveryReasonHasItsOwnName) {
  std::set<std::string> names;
  for (int reason = 0; reason <= static_cast<int>(Reason::kInvalidMarc8); ++reason) {
    const std::string name(reason_name(static_cast<Reason>(reason)));
    EXPECT_THAT(name, testing::MatchesRegex("[a-z0-9_]+"));
    names.insert(name);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Reason::kInvalidMarc8) + 1);
  EXPECT_EQ(reason_name(Reason::kTruncated), "truncated");
  EXPECT_EQ(reason_name(Reason::kMarc8), "marc8");
  EXPECT_EQ(reason_name(Reason::kFieldTooLong), "field_too_long");
  EXPECT_EQ(reason_name(Reason::kSyntax), "syntax");
  EXPECT_EQ(reason_name(Reason::kInvalidMarc8), "invalid_marc8");
}

class FindingsTest : public testing::Test {
 protected:
  FindingsTest() {
    for (std::size_t i = 0; i < records_.size(); i += 3) records_[i].add_field("500", "no subfields");
    options_.run.batch_bytes = 4096;
    options_.run.threads = 8;
  }

  std::vector<Record> records_ = numbered_records(900);
  ExportOptions options_;
};

TEST_F(FindingsTest, AreListedInTheOrderOfTheRecordsWhateverTheThreads) {
  for (int run = 0; run < 5; ++run) {
    const Report report = export_to_memory(Source::records(records_), options_).report;
    ASSERT_EQ(report.repairs.size(), 300U);
    for (std::size_t i = 0; i < 300; ++i) {
      EXPECT_EQ(report.repairs[i].record, 3 * i + 1);
      EXPECT_EQ(report.repairs[i].offset, 3 * i);
      EXPECT_EQ(report.repairs[i].control_number, records_[3 * i].view().control_number());
    }
  }
}

TEST_F(FindingsTest, ListsAreCappedAndCountsAreComplete) {
  for (const std::size_t most : {0U, 1U, 77U}) {
    options_.run.max_findings = most;
    options_.run.strict = false;
    const Report repaired = export_to_memory(Source::records(records_), options_).report;
    EXPECT_EQ(repaired.repairs.size(), most);
    EXPECT_EQ(repaired.records_repaired, 300U);
    options_.run.strict = true;
    const Report rejected = export_to_memory(Source::records(records_), options_).report;
    EXPECT_EQ(rejected.rejects.size(), most);
    EXPECT_EQ(rejected.records_rejected, 300U);
    EXPECT_EQ(rejected.records_exported, 600U);
  }
}

TEST_F(FindingsTest, StrayBytesAreReportedOnceWhereTheyBegin) {
  const TemporaryFolder folder;
  const std::string first = iso2709(std::span<const Record>(records_).first(400));
  const std::string rest = iso2709(std::span<const Record>(records_).subspan(400));
  const auto path = folder.write("in.mrc", first + "\r\n" + rest + "\n");
  const Report report = export_to_memory(Source::file(path), options_).report;
  EXPECT_EQ(report.bytes_skipped, 3U);
  std::vector<Finding> strays;
  std::ranges::copy_if(report.repairs, std::back_inserter(strays),
                       [](const Finding& finding) { return finding.code == Reason::kStrayBytes; });
  ASSERT_EQ(strays.size(), 1U);
  EXPECT_EQ(strays[0].record, 401U);
  EXPECT_EQ(strays[0].offset, first.size());
  EXPECT_TRUE(std::ranges::is_sorted(report.repairs, {}, &Finding::record));
}

TEST_F(FindingsTest, NoTextOfAFindingIsLongWhateverTheRecordHolds) {
  const std::string name(1 << 20, 'n');
  const std::string accents = [] {
    std::string text;
    for (int i = 0; i < 1 << 19; ++i) text += "\u00E9";
    return text;
  }();
  const TemporaryFolder folder;
  std::string xml = "<collection>";
  for (const std::string& field :
       {"<controlfield tag=\"" + name + "\">x</controlfield>", "<datafield tag=\"" + accents + "\"/>",
        "<" + name + "/>",
        "<datafield tag=\"245\" ind1=\"1\" ind2=\"0\"><subfield code=\"" + accents + "\">x</subfield></datafield>",
        "<datafield tag=\"245\" ind1=\"" + accents + "\"/>"}) {
    xml += "<record><leader>00000nam a2200000 i 4500</leader>" + field + "</record>";
  }
  const auto in_xml = folder.write("in.xml", xml + "</collection>");
  const auto in_json = folder.write("in.json", R"({"leader":"00000nam a2200000 i 4500","fields":[{")" + name +
                                                   R"(":"x"},{"245":{"ind1":")" + accents +
                                                   R"(","ind2":" ","subfields":[{")" + accents + R"(":"x"}]}}]})");
  const Report report = export_to_memory(Source::files({in_xml, in_json}), options_).report;
  std::vector<Finding> findings = report.rejects;
  findings.insert(findings.end(), report.repairs.begin(), report.repairs.end());
  EXPECT_GE(findings.size(), 4U);
  for (const Finding& finding : findings) {
    EXPECT_LE(finding.detail.size(), 200U) << reason_name(finding.code);
    EXPECT_LE(finding.control_number.size(), 64U);
    for (const std::string& quote : {finding.location.tag, finding.location.subfield, finding.location.snippet}) {
      EXPECT_LE(quote.size(), 80U) << reason_name(finding.code);
    }
  }
  EXPECT_LT(report.to_json().size(), 20'000U);
}

TEST_F(FindingsTest, AFileNameThatIsNotUtf8IsReportedAsJson) {
  const TemporaryFolder folder;
  const auto path = folder.write("in\xFF.mrc", iso2709(records_));
  const Report report = export_to_memory(Source::file(path)).report;
  const Json json = Json::parse(report.to_json());
  EXPECT_THAT(json["inputs"][0].get<std::string>(), HasSubstr("in\xEF\xBF\xBD.mrc"));
}

TEST_F(FindingsTest, SecondsOfThePhasesAreWithinTheTotal) {
  const Report report = export_to_memory(Source::records(records_)).report;
  EXPECT_GT(report.seconds.total, 0);
  EXPECT_LE(report.seconds.measure + report.seconds.serialize + report.seconds.commit, report.seconds.total);
}

}  // namespace
}  // namespace bulkmarc
