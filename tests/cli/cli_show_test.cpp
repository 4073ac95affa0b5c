#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "command_test.hpp"

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

using Show = CommandTest;

TEST_F(Show, RecordsAreFoundByIdAndNumberInOnePassAndInTheirOrder) {
  const std::string input = write("in.mrc", well_formed(9));
  const Outcome outcome = run({"show", input, "7", "#2", " 3 ", "#7"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, StartsWith("record 2 at "));
  const std::size_t second = outcome.out.find("record 3 at ");
  const std::size_t third = outcome.out.find("record 7 at ");
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
  EXPECT_EQ(outcome.out.find("record 7 at ", third + 1), std::string::npos);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("(001: 7)\n=LDR  "), HasSubstr("\n=001  7\n"), Not(HasSubstr("=001  4\n"))));
}

TEST_F(Show, WhatIsNotFoundIsSaidAndHasAnExitStatus) {
  const std::string input = write("in.mrc", well_formed(3));
  const Outcome outcome = run({"show", input, "2", "nine", "#4"});
  EXPECT_EQ(outcome.exit_status, 3);
  EXPECT_EQ(outcome.err, "bulkmarc: not found: nine, #4\n");
  EXPECT_THAT(outcome.out, HasSubstr("=001  2\n"));
}

TEST_F(Show, ARejectedRecordIsShownAsFarAsItCanBeReadWithItsBytes) {
  const std::string cut = well_formed(3);
  const std::string input = write("in.mrc", cut.substr(0, cut.size() - 4));
  for (const std::string record : {"#3", "3"}) {
    const Outcome outcome = run({"show", input, record});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, AllOf(StartsWith("record 3 at "), HasSubstr("rejected: truncated: "), HasSubstr("=LDR  "),
                                   HasSubstr("=001  3\n"), HasSubstr("bytes "), HasSubstr("|")));
  }
}

TEST_F(Show, ARejectThatIsNotWantedIsNotShown) {
  const std::string input = write("in.mrc", well_formed(2) + truncated());
  const Outcome outcome = run({"show", input, "2"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, Not(HasSubstr("rejected")));
}

TEST_F(Show, ARepairIsMarkedBehindItsField) {
  const std::string input = write("in.mrc", mislabelled());
  const Outcome outcome = run({"show", input, "#1"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\n   ^ repaired: mislabelled: the leader says MARC-8, the text is UTF-8 ("));
}

TEST_F(Show, TextThatIsNoRecordIsShownAsItIs) {
  const std::string input =
      write("in.ndjson", "{\"leader\":\"00000cam a2200000 i 4500\",\"fields\":[]}\n{\"leader\": 5\x1B[31m\n");
  const Outcome outcome = run({"show", input, "#2"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("rejected: syntax: "), HasSubstr("{\"leader\": 5?[31m"), Not(HasSubstr("\x1B"))));
}

TEST_F(Show, NothingIsReadBehindTheLastNumber) {
  const std::string input = write("in.mrc", well_formed(2) + truncated());
  const Outcome outcome = run_with_input({"show", "-", "#1", "#2"}, well_formed(2) + truncated());
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, run({"show", input, "#1", "#2"}).out);
}

TEST_F(Show, TheSameIsShownForAnyThreadsAndBatchSize) {
  std::string bytes = well_formed(400);
  bytes.replace(bytes.find("\x1E\x1D") - 3, 1, "\xFF");
  bytes += mislabelled() + truncated();
  const std::string input = write("in.mrc", bytes);
  const std::vector<std::string> command = {"show", input, "#1", "77", "#399", "#401", "#402"};
  const Outcome usual = run(command);
  EXPECT_EQ(usual.exit_status, 0) << usual.err;
  std::vector<std::string> other = command;
  other.insert(other.end(), {"--threads", "5", "--batch-size", "4K"});
  EXPECT_EQ(run(other).out, usual.out);
}

TEST_F(Show, NoMoreIsShownThanThereIsRoomFor) {
  std::string bytes;
  for (int i = 0; i < 1500; ++i) bytes += well_formed(1);
  const Outcome outcome = run({"show", write("in.mrc", bytes), "1", "--batch-size", "4K"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("more records match; the first 1000 are shown"));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("record 1000 at"), Not(HasSubstr("record 1001 at"))));
}

TEST_F(Show, WhatCannotBeMeantIsAMistake) {
  const std::string input = write("in.mrc", well_formed(1));
  expect_failure(run({"show", input}), 2, {"RECORD", "bulkmarc show --help"});
  for (const std::string wrong : {"#", "#0", "#x", "#-1", "#99999999999999999999"}) {
    expect_failure(run({"show", input, wrong}), 2, {"'" + wrong + "': expected the number of a record"});
  }
  expect_failure(run({"show", input, " "}), 2, {"RECORD is empty"});
  expect_failure(run({"show", path("none.mrc"), "1"}), 1, {"none.mrc"});
}

TEST_F(Show, ATerminalGetsItThroughThePager) {
  const std::string input = write("in.mrc", well_formed(2));
  setenv("PAGER", "sed 's/^=001/paged/'", 1);
  EXPECT_THAT(run_on_terminal({"show", input, "2"}, 80, "dumb").out, HasSubstr("paged  2"));
  setenv("PAGER", "/none/such/pager", 1);
  EXPECT_THAT(run_on_terminal({"show", input, "2"}, 80, "dumb").out, HasSubstr("=001  2"));
  setenv("PAGER", "true", 1);
  EXPECT_EQ(run_on_terminal({"show", input, "2"}, 80, "dumb").exit_status, 0);
  unsetenv("PAGER");
}

}  // namespace
