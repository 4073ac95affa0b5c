#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "command_test.hpp"

using testing::HasSubstr;
using testing::StartsWith;

namespace {

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
