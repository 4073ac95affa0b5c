#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "api/damaged_files.hpp"
#include "platform/platform.hpp"
#include "support/ends.hpp"
#include "support/exports.hpp"
#include "support/open_file.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ExportOptions options_of(int threads, std::size_t batch_bytes) {
  ExportOptions options;
  options.format = Format::kNdjson;
  options.run.threads = threads;
  options.run.batch_bytes = batch_bytes;
  return options;
}

std::string records_as(Format format, Compression compression, std::uint64_t count) {
  ExportOptions options;
  options.format = format;
  options.compression = compression;
  const auto records = numbered_records(count);
  return export_to_memory(Source::records(records), options).bytes;
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

void expect_error(ErrorCode code, const std::filesystem::path& path, const std::function<void()>& run) {
  const auto error = error_of(run);
  ASSERT_TRUE(error) << path;
  EXPECT_EQ(error->code(), code) << error->what();
  EXPECT_EQ(error->path(), path) << error->what();
}

/// Sources that are no files with a name.
class SourcesTest : public testing::TestWithParam<Giver> {
 protected:
  /// Expects that the bytes give what they give in a file, findings and offsets included.
  void expect_as_in_a_file(const std::string& bytes, const InputOptions& input = {}) {
    const Exported expected =
        export_to_memory(Source::file(folder_.write("in", bytes), input), options_of(1, 128 * 1024));
    for (const auto& [threads, batch_bytes] :
         std::vector<std::tuple<int, std::size_t>>{{1, 4096}, {3, 4096}, {2, 50'000}}) {
      const GivenInput given(bytes, GetParam());
      expect_same(export_to_memory(given.source(input), options_of(threads, batch_bytes)), expected);
    }
  }

  TemporaryFolder folder_;
};

TEST_P(SourcesTest, GiveWhatAFileGivesInEveryFormatAndCompression) {
  for (const Format format : record_formats()) {
    for (const Compression compression : {Compression::kNone, Compression::kGzip, Compression::kZstd}) {
      SCOPED_TRACE(std::string(format_name(format)) + " " + std::string(compression_name(compression)));
      expect_as_in_a_file(records_as(format, compression, 150));
    }
  }
}

TEST_P(SourcesTest, GiveWhatAFileGivesWhereItIsDamaged) {
  for (const DamagedFile& file : damaged_files()) {
    SCOPED_TRACE(file.name);
    expect_as_in_a_file(file.bytes);
  }
  std::string cut = records_as(Format::kIso2709, Compression::kGzip, 500);
  cut.resize(cut.size() * 3 / 4);
  expect_as_in_a_file(cut);
  const std::string terminators = iso2709(numbered_records(100)) + std::string(20'000, '\x1D') + "text";
  expect_as_in_a_file(terminators + iso2709(numbered_records(100)));
}

TEST_P(SourcesTest, MayBeEmpty) {
  expect_as_in_a_file("");
  expect_as_in_a_file("", {.format = Format::kMarcXml});
  expect_as_in_a_file("\n\n");
}

TEST_P(SourcesTest, HaveAFormatIfTheyAreGivenOne) {
  const GivenInput given(records_as(Format::kMarcXml, Compression::kNone, 3), GetParam());
  const auto error = error_of([&] { export_records(given.source({.format = Format::kMrk}), Target::none()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kNotMarc);
}

TEST_P(SourcesTest, GiveRowsToo) {
  const GivenInput given(iso2709(numbered_records(500)), GetParam());
  RowStream rows(given.source(), Table::records(), options_of(2, 4096).run);
  RowBatch batch;
  std::size_t count = 0;
  while (rows.next(batch)) count += batch.rows();
  EXPECT_EQ(count, 500U);
}

TEST_P(SourcesTest, MayBeOneInputOfMany) {
  const auto records = numbered_records(200);
  const std::string first = iso2709(std::span(records).first(50));
  const std::string second = records_as(Format::kMrk, Compression::kZstd, 60);
  const auto a = folder_.write("a.mrc", first);
  for (const bool keep_going : {false, true}) {
    const GivenInput given(first, GetParam());
    const GivenInput other(second, GetParam());
    const Exported exported = export_to_memory(
        Source::inputs({a, given.input(), other.input(), a}, {.keep_going = keep_going}), options_of(2, 4096));
    EXPECT_EQ(exported.report.records_exported, 160U);
    EXPECT_EQ(exported.report.inputs.size(), 3U);
    EXPECT_EQ(exported.report.inputs_passed_over.size(), 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, SourcesTest, testing::ValuesIn(kGivers));

class MemorySourceTest : public testing::Test {
 protected:
  std::string bytes_ = iso2709(numbered_records(500));
  TemporaryFolder folder_;
};

TEST_F(MemorySourceTest, MayBeWalkedTwice) {
  ExportOptions options = options_of(2, 4096);
  const Exported expected = export_to_memory(Source::memory(bytes_), options);
  options.backend = Backend::kMapped;
  const Exported mapped = export_to_file(Source::memory(bytes_), folder_.path("out"), options);
  expect_same(mapped, expected);
  EXPECT_EQ(mapped.report.backend, UsedBackend::kMapped);
  EXPECT_THAT(mapped.report.inputs, ElementsAre("bytes in memory"));
}

TEST_F(MemorySourceTest, GivesASampleInAnyFormat) {
  for (const Format format : record_formats()) {
    const std::string bytes = records_as(format, Compression::kGzip, 100);
    ExportOptions options = options_of(2, 4096);
    options.run.selection.sample = {10, 3};
    const Exported sample = export_to_memory(Source::memory(bytes), options);
    EXPECT_EQ(sample.report.records_exported, 10U);
    expect_same(sample, export_to_memory(Source::file(folder_.write("in", bytes)), options));
  }
}

TEST_F(MemorySourceTest, TellsHowMuchThereIs) {
  ExportOptions options = options_of(1, 4096);
  std::uint64_t total = 0;
  options.run.progress = [&total](const Progress& progress) {
    if (progress.bytes_total != 0) total = progress.bytes_total;
  };
  export_to_memory(Source::memory(bytes_), options);
  EXPECT_EQ(total, bytes_.size());
}

TEST_F(MemorySourceTest, ServesAnyNumberOfRunsAtOnce) {
  const Exported expected = export_to_memory(Source::memory(bytes_), options_of(1, 4096));
  std::vector<Exported> exported(4);
  {
    std::vector<std::jthread> threads;
    for (Exported& each : exported) {
      threads.emplace_back([&] { each = export_to_memory(Source::memory(bytes_), options_of(2, 4096)); });
    }
  }
  for (const Exported& each : exported) expect_same(each, expected);
}

class Refused : public std::runtime_error {
 public:
  Refused() : std::runtime_error("the caller refused") {}
};

class FunctionSourceTest : public testing::Test {
 protected:
  /// A function that reads the records, and calls `before` with how much it has read.
  template <class Before>
  Input::Function function(const Before& before) {
    return [this, before](std::span<char> room) {
      before(read_);
      const std::string_view next = std::string_view(bytes_).substr(read_, std::min<std::size_t>(room.size(), 1000));
      std::ranges::copy(next, room.begin());
      read_ += next.size();
      return next.size();
    };
  }
  /// One that throws in the middle.
  template <class Thrown>
  Input::Function function_that_throws(const Thrown& thrown) {
    return function([this, thrown](std::size_t so_far) {
      if (so_far >= bytes_.size() / 2) throw thrown;
    });
  }

  std::string bytes_ = iso2709(numbered_records(2000));
  std::size_t read_ = 0;
  std::string output_ = "old";
};

TEST_F(FunctionSourceTest, IsCalledByOneThreadAtATime) {
  std::atomic<bool> inside = false;
  std::atomic<bool> overlapped = false;
  const auto read = function([&](std::size_t) {
    if (inside.exchange(true)) overlapped = true;
    std::this_thread::yield();
    inside = false;
  });
  const Exported exported = export_to_memory(Source::function(read), options_of(8, 4096));
  EXPECT_EQ(exported.report.records_exported, 2000U);
  EXPECT_THAT(exported.report.inputs, ElementsAre("a function"));
  EXPECT_FALSE(overlapped);
}

TEST_F(FunctionSourceTest, WhatItThrowsReachesTheCallerWhereverItIsThrown) {
  for (const Compression compression : {Compression::kNone, Compression::kGzip}) {
    bytes_ = records_as(Format::kIso2709, compression, 5000);
    for (const std::size_t after : {std::size_t{0}, std::size_t{10}, bytes_.size() / 2, bytes_.size()}) {
      for (const bool keep_going : {false, true}) {
        read_ = 0;
        int thrown = 0;
        const auto read = function([&](std::size_t so_far) {
          if (so_far < after) return;
          ++thrown;
          throw Refused();
        });
        const auto run = [&] {
          export_records(Source::function(read, {.keep_going = keep_going}), Target::memory(output_),
                         options_of(2, 4096));
        };
        EXPECT_THROW(run(), Refused) << after;
        EXPECT_EQ(thrown, 1) << after;
        EXPECT_EQ(output_, "old");
      }
    }
  }
}

TEST_F(FunctionSourceTest, WhatItThrowsReachesTheReaderOfRows) {
  RowStream rows(Source::function(function_that_throws(Refused())), Table::records(), options_of(2, 4096).run);
  RowBatch batch;
  EXPECT_THROW(while (rows.next(batch)){}, Refused);
}

TEST_F(FunctionSourceTest, AnErrorThatItThrowsIsARejectWhereTheRunIsToKeepGoing) {
  const Error error(ErrorCode::kInputRead, "the server", "hung up");
  EXPECT_EQ(error_of([&] { export_to_memory(Source::function(function_that_throws(error))); })->code(),
            ErrorCode::kInputRead);
  read_ = 0;
  const Exported exported = export_to_memory(
      Source::inputs({Input::function(function_that_throws(error)), Input::memory(bytes_)}, {.keep_going = true}),
      options_of(2, 4096));
  ASSERT_FALSE(exported.report.rejects.empty());
  EXPECT_EQ(exported.report.rejects.back().code, Reason::kInputUnreadable);
  EXPECT_THAT(exported.report.rejects.back().detail, HasSubstr("hung up"));
  EXPECT_GT(exported.report.records_exported, 2900U);
}

TEST_F(FunctionSourceTest, ThatReturnsMoreThanItMayIsAnError) {
  expect_error(ErrorCode::kInputRead, "a function", [&] {
    export_records(Source::function([](std::span<char> room) { return room.size() + 1; }), Target::memory(output_));
  });
  EXPECT_EQ(output_, "old");
}

TEST_F(FunctionSourceTest, AStopIsNoticedBetweenTwoCalls) {
  std::stop_source stop;
  ExportOptions options = options_of(2, std::size_t{1} << 20);
  options.run.stop = stop.get_token();
  std::size_t calls = 0;
  const auto read = function([&](std::size_t) {
    ++calls;
    if (calls == 3) stop.request_stop();
    EXPECT_LE(calls, 3U);
  });
  expect_error(ErrorCode::kCancelled, {},
               [&] { export_records(Source::function(read), Target::memory(output_), options); });
}

TEST_F(FunctionSourceTest, IsReadOnce) {
  ExportOptions mapped;
  mapped.backend = Backend::kMapped;
  ExportOptions sample;
  sample.run.selection.sample = {5, 1};
  const TemporaryFolder folder;
  for (const ExportOptions& options : {mapped, sample}) {
    expect_error(ErrorCode::kInvalidOptions, {}, [&] {
      export_records(Source::function(function([](std::size_t) {})), Target::file(folder.path("out")), options);
    });
    const OpenFile file(bytes_);
    expect_error(ErrorCode::kInvalidOptions, {}, [&] {
      export_records(Source::descriptor(file.descriptor()), Target::file(folder.path("out")), options);
    });
  }
}

class DescriptorSourceTest : public testing::Test {
 protected:
  DescriptorSourceTest() {
    EXPECT_EQ(::pipe2(pipe_, O_CLOEXEC), 0);
    options_.format = Format::kIso2709;
  }
  ~DescriptorSourceTest() override {
    ::close(pipe_[0]);
    if (pipe_[1] >= 0) ::close(pipe_[1]);
  }

  void write(std::string_view bytes) const {
    ASSERT_EQ(::write(pipe_[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void end() { ::close(std::exchange(pipe_[1], -1)); }

  int pipe_[2] = {-1, -1};
  std::string records_ = iso2709(numbered_records(3));
  ExportOptions options_;
};

TEST_F(DescriptorSourceTest, IsReadFromWhereItStandsAndStaysOpen) {
  const OpenFile file("a header\n" + records_);
  ASSERT_EQ(::lseek(file.descriptor(), 9, SEEK_SET), 9);
  const Exported exported = export_to_memory(Source::descriptor(file.descriptor()), options_);
  EXPECT_EQ(exported.bytes, records_);
  EXPECT_EQ(exported.report.bytes_read, records_.size());
  EXPECT_THAT(exported.report.inputs, ElementsAre("descriptor " + std::to_string(file.descriptor())));
  EXPECT_EQ(file.bytes(), "a header\n" + records_);
}

TEST_F(DescriptorSourceTest, MayBeNonBlocking) {
  ASSERT_EQ(::fcntl(pipe_[0], F_SETFL, O_NONBLOCK), 0);
  const std::jthread writer([this] {
    for (const char byte : records_) {
      write({&byte, 1});
      std::this_thread::yield();
    }
    end();
  });
  EXPECT_EQ(export_to_memory(Source::descriptor(pipe_[0]), options_).bytes, records_);
}

TEST_F(DescriptorSourceTest, ThatIsSilentIsLeftWhenARunIsStopped) {
  write(records_);
  std::stop_source stop;
  options_.run.stop = stop.get_token();
  std::chrono::steady_clock::time_point asked;
  {
    const std::jthread asking([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      asked = std::chrono::steady_clock::now();
      stop.request_stop();
    });
    expect_error(ErrorCode::kCancelled, {}, [&] { export_to_memory(Source::descriptor(pipe_[0]), options_); });
  }
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(2));
}

TEST_F(DescriptorSourceTest, ThatCannotBeReadIsAnErrorOrAReject) {
  for (const bool keep_going : {false, true}) {
    const Input none = Input::descriptor(1'000'000);
    const auto run = [&](const Input& input) {
      return export_to_memory(Source::inputs({Input::memory(records_), input}, {.keep_going = keep_going}), options_);
    };
    if (keep_going) {
      const Exported exported = run(none);
      EXPECT_EQ(exported.bytes, records_);
      EXPECT_THAT(exported.report.rejects.at(0).detail, HasSubstr("Bad file descriptor"));
    } else {
      expect_error(ErrorCode::kInputOpen, "descriptor 1000000", [&] { run(none); });
    }
  }
  const OpenFile file(records_);
  const Descriptor write_only(
      ::open(("/proc/self/fd/" + std::to_string(file.descriptor())).c_str(), O_WRONLY | O_CLOEXEC));
  expect_error(ErrorCode::kInputRead, "descriptor " + std::to_string(write_only.get()),
               [&] { export_to_memory(Source::descriptor(write_only.get()), options_); });
}

TEST_F(DescriptorSourceTest, IsReadOnlyOnce) {
  const Input input = Input::descriptor(pipe_[0]);
  expect_error(ErrorCode::kInvalidOptions, {}, [&] { export_to_memory(Source::inputs({input, input})); });
}

TEST_F(DescriptorSourceTest, OfAFileIsNotReplacedByTheRun) {
  const TemporaryFolder folder;
  const auto path = folder.write("in.json", records_);
  const Descriptor opened(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  const auto source = [&] { return Source::descriptor(opened.get()); };
  expect_error(ErrorCode::kTargetIsInput, path, [&] { export_records(source(), Target::file(path)); });
  const std::string name = "descriptor " + std::to_string(opened.get());
  expect_error(ErrorCode::kTargetIsInput, name, [&] { export_records(source(), Target::descriptor(opened.get())); });
  expect_error(ErrorCode::kTargetIsInput, name,
               [&] { export_records(Source::file(path), Target::descriptor(opened.get())); });
  options_.run.rejects = path;
  expect_error(ErrorCode::kTargetIsInput, path, [&] { export_records(source(), Target::none(), options_); });
  options_.run.rejects.reset();
  options_.run.report = path;
  expect_error(ErrorCode::kTargetIsInput, path, [&] { export_records(source(), Target::none(), options_); });
  options_.run.threads = -1;  // An error before anything is opened.
  expect_error(ErrorCode::kTargetIsInput, path, [&] { export_records(source(), Target::none(), options_); });
  EXPECT_EQ(folder.read("in.json"), records_);
}

TEST_F(DescriptorSourceTest, OfASocketMayBeTheTargetToo) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const Descriptor ours(ends[0]);
  const Descriptor client(ends[1]);
  ASSERT_EQ(::write(client.get(), records_.data(), records_.size()), static_cast<ssize_t>(records_.size()));
  ASSERT_EQ(::shutdown(client.get(), SHUT_WR), 0);
  const Report report = export_records(Source::descriptor(ours.get()), Target::descriptor(ours.get()), options_);
  EXPECT_EQ(report.records_exported, 3U);
  std::string answer(records_.size(), '\0');
  EXPECT_EQ(::read(client.get(), answer.data(), answer.size()), static_cast<ssize_t>(records_.size()));
  EXPECT_EQ(answer, records_);
}

}  // namespace
}  // namespace bulkmarc
