#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "fault/faulty_platform.hpp"
#include "output/direct_file_output.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

/// More than all buffers hold, and no whole number of blocks.
std::string many_bytes() {
  std::string bytes((std::size_t{9} << 20) + 123, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 4096);
  return bytes;
}

/// A container that forbids io_uring.
class NoUringPlatform : public FaultyPlatform {
 public:
  int open_write_queue(int, unsigned, std::unique_ptr<WriteQueue>&) override { return -EPERM; }
};

class DirectFaultTest : public testing::Test {
 protected:
  /// Writes bytes_ with a platform that fails. Returns what was thrown, if anything was.
  std::optional<Error> run(FaultyPlatform& platform) {
    platform.sync_nothing();
    const PlatformOverride replaced(platform);
    folder_.write("out", "old");
    try {
      auto file = std::make_unique<AtomicFile>(folder_.path("out"), FileOptions{});
      DirectWriting writing = DirectFileOutput::try_file(*file);
      if (!writing.queue) return std::nullopt;
      DirectFileOutput output(std::move(file), std::move(writing));
      constexpr std::size_t kPiece = 300'000;
      for (std::size_t i = 0; i < bytes_.size(); i += kPiece) output.append(std::string_view(bytes_).substr(i, kPiece));
      output.commit();
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  }

  void expect_written(FaultyPlatform& platform, const std::string& what) {
    const std::optional<Error> error = run(platform);
    EXPECT_FALSE(error) << what << ": " << error->what();
    EXPECT_TRUE(folder_.read("out") == bytes_) << what;
  }

  TemporaryFolder folder_;
  const std::string bytes_ = many_bytes();
};

TEST_F(DirectFaultTest, SeveralWritesAreUnderWayAtOnce) {
  FaultyPlatform platform;
  expect_written(platform, "no fault");
  int under_way = 0;
  int most = 0;
  for (const std::string& call : platform.calls()) {
    if (call == "submit") most = std::max(most, ++under_way);
    if (call == "completion") --under_way;
  }
  EXPECT_EQ(most, 8);
  EXPECT_EQ(under_way, 0);
}

TEST_F(DirectFaultTest, WhateverCallFailsNothingIsUnderWayAtTheEndAndTheOldFileStays) {
  FaultyPlatform whole;
  run(whole);
  for (std::size_t i = 0; i < whole.calls().size(); ++i) {
    const std::string what = whole.calls()[i] + ", call " + std::to_string(i);
    FaultyPlatform platform;
    platform.fail_at(i, EIO);
    const std::optional<Error> error = run(platform);
    const auto count = [&platform](const char* call) { return std::ranges::count(platform.calls(), call); };
    // The first block is tried without a buffer, which something could be left under way of.
    if (count("submit") > 1) {
      EXPECT_EQ(count("submit") - (whole.calls()[i] == "submit" ? 1 : 0), count("completion")) << what;
    }
    if (error && error->code() != ErrorCode::kOutputSyncFolder) {
      EXPECT_EQ(error->os_error(), EIO) << what;
      EXPECT_EQ(folder_.read("out"), "old") << what;
    }
    EXPECT_THAT(folder_.names(), ElementsAre("out")) << what;
  }
}

TEST_F(DirectFaultTest, AnErrorOfAnyWriteEndsTheRun) {
  for (const int os_error : {EIO, ENOSPC, EDQUOT, EAGAIN}) {
    for (const int position : {0, 1, 5, 9}) {
      FaultyPlatform platform;
      platform.fail_all("completion", os_error, position, 1);
      const std::optional<Error> error = run(platform);
      ASSERT_TRUE(error) << position;
      EXPECT_EQ(error->code(), ErrorCode::kOutputWrite);
      EXPECT_EQ(error->os_error(), os_error);
      EXPECT_EQ(error->path(), folder_.path("out"));
      EXPECT_EQ(folder_.read("out"), "old");
    }
  }
}

TEST_F(DirectFaultTest, AWriteThatTheQueueDropsIsDoneAtOnce) {
  for (const int position : {1, 5, 9}) {
    FaultyPlatform platform;
    platform.fail_all("completion", ECANCELED, position, 2);
    expect_written(platform, "canceled");
    EXPECT_EQ(std::ranges::count(platform.calls(), "pwrite"), 2);
  }
}

TEST_F(DirectFaultTest, ShortWritesAreCompleted) {
  FaultyPlatform with_queue;
  NoUringPlatform without;
  for (FaultyPlatform* platform : {&with_queue, static_cast<FaultyPlatform*>(&without)}) {
    platform->transfer_at_most(300'000);
    expect_written(*platform, "short");
  }
}

TEST_F(DirectFaultTest, InterruptedWritesAreRepeated) {
  for (const char* call : {"submit", "wait for a write", "completion", "fallocate"}) {
    for (const int first : {0, 1, 10}) {
      FaultyPlatform platform;
      platform.fail_all(call, EINTR, first, 3);
      expect_written(platform, call);
    }
  }
  NoUringPlatform platform;
  platform.fail_all("pwrite", EINTR, 0, 3);
  expect_written(platform, "one at a time");
}

TEST_F(DirectFaultTest, AQueueThatIsFullIsWaitedFor) {
  FaultyPlatform platform;
  platform.fail_all("submit", EAGAIN, 4, 3);
  expect_written(platform, "EAGAIN");
}

TEST_F(DirectFaultTest, WhereThereIsNoRoomToSpareWhatIsNeededIsAllocated) {
  FaultyPlatform platform;
  platform.fail_all("fallocate", ENOSPC, 0, 1);
  expect_written(platform, "ENOSPC");
}

TEST_F(DirectFaultTest, WhereNothingCanBeAllocatedInAdvanceTheFileGrows) {
  for (const int os_error : {EOPNOTSUPP, ENOSYS}) {
    FaultyPlatform platform;
    platform.fail_all("fallocate", os_error);
    expect_written(platform, std::to_string(os_error));
    EXPECT_EQ(std::ranges::count(platform.calls(), "fallocate"), 2);
  }
}

class DirectFallbackTest : public testing::Test {
 protected:
  /// Exports with a platform that refuses something. Expects that the bytes are those of any other way.
  Report run(FaultyPlatform& platform) {
    const auto input = folder_.write("in.mrc", iso2709(numbered_records(60)));
    const std::string expected = export_to_memory(Source::file(input)).bytes;
    ExportOptions options;
    options.backend = Backend::kDirect;
    const PlatformOverride replaced(platform);
    Report report = export_records(Source::file(input), Target::file(folder_.path("out")), options);
    EXPECT_TRUE(folder_.read("out") == expected);
    EXPECT_THAT(folder_.names(), ElementsAre("in.mrc", "out"));
    return report;
  }

  TemporaryFolder folder_;
};

TEST_F(DirectFallbackTest, TheReportSaysWhatWasAsked) {
  FaultyPlatform platform;
  const Report report = run(platform);
  EXPECT_EQ(report.backend, UsedBackend::kDirect);
  EXPECT_EQ(report.backend_reason, "as asked");
}

TEST_F(DirectFallbackTest, WhereIoUringIsRefusedWritesAreDoneOneAtATime) {
  struct Refusal {
    const char* call;
    int os_error;
    const char* reason;
  };
  for (const Refusal& refusal :
       {Refusal{"open write queue", EPERM, "Operation not permitted"},
        Refusal{"open write queue", ENOSYS, "Function not implemented"},
        Refusal{"open write queue", ENOMEM, "Cannot allocate memory"},
        Refusal{"submit", EPERM, "Operation not permitted"}, Refusal{"completion", EINVAL, "Invalid argument"},
        Refusal{"completion", ECANCELED, "Operation canceled"}}) {
    FaultyPlatform platform;
    platform.fail_all(refusal.call, refusal.os_error);
    const Report report = run(platform);
    EXPECT_EQ(report.backend, UsedBackend::kDirect);
    EXPECT_EQ(report.backend_reason, std::string("one write at a time, as io_uring is refused: ") + refusal.reason);
    EXPECT_EQ(std::ranges::count(platform.calls(), "pwrite"), 2);
  }
}

TEST_F(DirectFallbackTest, WhereTheFileSystemRefusesItTheOutputIsStreamed) {
  FaultyPlatform at_once;
  at_once.fail_all("open direct", EINVAL);
  NoUringPlatform at_the_first_write;
  at_the_first_write.fail_all("pwrite", EINVAL);
  for (FaultyPlatform* platform : {&at_once, static_cast<FaultyPlatform*>(&at_the_first_write)}) {
    const Report report = run(*platform);
    EXPECT_EQ(report.backend, UsedBackend::kStreamed);
    EXPECT_THAT(report.backend_reason, EndsWith("with O_DIRECT: Invalid argument"));
  }
}

TEST_F(DirectFallbackTest, AnErrorOfTheFirstWriteIsNoRefusal) {
  FaultyPlatform platform;
  platform.fail_all("completion", ENOSPC);
  try {
    run(platform);
    ADD_FAILURE() << "the fault passed unnoticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutputWrite);
    EXPECT_THAT(error.what(), HasSubstr("No space left on device"));
  }
}

}  // namespace
}  // namespace bulkmarc
