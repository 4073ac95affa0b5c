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

TEST_F(CheckCommand, FailsForWhatIsNotMarc) {
  const std::string input = write("not.mrc", "this is a letter to the editor, and not a catalogue");
  expect_failure(run({"check", input}), 1, {input, "this is"});
}

TEST_F(CheckCommand, FailsForAMissingInput) {
  expect_failure(run({"check", path("missing.mrc")}), 1, {path("missing.mrc"), "No such file"});
}

}  // namespace
