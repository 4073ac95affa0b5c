// The life of a stream, which is the same whether it hands over records or rows: who takes its batches, what ends it.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

struct Records {
  using Stream = RecordStream;
  using Batch = RecordBatch;

  static Stream open(Source source, const RunOptions& options) { return Stream(std::move(source), options); }
  static std::size_t size(const Batch& batch) { return batch.size(); }
  static std::uint64_t number(const Batch& batch, std::size_t index) { return batch.number(index); }
  static const void* memory(const Batch& batch) { return batch[0].bytes().data(); }
};

/// One for each record.
struct Rows {
  using Stream = RowStream;
  using Batch = RowBatch;

  static Stream open(Source source, const RunOptions& options) {
    return {std::move(source), Table::records(), options};
  }
  static std::size_t size(const Batch& batch) { return batch.rows(); }
  static std::uint64_t number(const Batch& batch, std::size_t index) {
    return static_cast<std::uint64_t>(batch.columns()[0].integers[index]);
  }
  static const void* memory(const Batch& batch) { return batch.columns()[0].integers.data(); }
};

class Refused : public std::runtime_error {
 public:
  Refused() : std::runtime_error("the caller refused") {}
};

/// A source that never ends.
Source endless(std::atomic<std::uint64_t>& made) {
  return Source::pulled([&made](Record& record) {
    record.add_control("001", std::to_string(++made));
    return true;
  });
}

template <class Kind>
class BatchStreamTest : public testing::Test {
 protected:
  using Stream = typename Kind::Stream;
  using Batch = typename Kind::Batch;

  BatchStreamTest() {
    options_.batch_bytes = 4096;
    options_.threads = 2;
  }

  Stream stream(Source source) const { return Kind::open(std::move(source), options_); }
  Source some_records() { return Source::records(records_); }

  /// The numbers of the records that are left.
  static std::vector<std::uint64_t> take_all(Stream& stream) {
    std::vector<std::uint64_t> numbers;
    for (Batch batch; stream.next(batch);) {
      EXPECT_GT(Kind::size(batch), 0U);
      for (std::size_t i = 0; i < Kind::size(batch); ++i) numbers.push_back(Kind::number(batch, i));
    }
    return numbers;
  }

  /// The code of the error where the source can't be used; kCancelled where it can.
  ErrorCode refusal_of(Source source) const {
    try {
      stream(std::move(source));
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kCancelled;
  }

  TemporaryFolder folder_;
  std::vector<Record> records_ = numbered_records(1000);
  RunOptions options_;
};

struct NameOfKind {
  template <class Kind>
  static std::string GetName(int /*index*/) {
    return std::is_same_v<Kind, Records> ? "Records" : "Rows";
  }
};
using Kinds = testing::Types<Records, Rows>;
TYPED_TEST_SUITE(BatchStreamTest, Kinds, NameOfKind);

TYPED_TEST(BatchStreamTest, ASourceWithoutRecordsHasNoBatch) {
  auto stream = this->stream(Source::records({}));
  typename TypeParam::Batch batch;
  EXPECT_FALSE(stream.next(batch));
  EXPECT_FALSE(stream.next(batch));
  EXPECT_EQ(stream.report().records_read, 0U);
}

TYPED_TEST(BatchStreamTest, SeveralThreadsGetEachBatchOnceAndInOrder) {
  auto stream = this->stream(this->some_records());
  std::mutex mutex;
  std::vector<std::uint64_t> seen;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const std::vector<std::uint64_t> numbers = this->take_all(stream);
      EXPECT_TRUE(std::ranges::is_sorted(numbers));
      const std::scoped_lock lock(mutex);
      seen.insert(seen.end(), numbers.begin(), numbers.end());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::ranges::sort(seen);
  std::vector<std::uint64_t> expected(1000);
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_EQ(seen == expected, true);
  EXPECT_EQ(stream.report().records_exported, 1000U);
}

TYPED_TEST(BatchStreamTest, WhatASourceThrowsReachesEveryThreadThatAsks) {
  std::uint64_t made = 0;
  auto stream = this->stream(Source::pulled([&made](Record& record) {
    if (++made == 777) throw Refused();
    record.add_control("001", std::to_string(made));
    return true;
  }));
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      try {
        this->take_all(stream);
      } catch (const Refused&) {
        ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 3);
  typename TypeParam::Batch batch;
  EXPECT_THROW(stream.next(batch), Refused);
}

TYPED_TEST(BatchStreamTest, WhoTakesNothingStopsWhoMakesIt) {
  std::atomic<std::uint64_t> made = 0;
  const auto stream = this->stream(endless(made));
  std::uint64_t before = 1;
  while (made != before) {
    before = made;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ASSERT_LT(made, 100'000U);
  }
  EXPECT_GT(made, 0U);
}

TYPED_TEST(BatchStreamTest, ADestroyedStreamEndsItsRun) {
  std::atomic<std::uint64_t> made = 0;
  for (const int taken : {0, 1, 20}) {
    auto stream = this->stream(endless(made));
    typename TypeParam::Batch batch;
    for (int i = 0; i < taken; ++i) EXPECT_TRUE(stream.next(batch));
  }
  const std::uint64_t before = made;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(made, before);
}

TYPED_TEST(BatchStreamTest, ADestroyedStreamDoesNotWaitForAPipeThatStaysSilent) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string bytes = iso2709(this->records_);
  ASSERT_GT(::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), static_cast<int>(bytes.size()));
  ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  { const auto stream = this->stream(Source::file("/proc/self/fd/" + std::to_string(ends[0]))); }
  ::close(ends[0]);
  ::close(ends[1]);
}

TYPED_TEST(BatchStreamTest, AStreamMayBeMovedAndReplaced) {
  std::atomic<std::uint64_t> made = 0;
  auto stream = this->stream(endless(made));
  typename TypeParam::Batch batch;
  EXPECT_TRUE(stream.next(batch));
  auto moved = std::move(stream);
  EXPECT_TRUE(moved.next(batch));
  moved = this->stream(this->some_records());
  EXPECT_EQ(this->take_all(moved).size(), 1000U);
  EXPECT_EQ(moved.report().records_exported, 1000U);
}

TYPED_TEST(BatchStreamTest, AStopReachesWhoAsks) {
  std::atomic<std::uint64_t> made = 0;
  std::stop_source stop;
  this->options_.stop = stop.get_token();
  auto stream = this->stream(endless(made));
  typename TypeParam::Batch batch;
  EXPECT_TRUE(stream.next(batch));
  stop.request_stop();
  try {
    this->take_all(stream);
    ADD_FAILURE() << "the stream was not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
}

TYPED_TEST(BatchStreamTest, RejectsAreKeptWhenAllIsTaken) {
  std::string bytes = iso2709(this->records_);
  bytes.resize(bytes.size() - 50);
  const auto path = this->folder_.write("in.mrc", bytes);
  this->options_.rejects = this->folder_.path("rejected.mrc");
  {
    auto stream = this->stream(Source::file(path));
    typename TypeParam::Batch batch;
    EXPECT_TRUE(stream.next(batch));
  }
  EXPECT_THAT(this->folder_.names(), ElementsAre("in.mrc"));
  auto stream = this->stream(Source::file(path));
  this->take_all(stream);
  EXPECT_GT(stream.report().records_rejected, 0U);
  this->options_.rejects = this->folder_.path("of_export.mrc");
  export_to_memory(Source::file(path), {.format = Format::kNdjson, .run = this->options_});
  EXPECT_EQ(this->folder_.read("rejected.mrc"), this->folder_.read("of_export.mrc"));
}

TYPED_TEST(BatchStreamTest, WhatCannotBeUsedIsRefusedAtOnce) {
  EXPECT_EQ(this->refusal_of(Source::file(this->folder_.path("missing.mrc"))), ErrorCode::kInputOpen);
  this->options_.rejects = this->folder_.write("in.mrc", iso2709(this->records_));
  EXPECT_EQ(this->refusal_of(Source::file(*this->options_.rejects)), ErrorCode::kTargetIsInput);
  this->options_.rejects.reset();
  this->options_.threads = -1;
  EXPECT_EQ(this->refusal_of(this->some_records()), ErrorCode::kInvalidOptions);
}

TYPED_TEST(BatchStreamTest, FewBatchesAreInUse) {
  std::atomic<std::uint64_t> made = 0;
  auto stream = this->stream(endless(made));
  std::set<const void*> memory;
  typename TypeParam::Batch batch;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(stream.next(batch));
    memory.insert(TypeParam::memory(batch));
  }
  EXPECT_LT(memory.size(), 100U);
}

TYPED_TEST(BatchStreamTest, ProgressIsReportedAndWhatItThrowsReachesTheCaller) {
  std::atomic<std::uint64_t> told = 0;
  this->options_.progress = [&](const Progress& progress) { told = progress.records; };
  auto stream = this->stream(this->some_records());
  this->take_all(stream);
  EXPECT_EQ(told, 1000U);
  this->options_.progress = [](const Progress&) { throw Refused(); };
  auto refused = this->stream(this->some_records());
  EXPECT_THROW(this->take_all(refused), Refused);
}

}  // namespace
}  // namespace bulkmarc
