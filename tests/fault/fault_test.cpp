#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "fault/faulty_platform.hpp"
#include "output/atomic_file.hpp"
#include "output/pipe_output.hpp"
#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::size_t open_descriptors() {
  const fs::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// The mappings of files whose name holds `text`.
std::size_t mappings_of(const std::string& text) {
  std::ifstream maps("/proc/self/maps");
  std::size_t count = 0;
  for (std::string line; std::getline(maps, line);) count += line.find(text) != std::string::npos ? 1 : 0;
  return count;
}

class FaultTest : public testing::TestWithParam<Backend> {
 protected:
  FaultTest() {
    input_ = folder_.write("in.mrc", iso2709(numbered_records(60)));
    expected_ = export_to_memory(Source::file(input_)).bytes;
    options_.backend = GetParam();
    options_.run.threads = 1;
    options_.run.batch_bytes = 4096;
  }

  /// Exports with a platform that fails. Returns what it threw, if it did.
  std::optional<Error> run(Platform& platform) {
    const PlatformOverride replaced(platform);
    try {
      export_records(Source::file(input_), Target::file(folder_.path("out"), {.sync = syncs_}), options_);
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  }

  /// The calls of an export that succeeds.
  std::vector<std::string> calls_of_a_run() {
    FaultyPlatform platform;
    EXPECT_FALSE(run(platform));
    return platform.calls();
  }

  /// Expects that the target is whole: old after an error, unless the new one was in place, and new otherwise.
  void expect_whole_target(const std::optional<Error>& error, const std::string& what) {
    const bool in_place = !error || error->code() == ErrorCode::kOutputSyncFolder;
    EXPECT_EQ(folder_.read("out") == (in_place ? expected_ : "old"), true) << what;
    EXPECT_THAT(folder_.names(), ElementsAre("in.mrc", "out")) << what;
  }

  static void expect_speaking(const Error& error, int os_error, const std::string& what) {
    EXPECT_EQ(error.os_error(), os_error) << what;
    EXPECT_FALSE(error.path().empty()) << what;
    EXPECT_THAT(error.what(), HasSubstr(error.path().string())) << what;
    EXPECT_THAT(error.what(), HasSubstr(std::generic_category().message(os_error))) << what;
  }

  /// Lets each of the calls of a run fail that replaces a file. Returns their names.
  std::vector<std::string> expect_whole_target_whatever_fails() {
    folder_.write("out", "old");
    const std::vector<std::string> calls = calls_of_a_run();
    const std::size_t descriptors = open_descriptors();
    for (std::size_t i = 0; i < calls.size(); ++i) {
      for (const int os_error : {EIO, ENOSPC, EDQUOT}) {
        const std::string what = calls[i] + ", call " + std::to_string(i) + ", " + std::to_string(os_error);
        folder_.write("out", "old");
        FaultyPlatform platform;
        platform.fail_at(i, os_error);
        const std::optional<Error> error = run(platform);
        expect_whole_target(error, what);
        if (error) expect_speaking(*error, os_error, what);
        EXPECT_EQ(open_descriptors(), descriptors) << what;
        EXPECT_EQ(mappings_of(folder_.path("").string()), 0U) << what;
      }
    }
    return calls;
  }

  TemporaryFolder folder_;
  fs::path input_;
  std::string expected_;
  ExportOptions options_;
  bool syncs_ = true;
};

TEST_P(FaultTest, WithoutSyncTheFileIsRenamedWhereItCannotBeExchanged) {
  syncs_ = false;
  for (const int os_error : {EINVAL, ENOENT}) {
    folder_.write("out", "old");
    FaultyPlatform platform;
    platform.fail_all("exchange", os_error);
    const std::optional<Error> error = run(platform);
    EXPECT_FALSE(error);
    expect_whole_target(error, "exchange");
    EXPECT_THAT(platform.calls(), testing::Contains("rename"));
  }
}

TEST_P(FaultTest, WithoutSyncAnOldFileThatCannotBeRemovedIsLeftToTheNextRun) {
  syncs_ = false;
  folder_.write("out", "old");
  FaultyPlatform unable;
  unable.keep_all_files();
  EXPECT_FALSE(run(unable));
  EXPECT_EQ(folder_.read("out") == expected_, true);
  EXPECT_EQ(folder_.names().size(), 3U);
  FaultyPlatform able;
  EXPECT_FALSE(run(able));
  expect_whole_target(std::nullopt, "the next run");
}

TEST_P(FaultTest, WhateverCallFailsTheTargetIsTheOldOrTheNewOne) { expect_whole_target_whatever_fails(); }

TEST_P(FaultTest, WithoutSyncWhateverCallFailsTheTargetIsTheOldOrTheNewOne) {
  syncs_ = false;
  const std::vector<std::string> calls = expect_whole_target_whatever_fails();
  EXPECT_THAT(calls, testing::Contains("exchange"));
  EXPECT_THAT(calls, testing::Not(testing::Contains("rename")));
}

TEST_P(FaultTest, WhateverCallFailsATargetThatWasMissingIsMissingOrNew) {
  const std::vector<std::string> calls = calls_of_a_run();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    fs::remove(folder_.path("out"));
    FaultyPlatform platform;
    platform.fail_at(i, EIO);
    const std::optional<Error> error = run(platform);
    const bool in_place = !error || error->code() == ErrorCode::kOutputSyncFolder;
    EXPECT_EQ(fs::exists(folder_.path("out")), in_place) << calls[i];
    EXPECT_EQ(!in_place || folder_.read("out") == expected_, true) << calls[i];
    EXPECT_EQ(folder_.names().size(), in_place ? 2U : 1U) << calls[i];
  }
}

TEST_P(FaultTest, EveryStepHasItsOwnCode) {
  struct Step {
    const char* call;
    int os_error;
    ErrorCode code;
    bool in_all_ways = true;
    Backend way = Backend::kMapped;
    int first = 0;
  };
  const std::vector<Step> steps = {
      {"open", ENOENT, ErrorCode::kInputOpen},
      {"open", EMFILE, ErrorCode::kInputOpen},
      {"pread", EIO, ErrorCode::kInputRead},
      {"create", EACCES, ErrorCode::kOutputCreate},
      {"create", EMFILE, ErrorCode::kOutputCreate},
      {"create", ENOSPC, ErrorCode::kOutputCreate},
      {"create", EEXIST, ErrorCode::kOutputCreate},
      {"create", EROFS, ErrorCode::kOutputCreate},
      {"fchmod", EPERM, ErrorCode::kOutputCreate},
      {"fallocate", ENOSPC, ErrorCode::kOutputAllocate, false, Backend::kMapped},
      {"fallocate", EDQUOT, ErrorCode::kOutputAllocate, false, Backend::kMapped},
      {"fallocate", EFBIG, ErrorCode::kOutputAllocate, false, Backend::kMapped},
      {"ftruncate", EIO, ErrorCode::kOutputAllocate, false, Backend::kMapped},
      {"map", ENOMEM, ErrorCode::kOutputMap, false, Backend::kMapped, 1},
      {"fallocate", ENOSPC, ErrorCode::kOutputAllocate, false, Backend::kPlaced},
      {"fallocate", EDQUOT, ErrorCode::kOutputAllocate, false, Backend::kPlaced, 1},
      {"fallocate", EIO, ErrorCode::kOutputAllocate, false, Backend::kPlaced, 1},
      {"ftruncate", EIO, ErrorCode::kOutputAllocate, false, Backend::kPlaced, 1},
      {"map", ENOMEM, ErrorCode::kOutputMap, false, Backend::kPlaced, 1},
      {"write", ENOSPC, ErrorCode::kOutputWrite, false, Backend::kStreamed},
      {"write", ENOSPC, ErrorCode::kOutputWrite, false, Backend::kStreamed, 2},
      {"write", EDQUOT, ErrorCode::kOutputWrite, false, Backend::kStreamed},
      {"write", EIO, ErrorCode::kOutputWrite, false, Backend::kStreamed},
      {"fallocate", ENOSPC, ErrorCode::kOutputAllocate, false, Backend::kDirect},
      {"fallocate", EFBIG, ErrorCode::kOutputAllocate, false, Backend::kDirect},
      {"submit", ENOMEM, ErrorCode::kOutputWrite, false, Backend::kDirect},
      {"submit", EAGAIN, ErrorCode::kOutputWrite, false, Backend::kDirect, 1},
      {"wait for a write", EIO, ErrorCode::kOutputWrite, false, Backend::kDirect},
      {"wait for a write", EIO, ErrorCode::kOutputWrite, false, Backend::kDirect, 1},
      {"completion", ENOSPC, ErrorCode::kOutputWrite, false, Backend::kDirect},
      {"completion", EIO, ErrorCode::kOutputWrite, false, Backend::kDirect, 1},
      {"ftruncate", EIO, ErrorCode::kOutputAllocate, false, Backend::kDirect},
      {"flush", EDQUOT, ErrorCode::kOutputWrite},
      {"fsync", EIO, ErrorCode::kOutputSync},
      {"fsync", ENOSPC, ErrorCode::kOutputSync},
      {"rename", EIO, ErrorCode::kOutputRename},
      {"rename", EACCES, ErrorCode::kOutputRename},
      {"open folder", EMFILE, ErrorCode::kOutputSyncFolder},
      {"fsync folder", EIO, ErrorCode::kOutputSyncFolder},
  };
  for (const Step& step : steps) {
    if (!step.in_all_ways && step.way != GetParam()) continue;
    folder_.write("out", "old");
    FaultyPlatform platform;
    platform.fail_all(step.call, step.os_error, step.first);
    const std::optional<Error> error = run(platform);
    ASSERT_TRUE(error) << step.call;
    EXPECT_EQ(error->code(), step.code) << step.call << ": " << error->what();
    expect_speaking(*error, step.os_error, step.call);
    const bool concerns_input = step.code == ErrorCode::kInputOpen || step.code == ErrorCode::kInputRead;
    EXPECT_EQ(error->path(), concerns_input ? input_ : folder_.path("out")) << step.call;
    expect_whole_target(error, step.call);
  }
}

TEST_P(FaultTest, ShortTransfersAndInterruptionsChangeNothing) {
  for (const char* call : {"write", "pread", "fallocate", "submit", "wait for a write", "completion"}) {
    FaultyPlatform platform;
    platform.transfer_at_most(1000);
    platform.fail_all(call, EINTR, 0, 3);
    const std::optional<Error> error = run(platform);
    EXPECT_FALSE(error) << call << ": " << error->what();
    EXPECT_EQ(folder_.read("out") == expected_, true) << call;
  }
}

TEST_P(FaultTest, WithoutSyncNothingIsSynced) {
  FaultyPlatform platform;
  {
    const PlatformOverride replaced(platform);
    export_records(Source::file(input_), Target::file(folder_.path("out"), {.sync = false}), options_);
  }
  EXPECT_EQ(std::ranges::count(platform.calls(), "fsync"), 0);
  EXPECT_EQ(std::ranges::count(platform.calls(), "fsync folder"), 0);
  EXPECT_EQ(folder_.read("out") == expected_, true);
}

TEST_P(FaultTest, DataIsSyncedBeforeTheRenameAndTheFolderAfterIt) {
  std::vector<std::string> steps = calls_of_a_run();
  std::erase_if(steps, [](const std::string& call) {
    return call != "fsync" && call != "rename" && call != "fsync folder" && call != "create";
  });
  EXPECT_THAT(steps, ElementsAre("create", "fsync", "rename", "fsync folder"));
}

TEST_P(FaultTest, AFaultWhileNothingCanBeRemovedLeavesAWholeTarget) {
  folder_.write("out", "old");
  const std::vector<std::string> calls = calls_of_a_run();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    folder_.write("out", "old");
    FaultyPlatform platform;
    platform.fail_at(i, EIO);
    platform.keep_all_files();
    const std::optional<Error> error = run(platform);
    const bool in_place = !error || error->code() == ErrorCode::kOutputSyncFolder;
    EXPECT_EQ(folder_.read("out") == (in_place ? expected_ : "old"), true) << calls[i];
  }
}

TEST_P(FaultTest, RunningOutOfDescriptorsIsAnError) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "UndefinedBehaviorSanitizer needs descriptors of its own to look at an object";
#endif
  struct ::rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  Platform unchanged;
  bool succeeded = false;
  for (std::size_t more = 0; !succeeded; ++more) {
    ASSERT_LT(more, 10U);
    folder_.write("out", "old");
    const struct ::rlimit limited = {open_descriptors() - 1 + more, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limited), 0);
    const std::optional<Error> error = run(unchanged);
    ::setrlimit(RLIMIT_NOFILE, &before);
    succeeded = !error;
    expect_whole_target(error, std::to_string(more) + " descriptors");
    if (error) expect_speaking(*error, EMFILE, std::to_string(more) + " descriptors");
  }
}

class RejectsFaultTest : public FaultTest {
 protected:
  RejectsFaultTest() {
    std::string damaged = iso2709(numbered_record(61).view());
    damaged.replace(0, 5, "00000");
    folder_.write("in.mrc", iso2709(numbered_records(60)) + damaged);
    rejected_ = damaged;
    options_.run.strict = true;
    options_.run.rejects = folder_.path("rejects.mrc");
    start_over();
  }

  void start_over() const {
    folder_.write("out", "old");
    folder_.write("rejects.mrc", "old rejects");
  }

  /// Expects that both files are old, or both are new.
  void expect_a_pair(bool in_place, const std::string& what) {
    EXPECT_EQ(folder_.read("out") == (in_place ? expected_ : "old"), true) << what;
    EXPECT_EQ(folder_.read("rejects.mrc"), in_place ? rejected_ : "old rejects") << what;
    EXPECT_THAT(folder_.names(), ElementsAre("in.mrc", "out", "rejects.mrc")) << what;
  }

  std::string rejected_;
};

TEST_P(RejectsFaultTest, WhateverCallFailsOutputAndRejectsAreBothOldOrBothNew) {
  const std::vector<std::string> calls = calls_of_a_run();
  expect_a_pair(true, "no fault");
  const std::size_t descriptors = open_descriptors();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    start_over();
    FaultyPlatform platform;
    platform.fail_at(i, EIO);
    const std::optional<Error> error = run(platform);
    expect_a_pair(!error || error->code() == ErrorCode::kOutputSyncFolder, calls[i] + ", call " + std::to_string(i));
    EXPECT_EQ(open_descriptors(), descriptors) << calls[i];
  }
}

TEST_P(RejectsFaultTest, WhateverCallFailsRejectsThatWereMissingAreMissingOrNew) {
  const std::vector<std::string> calls = calls_of_a_run();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    start_over();
    fs::remove(folder_.path("rejects.mrc"));
    FaultyPlatform platform;
    platform.fail_at(i, EIO);
    const std::optional<Error> error = run(platform);
    const bool in_place = !error || error->code() == ErrorCode::kOutputSyncFolder;
    EXPECT_EQ(fs::exists(folder_.path("rejects.mrc")), in_place) << calls[i];
    EXPECT_EQ(folder_.names().size(), in_place ? 3U : 2U) << calls[i];
  }
}

TEST_P(RejectsFaultTest, BothAreSyncedBeforeEitherGetsItsName) {
  std::vector<std::string> steps = calls_of_a_run();
  std::erase_if(steps, [](const std::string& call) {
    return call != "fsync" && call != "rename" && call != "exchange" && call != "fsync folder";
  });
  EXPECT_THAT(steps, ElementsAre("fsync", "fsync", "exchange", "fsync folder", "rename", "fsync folder"));
}

TEST_P(RejectsFaultTest, ATargetThatAppearsDuringARunThatMayNotClobberKeepsTheOldRejects) {
  fs::remove(folder_.path("out"));
  FaultyPlatform platform;
  platform.fail_all("rename to new", EEXIST);
  const PlatformOverride replaced(platform);
  try {
    export_records(Source::file(input_), Target::file(folder_.path("out"), {.no_clobber = true}), options_);
    ADD_FAILURE() << "the other target was replaced";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kTargetExists);
  }
  EXPECT_EQ(folder_.read("rejects.mrc"), "old rejects");
  EXPECT_THAT(folder_.names(), ElementsAre("in.mrc", "rejects.mrc"));
}

TEST_P(RejectsFaultTest, WhereFilesCannotBeExchangedTheyAreReplaced) {
  FaultyPlatform platform;
  platform.fail_all("exchange", EINVAL);
  EXPECT_FALSE(run(platform));
  expect_a_pair(true, "no exchange");
}

TEST_P(FaultTest, ALimitOfTheFileSizeIsAnErrorAndNotASignal) {
  folder_.write("out", "old");
  struct ::rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct ::rlimit limited = {4096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limited), 0);
  Platform unchanged;
  const std::optional<Error> error = run(unchanged);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->os_error(), EFBIG);
  expect_whole_target(error, "limit");
}

/// As long as it lives a timer interrupts this process's system calls, and does not let them be repeated.
class Interruptions {
 public:
  Interruptions() {
    struct ::sigaction action = {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &action, &before_);
    set_interval(std::chrono::microseconds(300));
  }
  ~Interruptions() {
    set_interval({});
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  Interruptions(const Interruptions&) = delete;
  Interruptions& operator=(const Interruptions&) = delete;

 private:
  static void set_interval(std::chrono::microseconds interval) {
    const ::timeval time = {0, interval.count()};
    const ::itimerval timer = {time, time};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }
  struct ::sigaction before_ = {};
};

TEST_P(FaultTest, AHandlerThatInterruptsSystemCallsChangesNothing) {
  options_.run.threads = 2;
  Platform unchanged;
  const Interruptions interruptions;
  for (int i = 0; i < 20; ++i) {
    const std::optional<Error> error = run(unchanged);
    ASSERT_FALSE(error) << error->what();
    EXPECT_EQ(folder_.read("out") == expected_, true);
  }
}

constexpr auto kWay = [](const auto& parameter) { return std::string(backend_name(parameter.param)); };
constexpr auto kWays = {Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect};
INSTANTIATE_TEST_SUITE_P(AllWays, FaultTest, testing::ValuesIn(kWays), kWay);
INSTANTIATE_TEST_SUITE_P(AllWays, RejectsFaultTest, testing::ValuesIn(kWays), kWay);

TEST(FallbackTest, WhereNothingCanBeMappedTheOutputIsStreamedAndTheReportSaysSo) {
  struct Refusal {
    const char* call;
    int os_error;
    const char* reason;
  };
  const TemporaryFolder folder;
  const fs::path input = folder.write("in.mrc", iso2709(numbered_records(60)));
  const std::string expected = export_to_memory(Source::file(input)).bytes;
  for (const Refusal& refusal : {Refusal{"fallocate", EOPNOTSUPP, "the file system can't allocate space in advance"},
                                 Refusal{"fallocate", ENOSYS, "the file system can't allocate space in advance"},
                                 Refusal{"map", ENODEV, "the file can't be mapped: No such device"},
                                 Refusal{"map", EACCES, "the file can't be mapped: Permission denied"}}) {
    for (const Backend backend : {Backend::kAuto, Backend::kMapped, Backend::kPlaced}) {
      ExportOptions options;
      options.backend = backend;
      options.run.threads = 8;
      folder.write("out", "old");
      FaultyPlatform platform;
      platform.fail_all(refusal.call, refusal.os_error);
      const PlatformOverride replaced(platform);
      const Report report =
          export_records(Source::file(input), Target::file(folder.path("out"), {.sync = false}), options);
      EXPECT_EQ(report.backend, UsedBackend::kStreamed);
      EXPECT_EQ(report.backend_reason, refusal.reason);
      EXPECT_EQ(report.records_exported, 60U);
      EXPECT_EQ(folder.read("out") == expected, true) << refusal.reason;
      EXPECT_THAT(folder.names(), ElementsAre("in.mrc", "out"));
    }
  }
}

/// Another run begins whenever a file has just been created: it finds the file unlocked, and takes it for a leftover.
class RacingPlatform : public Platform {
 public:
  explicit RacingPlatform(int races) : races_(races) {}

  int open(const char* path, int flags, mode_t mode) override {
    const int fd = Platform::open(path, flags, mode);
    if (fd < 0 || (flags & O_EXCL) == 0 || races_ == 0) return fd;
    --races_;
    paths_.emplace_back(path);
    locked_.emplace_back(Platform::open(path, O_RDWR, 0));
    EXPECT_EQ(Platform::lock(locked_.back().get()), 0);
    return fd;
  }

  /// Does what the other runs are about to do.
  void remove_what_was_locked() {
    for (const std::string& path : paths_) Platform::unlink(path.c_str());
    locked_.clear();
  }

 private:
  int races_;
  std::vector<std::string> paths_;
  std::vector<Descriptor> locked_;
};

TEST(RaceTest, ARunWhosePartFileAnotherRunHasLockedTakesAnotherOne) {
  const TemporaryFolder folder;
  folder.write("out", "old");
  RacingPlatform platform(3);
  const PlatformOverride replaced(platform);
  AtomicFile file(folder.path("out"), {});
  file.write("new");
  platform.remove_what_was_locked();
  file.commit();
  EXPECT_EQ(folder.read("out"), "new");
  EXPECT_THAT(folder.names(), ElementsAre("out"));
}

TEST(RaceTest, AFileThatMayComeBackIsNotALeftoverToAnotherRun) {
  const TemporaryFolder folder;
  folder.write("out", "old");
  {
    AtomicFile file(folder.path("out"), {});
    file.write("new");
    file.publish();
    EXPECT_EQ(folder.read("out"), "new");
    const AtomicFile other(folder.path("out"), {});
  }
  EXPECT_EQ(folder.read("out"), "old");
  EXPECT_THAT(folder.names(), ElementsAre("out"));
}

TEST(RaceTest, WhereEveryPartFileIsLockedByAnotherRunItIsAnError) {
  const TemporaryFolder folder;
  RacingPlatform platform(1'000'000);
  const PlatformOverride replaced(platform);
  try {
    const AtomicFile file(folder.path("out"), {});
    ADD_FAILURE() << "another run's file was used";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutputCreate);
  }
  EXPECT_THAT(folder.names(), ElementsAre());
}

TEST(RaceTest, OfManyRunsToOneTargetAllSucceedAndOneFileIsLeft) {
  constexpr int kThreads = 8;
  constexpr int kRuns = 150;
  const TemporaryFolder folder;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&folder, bytes = std::string(1000, static_cast<char>('a' + thread))] {
      for (int i = 0; i < kRuns; ++i) {
        try {
          AtomicFile file(folder.path("out"), {.sync = false});
          file.write(bytes);
          file.commit();
        } catch (const Error& error) {
          ADD_FAILURE() << error.what();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string left = folder.read("out");
  EXPECT_EQ(left, std::string(1000, left.at(0)));
  EXPECT_THAT(folder.names(), ElementsAre("out"));
}

TEST(PipeOutputFaultTest, WhateverCallFailsThePipeHasTheBeginningAndNothingElse) {
  for (const int os_error : {EIO, ENOSPC, EDQUOT, ENOMEM}) {
    bool failed = true;
    for (std::size_t i = 0; failed && i < 100; ++i) {
      int ends[2];
      ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
      FaultyPlatform platform;
      platform.fail_at(i, os_error);
      platform.transfer_at_most(1000);
      const PlatformOverride replaced(platform);
      try {
        PipeOutput output(ends[1], "the pipe");
        output.append(std::string(5000, 'x'));
        failed = i < platform.calls().size();
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kOutputWrite);
        EXPECT_EQ(error.os_error(), os_error);
        EXPECT_EQ(platform.calls()[i], "write");
      }
      ::close(ends[1]);
      std::string got(6000, '\0');
      got.resize(static_cast<std::size_t>(::read(ends[0], got.data(), got.size())));
      ::close(ends[0]);
      EXPECT_EQ(got, std::string(got.size(), 'x'));
      EXPECT_TRUE(got.size() == 5000 || platform.calls()[i] == "write") << platform.calls()[i];
    }
    EXPECT_FALSE(failed);
  }
}

TEST(PipeOutputFaultTest, AFullPipeAndAnInterruptionAreNotErrors) {
  for (const char* call : {"write", "wait for room"}) {
    for (const int os_error : {EAGAIN, EINTR}) {
      int ends[2];
      ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
      FaultyPlatform platform;
      platform.fail_all(call, os_error, 0, 5);
      const PlatformOverride replaced(platform);
      PipeOutput output(ends[1], "the pipe");
      output.append("all");
      std::string got(10, '\0');
      got.resize(static_cast<std::size_t>(::read(ends[0], got.data(), got.size())));
      EXPECT_EQ(got, "all") << call;
      ::close(ends[0]);
      ::close(ends[1]);
    }
  }
}

TEST(PipeOutputFaultTest, APipeThatCantBeOpenedOnceMoreIsWrittenToInPiecesThatDontBlock) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  FaultyPlatform platform;
  platform.fail_all("open", EACCES);
  const PlatformOverride replaced(platform);
  std::stop_source stop;
  PipeOutput output(ends[1], "the pipe", stop.get_token());
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  try {
    output.append(std::string(1'000'000, 'x'));
    ADD_FAILURE() << "nobody reads, but all was written";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(InputFaultTest, AReadThatFailsLateIsAnErrorOfThatInput) {
  const TemporaryFolder folder;
  folder.write("out", "old");
  const FilledPipe pipe(iso2709(numbered_records(2000)));
  ExportOptions options;
  options.run.batch_bytes = 4096;
  FaultyPlatform platform;
  platform.fail_all("read", EIO, 5);
  const PlatformOverride replaced(platform);
  try {
    export_records(Source::file(pipe.path()), Target::file(folder.path("out")), options);
    ADD_FAILURE() << "the fault passed unnoticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInputRead);
    EXPECT_EQ(error.path(), pipe.path());
  }
  EXPECT_EQ(folder.read("out"), "old");
}

}  // namespace
}  // namespace bulkmarc
