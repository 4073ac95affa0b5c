#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "command_test.hpp"

using testing::ElementsAre;
using testing::StartsWith;

namespace {

class GenerateCommand : public CommandTest {
 protected:
  [[nodiscard]] std::string generate(std::vector<std::string> more) const {
    more.insert(more.begin(), {"generate", "-o", path("out.mrc"), "-q"});
    const Outcome outcome = run(more);
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    return read("out.mrc");
  }
};

TEST_F(GenerateCommand, MakesAsManyRecordsAsItIsAskedFor) {
  const std::string bytes = generate({"--records", "321"});
  EXPECT_EQ(std::ranges::count(bytes, bulkmarc::kRecordTerminator), 321);
  EXPECT_EQ(generate({"--records", "0"}), "");
}

TEST_F(GenerateCommand, GivesTheSameBytesForEveryThreadBatchSizeAndBackend) {
  const std::string bytes = generate({"--records", "3000", "--seed", "5", "--threads", "1"});
  EXPECT_EQ(generate({"--records", "3000", "--seed", "5", "--threads", "2"}), bytes);
  EXPECT_EQ(generate({"--records", "3000", "--seed", "5", "--batch-size", "4K"}), bytes);
  EXPECT_EQ(generate({"--records", "3000", "--seed", "5", "--backend", "stream"}), bytes);
  EXPECT_EQ(generate({"--records", "3000", "--seed", "5", "--backend", "direct"}), bytes);
  EXPECT_EQ(generate({"--records", "3000", "--seed", "5", "--backend", "mapped"}), bytes);
}

TEST_F(GenerateCommand, GivesOtherRecordsForAnotherSeed) {
  EXPECT_NE(generate({"--records", "10", "--seed", "1"}), generate({"--records", "10", "--seed", "2"}));
}

TEST_F(GenerateCommand, BeginsALongCatalogueWithAShortOne) {
  EXPECT_THAT(generate({"--records", "200"}), StartsWith(generate({"--records", "100"})));
}

TEST_F(GenerateCommand, MakesRecordsThatNeedNoRepair) {
  static_cast<void>(generate({"--records", "5000"}));
  EXPECT_EQ(run({"check", path("out.mrc"), "--strict", "--to", "mrc", "-q"}).exit_status, 0);
  EXPECT_EQ(run({"check", path("out.mrc"), "--strict", "--to", "marcxml", "-q"}).exit_status, 0);
}

TEST_F(GenerateCommand, WritesStandardOutput) {
  const Outcome outcome = run({"generate", "--records", "2", "-o", "-", "--to", "mrk"});
  EXPECT_THAT(outcome.out, StartsWith("=LDR  "));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(files(), ElementsAre());
}

}  // namespace
