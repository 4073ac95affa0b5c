#include "input/chained_reader.hpp"

#include <cstdint>

#include <gtest/gtest.h>

#include <bulkmarc/error.hpp>

#include "formats/iso2709/reader.hpp"
#include "input/byte_stream.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"
#include "support/walk.hpp"

namespace bulkmarc {
namespace {

/// Tells whether it is there.
class WatchedReader final : public Reader {
 public:
  WatchedReader(std::unique_ptr<Reader> reader, bool& open) : reader_(std::move(reader)), open_(open) { open_ = true; }
  ~WatchedReader() override { open_ = false; }
  [[nodiscard]] std::vector<std::string> inputs() const override { return reader_->inputs(); }
  [[nodiscard]] bool counts_bytes() const override { return reader_->counts_bytes(); }
  [[nodiscard]] std::uint64_t total() const override { return reader_->total(); }
  [[nodiscard]] bool rereadable() const override { return reader_->rereadable(); }
  bool next(Batch& batch) override { return reader_->next(batch); }
  void load(Batch& batch) override { reader_->load(batch); }

 private:
  std::unique_ptr<Reader> reader_;
  bool& open_;
};

class LateReaderTest : public testing::Test {
 protected:
  std::unique_ptr<LazyReader> reader(std::string_view bytes) {
    const auto path = folder_.write("in.mrc", bytes);
    return std::make_unique<LazyReader>(path.string(), [this, path] {
      auto stream = std::make_unique<Iso2709StreamReader>(std::make_unique<InputFile>(path), 4096);
      return std::make_unique<WatchedReader>(std::move(stream), open_);
    });
  }

  TemporaryFolder folder_;
  bool open_ = false;
};

TEST_F(LateReaderTest, ReadsWhatItOpens) {
  const auto late = reader(iso2709(numbered_records(50)));
  EXPECT_FALSE(open_);
  EXPECT_EQ(late->inputs().front(), folder_.path("in.mrc").string());
  EXPECT_EQ(walk(*late).items.size(), 50U);
  EXPECT_FALSE(open_);
}

TEST_F(LateReaderTest, StaysOpenUntilItsLastBatchIsLoaded) {
  const auto late = reader(iso2709(numbered_records(1)));
  Batch batch;
  Batch none;
  ASSERT_TRUE(late->next(batch));
  EXPECT_FALSE(late->next(none));
  EXPECT_FALSE(late->next(none));
  EXPECT_TRUE(open_);
  late->load(batch);
  EXPECT_FALSE(open_);
}

TEST_F(LateReaderTest, AnEmptyInputIsClosedAtOnce) {
  const auto late = reader("");
  Batch batch;
  EXPECT_FALSE(late->next(batch));
  EXPECT_FALSE(open_);
}

TEST_F(LateReaderTest, WhatCantBeOpenedIsAnErrorOrAReject) {
  const auto fail = []() -> std::unique_ptr<Reader> { throw Error(ErrorCode::kInputOpen, "in.mrc", "can't be", 2); };
  Batch batch;
  EXPECT_THROW(LazyReader("in.mrc", fail).next(batch), Error);
  LazyReader rejecting("in.mrc", fail, LazyReader::WhenUnreadable::kReject);
  ASSERT_TRUE(rejecting.next(batch));
  rejecting.load(batch);
  ASSERT_EQ(batch.items().size(), 1U);
  EXPECT_TRUE(batch.items()[0].rejected);
  EXPECT_EQ(batch.problems(0).front().reason, Reason::kInputUnreadable);
  EXPECT_EQ(batch.problems(0).front().detail, "can't be: No such file or directory");
  EXPECT_FALSE(rejecting.next(batch));
}

TEST_F(LateReaderTest, ARequestToStopIsNoReject) {
  const auto stop = []() -> std::unique_ptr<Reader> { throw Error(ErrorCode::kCancelled, {}, "stopped"); };
  LazyReader rejecting("in.mrc", stop, LazyReader::WhenUnreadable::kReject);
  Batch batch;
  EXPECT_THROW(rejecting.next(batch), Error);
}

}  // namespace
}  // namespace bulkmarc
