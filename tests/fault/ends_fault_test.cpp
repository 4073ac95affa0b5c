#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "fault/faulty_platform.hpp"
#include "support/ends.hpp"
#include "support/exports.hpp"

namespace bulkmarc {
namespace {

using testing::StartsWith;

std::optional<Error> error_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

class EndsFaultTest : public testing::Test {
 protected:
  EndsFaultTest() {
    options_.format = Format::kIso2709;
    options_.run.threads = 1;
    options_.run.batch_bytes = 4096;
  }

  std::vector<Record> records_ = numbered_records(60);
  std::string bytes_ = iso2709(records_);
  ExportOptions options_;
};

TEST_F(EndsFaultTest, WhateverCallOfADescriptorThatIsReadFailsItIsAnErrorOrChangesNothing) {
  for (const Giver giver : {Giver::kPipe, Giver::kOpenFile}) {
    for (const int os_error : {EIO, ENOMEM}) {
      bool reached = true;
      for (std::size_t i = 0; reached && i < 1000; ++i) {
        const GivenInput given(bytes_, giver);
        std::string output = "old";
        FaultyPlatform platform;
        platform.fail_at(i, os_error);
        const PlatformOverride replaced(platform);
        const auto error = error_of([&] { export_records(given.source(), Target::memory(output), options_); });
        reached = i < platform.calls().size();
        EXPECT_EQ(output == (error ? "old" : bytes_), true) << i;
        if (!error) continue;
        const std::string& call = platform.calls().at(i);
        EXPECT_EQ(error->code(), call == "read" ? ErrorCode::kInputRead : ErrorCode::kInputOpen) << call;
        EXPECT_EQ(error->os_error(), os_error) << call;
        EXPECT_THAT(error->path().string(), StartsWith("descriptor ")) << call;
      }
      EXPECT_FALSE(reached);
    }
  }
}

TEST_F(EndsFaultTest, WhateverCallOfADescriptorThatIsWrittenFailsItHasTheBeginning) {
  for (const Taker taker : {Taker::kPipe, Taker::kOpenFile}) {
    for (const int os_error : {EIO, ENOSPC}) {
      bool reached = true;
      for (std::size_t i = 0; reached && i < 1000; ++i) {
        TakenOutput taken(taker);
        FaultyPlatform platform;
        platform.fail_at(i, os_error);
        platform.transfer_at_most(1000);
        const PlatformOverride replaced(platform);
        const auto error = error_of([&] { export_records(Source::records(records_), taken.target(), options_); });
        reached = i < platform.calls().size();
        const std::string written = taken.bytes();
        EXPECT_EQ(error ? bytes_.starts_with(written) : bytes_ == written, true) << i;
        if (!error) continue;
        const std::string& call = platform.calls().at(i);
        EXPECT_EQ(error->code(), call == "write" ? ErrorCode::kOutputWrite : ErrorCode::kTargetUnusable) << call;
        EXPECT_EQ(error->os_error(), os_error) << call;
        EXPECT_THAT(error->path().string(), StartsWith("descriptor ")) << call;
      }
      EXPECT_FALSE(reached);
    }
  }
}

TEST_F(EndsFaultTest, InterruptionsAndShortTransfersChangeNothing) {
  for (const char* call : {"read", "wait", "write", "wait for room"}) {
    for (const int os_error : {EINTR, EAGAIN}) {
      if (std::string_view(call).starts_with("wait") && os_error == EAGAIN) continue;
      const GivenInput given(bytes_, Giver::kPipe);
      TakenOutput taken(Taker::kPipe);
      FaultyPlatform platform;
      platform.fail_all(call, os_error, 1, 3);
      platform.transfer_at_most(1000);
      const PlatformOverride replaced(platform);
      const auto error = error_of([&] { export_records(given.source(), taken.target(), options_); });
      EXPECT_FALSE(error) << call << ": " << error->what();
      EXPECT_EQ(taken.bytes() == bytes_, true) << call;
    }
  }
}

TEST_F(EndsFaultTest, MemoryAndFunctionsAskTheSystemForNothing) {
  for (const Giver giver : {Giver::kMemory, Giver::kFunction}) {
    const GivenInput given(bytes_, giver);
    TakenOutput taken(Taker::kFunction);
    FaultyPlatform platform;
    const PlatformOverride replaced(platform);
    export_records(given.source(), taken.target(), options_);
    EXPECT_EQ(platform.calls(), std::vector<std::string>());
    EXPECT_EQ(taken.bytes(), bytes_);
  }
}

}  // namespace
}  // namespace bulkmarc
