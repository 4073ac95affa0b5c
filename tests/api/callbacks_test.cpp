#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using Phase = Progress::Phase;

class Refused : public std::runtime_error {
 public:
  Refused() : std::runtime_error("the caller refused") {}
};

class CallbacksTest : public testing::TestWithParam<Backend> {
 protected:
  CallbacksTest() {
    folder_.write("out", "old");
    input_ = folder_.write("in.mrc", iso2709(numbered_records(2000)));
    options_.backend = GetParam();
    options_.run.threads = 2;
    options_.run.batch_bytes = 4096;
  }

  Report run(Source source) { return export_records(std::move(source), Target::file(folder_.path("out")), options_); }

  void expect_untouched_target() const {
    EXPECT_EQ(folder_.read("out"), "old");
    EXPECT_THAT(folder_.names(), ElementsAre("in.mrc", "out"));
  }

  void expect_cancelled(Source source) {
    try {
      run(std::move(source));
      ADD_FAILURE() << "the export was not cancelled";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kCancelled);
    }
    expect_untouched_target();
  }

  TemporaryFolder folder_;
  std::filesystem::path input_;
  ExportOptions options_;
};

TEST_P(CallbacksTest, AStopThatWasRequestedBeforeStopsAtOnce) {
  std::stop_source stop;
  stop.request_stop();
  options_.run.stop = stop.get_token();
  expect_cancelled(Source::file(input_));
}

TEST_P(CallbacksTest, AStopInTheMiddleOfMakingRecordsStopsTheRun) {
  std::stop_source stop;
  options_.run.stop = stop.get_token();
  std::atomic<int> made = 0;
  expect_cancelled(Source::indexed(1'000'000, [&](std::uint64_t, Record& record) {
    record.add_control("001", "x");
    if (++made == 100) stop.request_stop();
  }));
  EXPECT_LT(made, 100'000);
}

TEST_P(CallbacksTest, AStopInThePhaseOfSerializingStopsTheRun) {
  std::stop_source stop;
  options_.run.stop = stop.get_token();
  options_.run.progress = [&](const Progress& progress) {
    if (progress.phase == Phase::kSerialize) stop.request_stop();
  };
  expect_cancelled(Source::file(input_));
}

TEST_P(CallbacksTest, WhatMakeThrowsReachesTheCallerAndNothingIsWritten) {
  const auto make = [](std::uint64_t index, Record& record) {
    if (index == 1234) throw Refused();
    record.add_control("001", std::to_string(index));
  };
  EXPECT_THROW(run(Source::indexed(2000, make)), Refused);
  expect_untouched_target();
}

TEST_P(CallbacksTest, WhatProgressThrowsReachesTheCallerInEveryPhase) {
  std::vector<Phase> phases = {Phase::kSerialize, Phase::kCommit};
  if (GetParam() == Backend::kMapped) phases.push_back(Phase::kMeasure);
  for (const Phase phase : phases) {
    options_.run.progress = [phase](const Progress& progress) {
      if (progress.phase == phase) throw Refused();
    };
    EXPECT_THROW(run(Source::file(input_)), Refused) << static_cast<int>(phase);
    expect_untouched_target();
  }
}

TEST_P(CallbacksTest, ProgressNeverGoesBackAndEndsAtTheWhole) {
  std::vector<Progress> told;
  options_.run.progress = [&](const Progress& progress) { told.push_back(progress); };
  const Report report = run(Source::file(input_));
  ASSERT_GE(told.size(), 2U);
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_GE(told[i].fraction, 0);
    EXPECT_LE(told[i].fraction, 1);
    if (i == 0) continue;
    EXPECT_GE(told[i].fraction, told[i - 1].fraction);
    EXPECT_GE(told[i].phase, told[i - 1].phase);
    if (told[i].phase == told[i - 1].phase) {
      EXPECT_GE(told[i].records, told[i - 1].records);
      EXPECT_GE(told[i].bytes, told[i - 1].bytes);
    }
  }
  EXPECT_EQ(told.back().phase, Phase::kCommit);
  EXPECT_EQ(told.back().fraction, 1);
  EXPECT_EQ(told.back().records, report.records_read);
  EXPECT_EQ(told.front().bytes_total, report.bytes_read);
}

TEST_P(CallbacksTest, ProgressIsReportedByOneThreadAtATime) {
  options_.run.threads = 8;
  std::atomic<bool> inside = false;
  bool overlapped = false;
  options_.run.progress = [&](const Progress&) {
    if (inside.exchange(true)) overlapped = true;
    inside = false;
  };
  for (int run_number = 0; run_number < 5; ++run_number) run(Source::file(input_));
  EXPECT_FALSE(overlapped);
}

TEST_P(CallbacksTest, EveryFindingIsShownWithItsRecord) {
  std::string damaged = iso2709(numbered_records(20));
  damaged.replace(0, 5, "00100");
  damaged.resize(damaged.size() - 5);
  std::mutex mutex;
  std::set<std::string> seen;
  options_.run.max_findings = 0;
  options_.run.on_finding = [&](const RecordFinding& found) {
    const std::scoped_lock lock(mutex);
    EXPECT_EQ(found.bytes, damaged.substr(found.finding.offset, found.finding.length));
    seen.insert(std::to_string(found.finding.record) + (found.is_reject ? " reject " : " repair ") +
                std::string(reason_name(found.finding.code)));
    EXPECT_EQ(found.decoded.bytes().empty(), found.is_reject);
  };
  const Report report = run(Source::memory(damaged));
  EXPECT_THAT(report.rejects, testing::IsEmpty());
  EXPECT_THAT(seen, ElementsAre("1 repair record_length", "20 reject truncated"));
}

TEST_P(CallbacksTest, WhatAFunctionForFindingsThrowsReachesTheCaller) {
  std::string damaged = iso2709(numbered_records(2000));
  damaged.resize(damaged.size() - 5);
  options_.run.on_finding = [](const RecordFinding&) { throw Refused(); };
  EXPECT_THROW(run(Source::memory(damaged)), Refused);
  expect_untouched_target();
}

TEST(ProgressTest, OfCompressedFilesIsKnownByWhatWasReadOfThem) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path("in.mrc.gz");
  ExportOptions compressed;
  compressed.format = Format::kIso2709;
  compressed.compression = Compression::kGzip;
  export_records(Source::records(numbered_records(2000)), Target::file(path), compressed);
  const auto fractions = [](Source source) {
    std::vector<double> told;
    ExportOptions options;
    options.run.progress = [&told](const Progress& progress) {
      if (progress.phase == Phase::kSerialize) told.push_back(progress.fraction);
    };
    export_to_memory(std::move(source), options);
    return told;
  };
  using testing::AllOf;
  using testing::Each;
  using testing::Gt;
  using testing::IsEmpty;
  using testing::Le;
  using testing::Not;
  EXPECT_THAT(fractions(Source::file(path)), AllOf(Not(IsEmpty()), Each(AllOf(Gt(0.0), Le(1.0)))));
  EXPECT_THAT(fractions(Source::files({path, folder.write("a.mrc", iso2709(numbered_records(10)))})),
              AllOf(Not(IsEmpty()), Each(AllOf(Gt(0.0), Le(1.0)))));
  const std::string bytes = folder.read("in.mrc.gz");
  EXPECT_THAT(fractions(Source::memory(bytes)), AllOf(Not(IsEmpty()), Each(0.0)));
}

INSTANTIATE_TEST_SUITE_P(AllWays, CallbacksTest,
                         testing::Values(Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect),
                         [](const auto& parameter) { return std::string(backend_name(parameter.param)); });

TEST(WaitingTest, AStopEndsTheWaitForAPipeThatStaysSilent) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::stop_source stop;
  ExportOptions options;
  options.run.stop = stop.get_token();
  std::string output = "old";
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  const std::string path = "/proc/self/fd/" + std::to_string(ends[0]);
  try {
    export_records(Source::file(path), Target::memory(output), options);
    ADD_FAILURE() << "the export was not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
  stopper.join();
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(output, "old");
}

class PulledTest : public testing::Test {
 protected:
  std::string output_ = "old";
};

TEST_F(PulledTest, WhatNextThrowsReachesTheCaller) {
  int calls = 0;
  const auto next = [&](Record& record) {
    record.add_control("001", "x");
    if (++calls == 777) throw Refused();
    return true;
  };
  EXPECT_THROW(export_records(Source::pulled(next), Target::memory(output_)), Refused);
  EXPECT_EQ(output_, "old");
  EXPECT_EQ(calls, 777);
}

TEST_F(PulledTest, AnEndlessSourceCanBeStopped) {
  std::stop_source stop;
  ExportOptions options;
  options.run.stop = stop.get_token();
  int calls = 0;
  const auto next = [&](Record& record) {
    record.add_control("001", "x");
    if (++calls == 10'000) stop.request_stop();
    return true;
  };
  EXPECT_THROW(export_records(Source::pulled(next), Target::memory(output_), options), Error);
  EXPECT_EQ(output_, "old");
}

TEST_F(PulledTest, NextIsCalledByOneThreadAtATime) {
  ExportOptions options;
  options.run.threads = 8;
  options.run.batch_bytes = 4096;
  std::atomic<bool> inside = false;
  std::atomic<bool> overlapped = false;
  int calls = 0;
  const auto next = [&](Record& record) {
    if (inside.exchange(true)) overlapped = true;
    record.add_control("001", "x");
    const bool more = ++calls <= 20'000;
    inside = false;
    return more;
  };
  const Report report = export_records(Source::pulled(next), Target::memory(output_), options);
  EXPECT_EQ(report.records_exported, 20'000U);
  EXPECT_FALSE(overlapped);
}

}  // namespace
}  // namespace bulkmarc
