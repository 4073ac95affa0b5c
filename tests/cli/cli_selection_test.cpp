#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "command_test.hpp"
#include "mistake.hpp"

using testing::HasSubstr;
using testing::Not;

namespace {

class SelectionMistake : public MistakeTest {};

TEST_P(SelectionMistake, IsOneLineThatNamesIt) { expect_one_line("out.xml"); }

INSTANTIATE_TEST_SUITE_P(
    CommandLine, SelectionMistake,
    testing::Values(Mistake{{"--where", "245$a=x"}, "where '245$a=x': at character 7: expected a string, which begins"},
                    Mistake{{"--fields", "245;650"}, "fields '245;650': at character 4: expected $, a comma"},
                    Mistake{{"--drop-fields", "LDR"}, "drop-fields 'LDR': at character 1: expected a field"},
                    Mistake{{"--where", ""}, "--where"},                   //
                    Mistake{{"--skip", "-1"}, "--skip"},                   //
                    Mistake{{"--limit", "ten"}, "--limit"},                //
                    Mistake{{"--seed", "1"}, "--seed requires --sample"},  //
                    Mistake{{"--sample", "1", "--limit", "1"}, "excludes"}));

using Selection = CommandTest;

TEST_F(Selection, SkipAndLimitTakeAStretch) {
  const std::string input = write("in.mrc", well_formed(9));
  const Outcome outcome = run({"export", input, "-o", path("out.mrc"), "--skip", "3", "--limit", "2"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(well_formed(3) + read("out.mrc"), well_formed(5));
  EXPECT_THAT(outcome.err, HasSubstr("5 read, 2 exported, 0 rejected, 3 selected out"));
}

TEST_F(Selection, NothingIsSaidAboutASelectionThatTakesAll) {
  const std::string input = write("in.mrc", well_formed(2));
  const Outcome outcome = run({"check", input, "--where", "001"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.err, Not(HasSubstr("selected out")));
}

TEST_F(Selection, IdsAreTheLinesOfAFile) {
  const std::string input = write("in.mrc", well_formed(20));
  const std::string ids = write("ids",
                                "\xEF\xBB\xBF"
                                "11\r\n\r\n  \n12 \t\r\nno such\n");
  const Outcome outcome = run({"export", input, "-o", path("out.mrc"), "--ids", ids});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(well_formed(10) + read("out.mrc"), well_formed(12));
  EXPECT_THAT(outcome.err, HasSubstr("ids not found: 1\n  no such\n"));
}

TEST_F(Selection, IdsMayComeFromStandardInput) {
  const std::string input = write("in.mrc", well_formed(3));
  const Outcome outcome = run_with_input({"export", input, "-o", "-", "--to", "mrc", "--ids", "-", "-q"}, "1");
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, well_formed(1));
  expect_failure(run_with_input({"check", "-", "--ids", "-"}, ""), 2, {"standard input"});
}

TEST_F(Selection, AnUnreadableListOfIdsIsAFailure) {
  const std::string input = write("in.mrc", well_formed(1));
  expect_failure(run({"check", input, "--ids", path("none")}), 1, {path("none"), "No such file"});
  expect_failure(run({"check", input, "--ids", path("")}), 1, {path(""), "directory"});
}

TEST_F(Selection, ASampleHasASeed) {
  const std::string input = write("in.mrc", well_formed(500));
  const auto sample = [&](const std::vector<std::string>& seed) {
    std::vector<std::string> arguments = {"export", input, "-o", "-", "--to", "mrc", "--sample", "5", "-q"};
    arguments.insert(arguments.end(), seed.begin(), seed.end());
    return run(arguments).out;
  };
  EXPECT_EQ(sample({}), sample({"--seed", "1"}));
  EXPECT_NE(sample({}), sample({"--seed", "2"}));
}

TEST_F(Selection, ASampleOfAPipeCannotBeMeant) {
  expect_failure(run_with_input({"export", "-", "-o", path("out.xml"), "--sample", "1"}, well_formed(1)), 2,
                 {"sample"});
}

TEST_F(Selection, ALimitOfAPipeLeavesTheRest) {
  const Outcome outcome = run_with_input({"export", "-", "-o", "-", "--to", "mrc", "--limit", "1"}, well_formed(5));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, well_formed(1));
}

}  // namespace
