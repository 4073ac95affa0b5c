#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "command_test.hpp"

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

}  // namespace
