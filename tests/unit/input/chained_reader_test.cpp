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

class LazyReaderTest : public testing::Test {
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

TEST_F(LazyReaderTest, ReadsWhatItOpens) {
  const auto lazy = reader(iso2709(numbered_records(50)));
  EXPECT_FALSE(open_);
  EXPECT_EQ(lazy->inputs().front(), folder_.path("in.mrc").string());
  EXPECT_EQ(walk(*lazy).items.size(), 50U);
  EXPECT_FALSE(open_);
}

TEST_F(LazyReaderTest, StaysOpenUntilItsLastBatchIsLoaded) {
  const auto lazy = reader(iso2709(numbered_records(1)));
  Batch batch;
  Batch none;
  ASSERT_TRUE(lazy->next(batch));
  EXPECT_FALSE(lazy->next(none));
  EXPECT_FALSE(lazy->next(none));
  EXPECT_TRUE(open_);
  lazy->load(batch);
  EXPECT_FALSE(open_);
}

TEST_F(LazyReaderTest, AnEmptyInputIsClosedAtOnce) {
  const auto lazy = reader("");
  Batch batch;
  EXPECT_FALSE(lazy->next(batch));
  EXPECT_FALSE(open_);
}

TEST_F(LazyReaderTest, WhatCantBeOpenedIsAnErrorOrAReject) {
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

TEST_F(LazyReaderTest, ARequestToStopIsNotAReject) {
  const auto stop = []() -> std::unique_ptr<Reader> { throw Error(ErrorCode::kCancelled, {}, "stopped"); };
  LazyReader rejecting("in.mrc", stop, LazyReader::WhenUnreadable::kReject);
  Batch batch;
  EXPECT_THROW(rejecting.next(batch), Error);
}

class SequenceReaderTest : public testing::Test {
 protected:
  void add_file(std::string_view name, std::string_view bytes) {
    readers_.push_back(
        std::make_unique<Iso2709RangeReader>(std::make_unique<InputFile>(folder_.write(name, bytes)), 4096));
  }
  void add_stream(std::string_view name, std::string_view bytes) {
    readers_.push_back(
        std::make_unique<Iso2709StreamReader>(std::make_unique<InputFile>(folder_.write(name, bytes)), 4096));
  }

  TemporaryFolder folder_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

TEST_F(SequenceReaderTest, InputsFollowOneAnother) {
  const auto records = numbered_records(30);
  add_file("a.mrc", iso2709(std::span(records).first(10)));
  add_file("empty.mrc", "");
  add_file("b.mrc", iso2709(std::span(records).subspan(10)));
  SequenceReader reader(std::move(readers_));
  const Walked walked = walk(reader);
  ASSERT_EQ(walked.items.size(), 30U);
  EXPECT_EQ(walked.items[10].offset, 0U) << "offsets count from the beginning of each input";
  for (std::size_t i = 0; i < records.size(); ++i) EXPECT_EQ(walked.items[i].raw, iso2709(records[i].view()));
}

TEST_F(SequenceReaderTest, OneStreamAmongTheInputsMakesAllReadableOnlyOnce) {
  const std::string bytes = iso2709(numbered_records(3));
  add_file("a.mrc", bytes);
  add_stream("b.mrc", bytes);
  SequenceReader reader(std::move(readers_));
  EXPECT_FALSE(reader.rereadable());
  EXPECT_EQ(reader.total(), 0U);
  EXPECT_EQ(walk(reader).items.size(), 6U);
}

TEST_F(SequenceReaderTest, FilesAddUpToATotal) {
  const std::string bytes = iso2709(numbered_records(3));
  add_file("a.mrc", bytes);
  add_file("b.mrc", bytes);
  const SequenceReader reader(std::move(readers_));
  EXPECT_TRUE(reader.rereadable());
  EXPECT_EQ(reader.total(), 2 * bytes.size());
  EXPECT_EQ(reader.inputs().size(), 2U);
}

}  // namespace
}  // namespace bulkmarc
