#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "command_test.hpp"

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

using CheckCommand = CommandTest;

TEST_F(CheckCommand, WritesNothingButTheAccount) {
  const std::string input = write("in.mrc", well_formed(4));
  const Outcome outcome = run({"check", input});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("4"));
  EXPECT_THAT(files(), ElementsAre("in.mrc"));
}

TEST_F(CheckCommand, TellsRejectsByItsStatus) {
  EXPECT_EQ(run({"check", write("in.mrc", well_formed(4) + truncated())}).exit_status, 3);
}

TEST_F(CheckCommand, CallsARepairARejectOnlyIfStrict) {
  const std::string input = write("in.mrc", mislabelled());
  EXPECT_EQ(run({"check", input}).exit_status, 0);
  EXPECT_EQ(run({"check", input, "--strict"}).exit_status, 3);
}

TEST_F(CheckCommand, ChecksForTheFormatThatIsNamed) {
  const std::string input = write("in.mrc", mislabelled());
  EXPECT_EQ(run({"check", input, "--strict", "--to", "mrc"}).exit_status, 0) << "ISO 2709 keeps the encoding";
  EXPECT_EQ(run({"check", input, "--strict", "--to", "ndjson"}).exit_status, 3);
}

TEST_F(CheckCommand, TellsWhatTheRecordsAreMadeOf) {
  const Outcome outcome = run({"check", write("in.mrc", well_formed(4) + mislabelled())});
  EXPECT_THAT(outcome.err, HasSubstr("types     am 5\n"));
  EXPECT_THAT(outcome.err, HasSubstr("encodings utf8 4, mislabelled_utf8 1\n"));
  EXPECT_THAT(outcome.err, HasSubstr("record 1 at 0 (001: 1)\n"));
  EXPECT_THAT(outcome.err, HasSubstr("  245            5            5  a 5\n"));
}

TEST_F(CheckCommand, CountsNothingWithoutStatistics) {
  const std::string input = write("in.mrc", well_formed(4));
  EXPECT_THAT(run({"check", input, "--no-statistics"}).err, testing::Not(HasSubstr("types ")));
  EXPECT_EQ(run({"check", input, "--no-statistics", "--report", path("r.json"), "-q"}).exit_status, 0);
  EXPECT_THAT(read("r.json"), HasSubstr("\"statistics\": null"));
  EXPECT_EQ(run({"check", input, "--report", path("r.json"), "-q"}).exit_status, 0);
  EXPECT_THAT(read("r.json"), HasSubstr("\"statistics\": {"));
}

TEST_F(CheckCommand, ReadsStandardInput) {
  const Outcome outcome = run_with_input({"check", "-"}, well_formed(4) + truncated());
  EXPECT_EQ(outcome.exit_status, 3);
}

/// A record without title, and with two fields 100.
std::string without_title() {
  bulkmarc::Record record("00000nam a2200000 i 4500");
  record.add_control("001", "x").add_data("100", "1 ", {{'a', "A"}}).add_data("100", "1 ", {{'a', "B"}});
  std::string bytes;
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kIso2709;
  bulkmarc::export_records(bulkmarc::Source::records({&record, 1}), bulkmarc::Target::memory(bytes), options);
  return bytes;
}

TEST_F(CheckCommand, TellsWhichRulesAreBrokenOnlyIfAsked) {
  const std::string input = write("in.mrc", well_formed(2) + without_title());
  EXPECT_THAT(run({"check", input}).err, testing::Not(HasSubstr("missing")));
  const Outcome outcome = run({"check", input, "--rules"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("record 3 at"));
  EXPECT_THAT(outcome.err, HasSubstr("(001: x): repeated: field 100 is not repeatable"));
  EXPECT_THAT(outcome.err, HasSubstr("(001: x): missing: there is no field 245"));
  EXPECT_THAT(outcome.err, HasSubstr(" 1 repaired"));
  EXPECT_EQ(run({"check", input, "--rules", "--where", "001=\\1"}).exit_status, 0);
  const Outcome strict = run({"check", input, "--rules", "--strict"});
  EXPECT_EQ(strict.exit_status, 3);
  EXPECT_THAT(strict.err, HasSubstr("1 rejected, 0 repaired"));
}

TEST_F(CheckCommand, TellsWhatASchemaDoesNotDefine) {
  const std::string input = write("in.mrc", well_formed(1));
  const std::string schema = write("s.json", R"({"fields": {"001": {}, "245": {"subfields": {"b": {}}}}})");
  const Outcome outcome = run({"check", input, "--avram", schema, "--report", path("r.json"), "-q"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(read("r.json"), HasSubstr("\"undefined\": 1"));
  EXPECT_THAT(read("r.json"), HasSubstr("subfield a of field 245 is not defined"));
}

TEST_F(CheckCommand, RefusesABrokenSchemaBeforeTheRun) {
  const std::string input = write("in.mrc", well_formed(1));
  const std::string schema = write("s.json", R"({"fields": {"245": {"subfields": {"ab": {}}}}})");
  expect_failure(run({"check", input, "--avram", schema}), 2,
                 {schema, "/fields/245/subfields/ab: expected one character"});
  expect_failure(run({"check", input, "--avram", path("none")}), 1, {path("none"), "No such file"});
  expect_failure(run({"check", input, "--avram", schema, "--report", schema}), 2, {"--avram"});
}

TEST_F(CheckCommand, FailsForWhatIsNotMarc) {
  const std::string input = write("not.mrc", "this is a letter to the editor, and not a catalogue");
  expect_failure(run({"check", input}), 1, {input, "this is"});
}

TEST_F(CheckCommand, FailsForAMissingInput) {
  expect_failure(run({"check", path("missing.mrc")}), 1, {path("missing.mrc"), "No such file"});
}

}  // namespace
