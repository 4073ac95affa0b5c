#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

/// What a function of the caller throws.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class FailingFunctionsTest : public testing::TestWithParam<Backend> {
 protected:
  FailingFunctionsTest() {
    folder_.write("out", "old");
    input_ = folder_.write("in.mrc", iso2709(numbered_records(2000)));
    options_.backend = GetParam();
    options_.run.threads = 8;
    options_.run.batch_bytes = 4096;
  }

  /// Expects that the run ends with what is thrown for this record, which comes first.
  void expect_refused(const std::string& id) {
    try {
      export_records(Source::file(input_), Target::file(folder_.path("out")), options_);
      ADD_FAILURE() << "no error";
    } catch (const Refused& refused) {
      EXPECT_EQ(refused.what(), id);
    }
    EXPECT_EQ(folder_.read("out"), "old");
    EXPECT_THAT(folder_.names(), ElementsAre("in.mrc", "out"));
  }

  TemporaryFolder folder_;
  std::filesystem::path input_;
  ExportOptions options_;
};

void refuse_some(std::string_view id) {
  if (id == "nr000777" || id == "nr000778" || id == "nr001500") throw Refused(std::string(id));
}

TEST_P(FailingFunctionsTest, WhatAPredicateThrowsReachesTheCallerAndNothingIsWritten) {
  options_.run.predicate = [](const RecordView& record) {
    refuse_some(record.control_number());
    return true;
  };
  expect_refused("nr000777");
}

TEST_P(FailingFunctionsTest, WhatAChangeThrowsReachesTheCallerAndNothingIsWritten) {
  options_.run.change = [](Record& record) {
    refuse_some(record.view().control_number());
    return true;
  };
  expect_refused("nr000777");
}

TEST_P(FailingFunctionsTest, WhatIsThrownBehindALimitIsNotSeen) {
  options_.run.change = [](Record& record) {
    refuse_some(record.view().control_number());
    return true;
  };
  options_.run.selection.limit = 700;
  const Report report = export_records(Source::file(input_), Target::file(folder_.path("out")), options_);
  EXPECT_EQ(report.records_exported, 700U);
}

INSTANTIATE_TEST_SUITE_P(AllWays, FailingFunctionsTest,
                         testing::Values(Backend::kAuto, Backend::kStreamed, Backend::kPlaced, Backend::kDirect),
                         [](const auto& parameter) { return std::string(backend_name(parameter.param)); });

TEST(FailingFunctionsOfStreamsTest, WhatTheyThrowReachesWhoAsks) {
  const std::vector<Record> records = numbered_records(1000);
  RunOptions options;
  options.batch_bytes = 4096;
  options.change = [](Record& record) {
    refuse_some(record.view().control_number());
    return true;
  };
  RecordStream stream(Source::records(records), options);
  EXPECT_THROW(records_of(stream), Refused);
  RowStream rows(Source::records(records), Table::records(), options);
  RowBatch batch;
  EXPECT_THROW(while (rows.next(batch)) continue, Refused);
}

}  // namespace
}  // namespace bulkmarc
