#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "command_test.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

class DiffCommand : public CommandTest {
 protected:
  /// The records of well_formed(count), without the first `skipped`.
  std::string some(int count, int skipped) const {
    write("whole.mrc", well_formed(count));
    run({"export", path("whole.mrc"), "-o", path("some.mrc"), "--skip", std::to_string(skipped)});
    return read("some.mrc");
  }
};

TEST_F(DiffCommand, CountsDifferencesAndSucceeds) {
  const std::string before = write("old.mrc", well_formed(5));
  const std::string after = write("new.mrc", some(7, 2));
  const Outcome outcome = run({"diff", before, after});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("diff      2 added, 0 changed, 3 unchanged, 2 deleted\n"));
}

TEST_F(DiffCommand, WritesEachKindOfRecordByTheNameOfItsFile) {
  const std::string before = write("old.mrc", well_formed(5));
  const std::string after = write("new.mrc", some(7, 2));
  const Outcome outcome = run({"diff", before, after, "--added", path("added.ndjson"), "--changed",
                               path("changed.xml.gz"), "--deleted", path("deleted.txt"), "-q"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(read("added.ndjson"), StartsWith("{\"leader\""));
  EXPECT_EQ(run({"check", path("added.ndjson"), "-q", "--limit", "3"}).exit_status, 0);
  EXPECT_EQ(read("deleted.txt"), "1\n2\n");
  EXPECT_EQ(run({"check", path("changed.xml.gz"), "-q"}).exit_status, 0);
}

TEST_F(DiffCommand, ItsListOfControlNumbersIsWhatIdsTakes) {
  const std::string before = write("old.mrc", well_formed(5));
  const std::string after = write("new.mrc", some(7, 2));
  run({"diff", before, after, "--deleted", path("deleted.txt"), "-q"});
  run({"export", before, "-o", path("gone.mrc"), "--ids", path("deleted.txt"), "-q"});
  EXPECT_EQ(read("gone.mrc"), well_formed(2));
}

TEST_F(DiffCommand, ReadsOneSideFromStandardInput) {
  write("old.mrc", well_formed(3));
  const Outcome outcome = run_with_input({"diff", path("old.mrc"), "-"}, well_formed(4));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("diff      1 added, 0 changed, 3 unchanged, 0 deleted\n"));
  expect_failure(run_with_input({"diff", path("old.mrc"), "-", "--added", path("a.mrc")}, well_formed(4)), 2,
                 {"read twice"});
  expect_failure(run({"diff", "-", "-"}), 2, {"standard input"});
}

TEST_F(DiffCommand, EndsWithThreeWhereEitherSideHasRejects) {
  const std::string good = write("good.mrc", well_formed(3));
  const std::string bad = write("bad.mrc", well_formed(3) + truncated());
  for (const auto& sides : {std::vector{good, bad}, std::vector{bad, good}}) {
    const Outcome outcome = run({"diff", sides[0], sides[1], "-q", "--deleted", path("d.mrc")});
    EXPECT_EQ(outcome.exit_status, 3);
    EXPECT_THAT(outcome.err, HasSubstr("1 record rejected (truncated 1); see --report"));
  }
}

TEST_F(DiffCommand, RefusesWhatItCanNotDo) {
  const std::string input = write("in.mrc", well_formed(3));
  expect_failure(run({"diff", input}), 2, {"NEW"});
  expect_failure(run({"diff", input, input, "--added", path("a.csv")}), 2, {"no tables"});
  expect_failure(run({"diff", input, input, "--added", path("a.doc")}), 2, {"a.doc", "extension"});
  expect_failure(run({"diff", input, input, "--added", input}), 1, {"is one of the inputs"});
  expect_failure(run({"diff", input, path("none.mrc")}), 1, {"none.mrc"});
  expect_failure(run({"diff", input, input, "--ignore-fields", "5..5"}), 2, {"ignore-fields"});
  EXPECT_EQ(read("in.mrc"), well_formed(3));
}

TEST_F(DiffCommand, PrintsItsReport) {
  const std::string input = write("in.mrc", well_formed(3));
  const Outcome outcome = run({"diff", input, input, "--report", "-", "-q"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\"unchanged\": 3"));
  EXPECT_THAT(outcome.out, HasSubstr("\"old_records\": {"));
}

using CountCommand = CommandTest;

TEST_F(CountCommand, PrintsATable) {
  const std::string input = write("in.mrc", well_formed(3));
  const Outcome outcome = run({"count", input, "LDR/6", "001", "--top", "2", "-q"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("LDR/6: 3 occurrences in 3 records, 1 distinct\n"
                                      "     records  occurrences  value\n"
                                      "           3            3  a\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  ... and 1 more values\n"));
  EXPECT_EQ(outcome.err, "");
}

TEST_F(CountCommand, PrintsCsvAndJson) {
  const std::string input = write("in.mrc", well_formed(3));
  EXPECT_EQ(run({"count", input, "LDR/6", "--to", "csv", "-q"}).out,
            "spec,value,records,occurrences\r\nLDR/6,a,3,3\r\n");
  EXPECT_THAT(run({"count", input, "LDR/6", "--to", "json", "-q"}).out, HasSubstr("\"occurrences\": 3"));
}

TEST_F(CountCommand, RefusesWhatItCanNotDo) {
  const std::string input = write("in.mrc", well_formed(3));
  expect_failure(run({"count", input}), 2, {"SPEC"});
  expect_failure(run({"count", input, "65"}), 2, {"spec '65'"});
  expect_failure(run({"count", input, "001", "--report", "-"}), 2, {"standard output"});
  expect_failure(run({"count", path("none"), "001"}), 1, {"none"});
}

TEST_F(CountCommand, TakesUniqueRecords) {
  const std::string input = write("in.mrc", well_formed(3) + well_formed(2));
  EXPECT_THAT(run({"count", input, "001", "--unique", "first", "-q"}).out, StartsWith("001: 3 occurrences"));
  const Outcome outcome = run({"export", input, "-o", path("out.mrc"), "--unique", "first"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(read("out.mrc"), well_formed(3));
  EXPECT_THAT(outcome.err, HasSubstr("duplicates (duplicate 2):\n  record 4 at "));
}

}  // namespace
