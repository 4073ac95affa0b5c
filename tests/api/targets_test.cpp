#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "platform/platform.hpp"
#include "support/ends.hpp"
#include "support/exports.hpp"
#include "support/open_file.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kBlock = std::size_t{1} << 20;

ExportOptions options_of(Format format, int threads, std::size_t batch_bytes = 4096) {
  ExportOptions options;
  options.format = format;
  options.run.threads = threads;
  options.run.batch_bytes = batch_bytes;
  return options;
}

/// What a run throws.
std::optional<Error> error_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// Targets that are no files with a name.
class TargetsTest : public testing::TestWithParam<Taker> {
 protected:
  Exported export_to_taker(const ExportOptions& options) const {
    TakenOutput taken(GetParam());
    Exported exported;
    exported.report = export_records(Source::records(records_), taken.target(), options);
    exported.bytes = taken.bytes();
    return exported;
  }

  std::vector<Record> records_ = numbered_records(1000);
};

TEST_P(TargetsTest, GetWhatMemoryGets) {
  for (const Format format : record_formats()) {
    for (const Compression compression : {Compression::kNone, Compression::kGzip, Compression::kZstd}) {
      ExportOptions options = options_of(format, 1, 128 * 1024);
      options.compression = compression;
      const Exported expected = export_to_memory(Source::records(records_), options);
      for (const int threads : {1, 3}) {
        options.run.threads = threads;
        options.run.batch_bytes = 4096;
        options.backend = threads == 1 ? Backend::kAuto : Backend::kStreamed;
        const Exported exported = export_to_taker(options);
        expect_same(exported, expected);
        EXPECT_EQ(exported.report.backend, UsedBackend::kStreamed);
        EXPECT_THAT(exported.report.backend_reason, HasSubstr("the target is"));
      }
    }
  }
}

TEST_P(TargetsTest, GetNothingWhereThereIsNothing) {
  records_.clear();
  EXPECT_EQ(export_to_taker(options_of(Format::kIso2709, 2)).bytes, "");
}

TEST_P(TargetsTest, AreWrittenInOrderAlone) {
  for (const Backend backend : {Backend::kMapped, Backend::kPlaced, Backend::kDirect}) {
    ExportOptions options = options_of(Format::kIso2709, 2);
    options.backend = backend;
    const auto error = error_of([&] { export_to_taker(options); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::kInvalidOptions);
  }
}

TEST_P(TargetsTest, MayBeManyAtOnce) {
  const ExportOptions options = options_of(Format::kMarcXml, 2);
  const Exported expected = export_to_memory(Source::records(records_), options);
  std::vector<Exported> exported(4);
  {
    std::vector<std::jthread> threads;
    for (Exported& each : exported) threads.emplace_back([&] { each = export_to_taker(options); });
  }
  for (const Exported& each : exported) expect_same(each, expected);
}

TEST_P(TargetsTest, HaveRejectsAndAReportBesideThem) {
  const TemporaryFolder folder;
  std::string damaged = iso2709(numbered_record(1).view());
  damaged.replace(0, 5, "00000");
  const std::string bytes = iso2709(records_) + damaged;
  ExportOptions options = options_of(Format::kIso2709, 2);
  options.run.strict = true;
  options.run.rejects = folder.path("rejects");
  options.run.report = folder.path("report.json");
  TakenOutput taken(GetParam());
  export_records(Source::memory(bytes), taken.target(), options);
  EXPECT_TRUE(taken.bytes() == iso2709(records_));
  EXPECT_EQ(folder.read("rejects"), damaged);
  EXPECT_THAT(folder.read("report.json"), HasSubstr("\"records_rejected\": 1"));
}

INSTANTIATE_TEST_SUITE_P(Each, TargetsTest, testing::ValuesIn(kTakers));

class Refused : public std::runtime_error {
 public:
  Refused() : std::runtime_error("the caller refused") {}
};

class FunctionTargetTest : public testing::Test {
 protected:
  FunctionTargetTest() { folder_.write("rejects", "old rejects"); }

  /// A function that notes what it is given, and throws at the call of this number.
  std::function<void(std::string_view)> function(std::size_t throws_at = 0) {
    return [this, throws_at](std::string_view bytes) {
      sizes_.push_back(bytes.size());
      if (sizes_.size() == throws_at) throw Refused();
    };
  }

  TemporaryFolder folder_;
  std::vector<Record> records_ = numbered_records(4000);
  std::vector<std::size_t> sizes_;
};

TEST_F(FunctionTargetTest, GetsTheSameBlocksForAnyNumberOfThreads) {
  const std::size_t size = export_to_memory(Source::records(records_)).bytes.size();
  ASSERT_GT(size, 3 * kBlock);
  std::vector<std::size_t> expected(size / kBlock, kBlock);
  if (size % kBlock != 0) expected.push_back(size % kBlock);
  for (const int threads : {1, 2, 8}) {
    for (const std::size_t batch_bytes : {std::size_t{4096}, std::size_t{4} << 20}) {
      sizes_.clear();
      const Report report = export_records(Source::records(records_), Target::function(function()),
                                           options_of(Format::kMarcXml, threads, batch_bytes));
      EXPECT_EQ(sizes_, expected);
      EXPECT_EQ(report.bytes_written, size);
      EXPECT_EQ(report.output, "a function");
    }
  }
}

TEST_F(FunctionTargetTest, IsNotCalledForAnEmptyOutput) {
  export_records(Source::records({}), Target::function(function()), options_of(Format::kIso2709, 2));
  EXPECT_THAT(sizes_, IsEmpty());
}

TEST_F(FunctionTargetTest, IsCalledByOneThreadAtATime) {
  std::atomic<bool> inside = false;
  std::atomic<bool> overlapped = false;
  const auto write = [&](std::string_view) {
    if (inside.exchange(true)) overlapped = true;
    std::this_thread::yield();
    inside = false;
  };
  export_records(Source::records(records_), Target::function(write), options_of(Format::kMarcXml, 8));
  EXPECT_FALSE(overlapped);
}

TEST_F(FunctionTargetTest, WhatItThrowsReachesTheCallerAndItIsNotCalledAgain) {
  for (const Compression compression : {Compression::kNone, Compression::kGzip}) {
    ExportOptions options = options_of(Format::kMarcXml, 3);
    options.compression = compression;
    options.run.rejects = folder_.path("rejects");
    options.run.report = folder_.path("report.json");
    sizes_.clear();
    export_records(Source::records(records_), Target::function(function()), options);
    const std::size_t calls = sizes_.size();
    ASSERT_GE(calls, 1U);
    for (std::size_t at = 1; at <= calls; ++at) {
      sizes_.clear();
      folder_.write("rejects", "old rejects");
      EXPECT_THROW(export_records(Source::records(records_), Target::function(function(at)), options), Refused);
      EXPECT_EQ(sizes_.size(), at);
      EXPECT_EQ(folder_.read("rejects"), "old rejects");
      EXPECT_THAT(folder_.read("report.json"), HasSubstr("the caller refused"));
      EXPECT_THAT(folder_.names(), ElementsAre("rejects", "report.json"));
    }
  }
}

TEST_F(FunctionTargetTest, GetsNothingMoreWhenTheRunFails) {
  const auto make = [this](std::uint64_t index, Record& record) {
    if (index == 3500) throw Refused();
    record = records_[index];
  };
  EXPECT_THROW(export_records(Source::indexed(4000, make), Target::function(function()), options_of(Format::kMrk, 2)),
               Refused);
  for (const std::size_t size : sizes_) EXPECT_EQ(size, kBlock) << "the rest was handed over";
}

TEST_F(FunctionTargetTest, AStopIsNoticedBetweenTwoCalls) {
  std::stop_source stop;
  ExportOptions options = options_of(Format::kMarcXml, 2, std::size_t{8} << 20);
  options.run.stop = stop.get_token();
  const auto write = [&](std::string_view bytes) {
    sizes_.push_back(bytes.size());
    if (sizes_.size() == 2) stop.request_stop();
  };
  const auto error = error_of([&] { export_records(Source::records(records_), Target::function(write), options); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kCancelled);
  EXPECT_EQ(sizes_.size(), 2U);
}

class DescriptorTargetTest : public testing::Test {
 protected:
  DescriptorTargetTest() {
    EXPECT_EQ(::pipe2(pipe_, O_CLOEXEC), 0);
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~DescriptorTargetTest() override {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }

  void expect_error(ErrorCode code, int os_error, int descriptor) const {
    const auto error =
        error_of([&] { export_records(Source::records(records_), Target::descriptor(descriptor), options_); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), code) << error->what();
    EXPECT_EQ(error->os_error(), os_error);
    const bool names_it = code != ErrorCode::kCancelled;
    EXPECT_EQ(error->path(), names_it ? "descriptor " + std::to_string(descriptor) : "");
  }

  int pipe_[2] = {-1, -1};
  std::vector<Record> records_ = numbered_records(1000);
  ExportOptions options_ = options_of(Format::kIso2709, 2);
};

TEST_F(DescriptorTargetTest, IsWrittenFromWhereItStandsAndStaysOpen) {
  const OpenFile file("a header\nshort");
  ASSERT_EQ(::lseek(file.descriptor(), 9, SEEK_SET), 9);
  records_.resize(1);
  const Report report = export_records(Source::records(records_), Target::descriptor(file.descriptor()), options_);
  const std::string record = iso2709(records_);
  EXPECT_EQ(file.bytes(), "a header\n" + record);
  EXPECT_EQ(report.output, "descriptor " + std::to_string(file.descriptor()));
  ASSERT_EQ(::write(file.descriptor(), "!", 1), 1);
  EXPECT_EQ(file.bytes(), "a header\n" + record + "!");
}

TEST_F(DescriptorTargetTest, MayBeNonBlocking) {
  ASSERT_EQ(::fcntl(pipe_[1], F_SETFL, O_NONBLOCK), 0);
  std::string got;
  std::thread reader([&] {
    std::string some(3000, '\0');
    for (ssize_t length = 1; length > 0;) {
      length = ::read(pipe_[0], some.data(), some.size());
      if (length > 0) got.append(some, 0, static_cast<std::size_t>(length));
    }
  });
  export_records(Source::records(records_), Target::descriptor(pipe_[1]), options_);
  ::close(std::exchange(pipe_[1], -1));
  reader.join();
  EXPECT_TRUE(got == iso2709(records_));
}

TEST_F(DescriptorTargetTest, ThatNobodyReadsAnyMoreIsAnError) {
  ::close(std::exchange(pipe_[0], -1));
  expect_error(ErrorCode::kOutputWrite, EPIPE, pipe_[1]);
}

TEST_F(DescriptorTargetTest, ThatCannotBeWrittenIsAnError) {
  expect_error(ErrorCode::kTargetUnusable, EBADF, 1'000'000);
  expect_error(ErrorCode::kTargetUnusable, EBADF, -1);
  expect_error(ErrorCode::kTargetUnusable, EBADF, pipe_[0]);
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  expect_error(ErrorCode::kOutputWrite, ENOSPC, full.get());
}

TEST_F(DescriptorTargetTest, ThatIsFullIsLeftWhenARunIsStopped) {
  int sockets[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
  const Descriptor socket(sockets[0]);
  const Descriptor silent(sockets[1]);
  for (const int descriptor : {pipe_[1], socket.get()}) {
    std::stop_source stop;
    options_.run.stop = stop.get_token();
    std::chrono::steady_clock::time_point asked;
    {
      const std::jthread asking([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
      });
      expect_error(ErrorCode::kCancelled, 0, descriptor);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(2));
  }
}

TEST_F(DescriptorTargetTest, IsAFileOfItsOwn) {
  const TemporaryFolder folder;
  const auto path = folder.write("out.json", "old");
  const Descriptor opened(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  const auto refused = [&] {
    const auto error =
        error_of([&] { export_records(Source::records(records_), Target::descriptor(opened.get()), options_); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::kInvalidOptions);
    EXPECT_THAT(error->what(), HasSubstr("need a file each"));
  };
  options_.run.rejects = path;
  refused();
  options_.run.rejects.reset();
  options_.run.report = path;
  refused();
  EXPECT_EQ(folder.read("out.json"), "old");
}

TEST_F(DescriptorTargetTest, IsNoneThatTheCallerReads) {
  const TemporaryFolder folder;
  const auto path = folder.write("ids", "1\n");
  const Descriptor opened(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  const auto error = error_of([&] {
    export_records(Source::memory(iso2709(records_), {.also_read = {path}}), Target::descriptor(opened.get()),
                   options_);
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kTargetIsInput);
}

}  // namespace
}  // namespace bulkmarc
