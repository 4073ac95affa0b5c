#include <bulkmarc/encoder.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/open_file.hpp"
#include "support/parts.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

/// Writes `<`, a line for each row, and `>`.
class LineEncoder final : public RowEncoder {
 public:
  explicit LineEncoder(const EncoderContext& context) : write_(context.write) { write_("<\n"); }

  void write(const std::shared_ptr<const RowBatch>& rows, RowRange range) override {
    const ColumnValues& numbers = rows->columns()[0];
    const ColumnValues& ids = rows->columns()[1];
    std::string lines;
    for (std::size_t row = range.begin; row < range.end; ++row) {
      lines += std::to_string(numbers.integers[row]) + " " + std::string(ids.text(row)) + "\n";
    }
    write_(lines);
  }
  void finish() override { write_(">\n"); }

 private:
  std::function<void(std::string_view)> write_;
};

/// Fails in a call.
struct FailingEncoder final : public RowEncoder {
  explicit FailingEncoder(const EncoderContext& context, bool in_finish) : lines(context), fails_in_finish(in_finish) {}
  ~FailingEncoder() override { EXPECT_FALSE(has_finished); }
  FailingEncoder(const FailingEncoder&) = delete;
  FailingEncoder& operator=(const FailingEncoder&) = delete;

  void write(const std::shared_ptr<const RowBatch>& rows, RowRange range) override {
    EXPECT_FALSE(has_failed);
    lines.write(rows, range);
    if (!fails_in_finish) fail();
  }
  void finish() override {
    EXPECT_FALSE(has_failed);
    fail();
    has_finished = true;
  }
  void fail() {
    has_failed = true;
    throw std::runtime_error("it can't be encoded");
  }

  LineEncoder lines;
  bool fails_in_finish;
  bool has_failed = false;
  bool has_finished = false;
};

class EncoderTest : public testing::Test {
 protected:
  EncoderTest() {
    options_.format = Format::kParquet;
    options_.table = Table::of_columns("id=001,title=245$a,subjects[]=650$a");
    options_.encoder = [this](const EncoderContext& context) {
      ++made_;
      return std::make_unique<LineEncoder>(context);
    };
    options_.run.threads = 2;
    options_.run.batch_bytes = 4096;
  }

  Source source() const { return Source::records(records_); }
  Report export_parts(PartOptions parts) {
    return export_records(source(), Target::parts(folder_.path("out.x"), std::move(parts), {.sync = false}), options_);
  }

  static std::string lines(std::uint64_t from, std::uint64_t to) {
    std::string lines = "<\n";
    for (std::uint64_t number = from; number <= to; ++number) {
      lines += std::to_string(number) + " " + std::string(numbered_record(number).view().control_number()) + "\n";
    }
    return lines + ">\n";
  }

  template <class Call>
  static std::string refusal(const Call& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
      return error.what();
    }
    return "none";
  }

  std::vector<Record> records_ = numbered_records(500);
  TemporaryFolder folder_;
  ExportOptions options_;
  int made_ = 0;
};

TEST_F(EncoderTest, RowsComeInOrderWhateverTheThreadsAndBatches) {
  for (const int threads : {1, 4}) {
    for (const std::size_t batch_bytes : {4096, 1 << 20}) {
      options_.run.threads = threads;
      options_.run.batch_bytes = batch_bytes;
      const Exported exported = export_to_memory(source(), options_);
      EXPECT_EQ(exported.bytes == lines(1, 500), true);
      EXPECT_EQ(exported.report.bytes_written, exported.bytes.size());
      EXPECT_EQ(exported.report.records_exported, 500);
    }
  }
}

TEST_F(EncoderTest, EveryTargetGetsTheSameBytes) {
  EXPECT_EQ(export_to_file(source(), folder_.path("out.x"), options_).bytes == lines(1, 500), true);
  std::string taken;
  export_records(source(), Target::function([&](std::string_view bytes) { taken += bytes; }), options_);
  EXPECT_EQ(taken == lines(1, 500), true);
  const OpenFile file("");
  export_records(source(), Target::descriptor(file.descriptor()), options_);
  EXPECT_EQ(file.bytes() == lines(1, 500), true);
  options_.backend = Backend::kDirect;
  EXPECT_EQ(export_to_file(source(), folder_.path("direct.x"), options_).bytes == lines(1, 500), true);
}

TEST_F(EncoderTest, AFileOfNoRowsHasAnEncoder) {
  records_.clear();
  EXPECT_EQ(export_to_memory(source(), options_).bytes, "<\n>\n");
}

TEST_F(EncoderTest, OnlyWhatIsSelectedIsEncoded) {
  options_.run.selection.skip = 10;
  options_.run.selection.limit = 5;
  EXPECT_EQ(export_to_memory(source(), options_).bytes, lines(11, 15));
  options_.run.selection = {};
  options_.run.selection.sample = {.records = 7, .seed = 1};
  EXPECT_EQ(export_to_memory(source(), options_).report.records_exported, 7);
}

TEST_F(EncoderTest, IsToldWhatItIsFor) {
  std::optional<EncoderContext> told;
  options_.encoder = [&](const EncoderContext& context) {
    told = context;
    return std::make_unique<LineEncoder>(context);
  };
  options_.table = Table::records();
  options_.compression_level = 7;
  export_to_memory(Source::file(folder_.write("name in Latin-1: \xFC", iso2709(records_))), options_);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->definition, "records");
  EXPECT_EQ(told->table.columns().size(), Table::records().columns().size());
  EXPECT_THAT(told->inputs, ElementsAre(EndsWith("name in Latin-1: \xEF\xBF\xBD")));
  EXPECT_EQ(told->threads, 2);
  EXPECT_EQ(told->compression_level, 7);
}

TEST_F(EncoderTest, PartsOfRecordsHaveAnEncoderEach) {
  const Report report = export_parts({.records = 200});
  EXPECT_EQ(report.parts, 3);
  EXPECT_EQ(made_, 3);
  EXPECT_EQ(read_file(folder_.path("out-00001.x")) == lines(1, 200), true);
  EXPECT_EQ(read_file(folder_.path("out-00002.x")) == lines(201, 400), true);
  EXPECT_EQ(read_file(folder_.path("out-00003.x")) == lines(401, 500), true);
}

TEST_F(EncoderTest, PartsOfBytesAreCutByTheBytesOfTheValues) {
  constexpr std::uint64_t kMost = 5000;
  std::map<std::string, std::string> files;
  for (const std::size_t batch_bytes : {4096, 1 << 20}) {
    options_.run.batch_bytes = batch_bytes;
    const Report report = export_parts({.bytes = kMost});
    EXPECT_GE(report.parts, report.bytes_uncompressed / kMost);
    const auto before = std::exchange(files, files_of(folder_.path("")));
    EXPECT_EQ(files.size(), report.parts + 1);
    EXPECT_EQ(before.empty() || before == files, true);
  }
  EXPECT_THAT(files["out.x.manifest.json"], HasSubstr(R"("format": "parquet")"));
}

TEST_F(EncoderTest, ACutOffRunGoesOnWithoutEncodingWhatStands) {
  const RowEncoderFactory make = options_.encoder;
  options_.encoder = [&](const EncoderContext& context) {
    if (made_ == 2) throw std::runtime_error("cut off");
    return make(context);
  };
  EXPECT_THROW(export_parts({.records = 100}), std::runtime_error);
  options_.encoder = make;
  made_ = 0;
  const Report report = export_parts({.records = 100, .resume = true});
  EXPECT_EQ(report.parts, 5);
  EXPECT_EQ(made_, 3);
  for (std::uint64_t part = 1; part <= 5; ++part) {
    const std::string bytes = read_file(folder_.path("out-0000" + std::to_string(part) + ".x"));
    EXPECT_EQ(bytes == lines(100 * part - 99, 100 * part), true);
  }
}

TEST_F(EncoderTest, WhatItThrowsReachesTheCallerAndTheTargetStays) {
  for (const bool in_finish : {false, true}) {
    options_.encoder = [&](const EncoderContext& context) {
      return std::make_unique<FailingEncoder>(context, in_finish);
    };
    std::string output = "old";
    EXPECT_THROW(export_records(source(), Target::memory(output), options_), std::runtime_error);
    EXPECT_EQ(output, "old");
  }
}

TEST_F(EncoderTest, AStopEndsTheRun) {
  std::stop_source stop;
  options_.run.stop = stop.get_token();
  options_.encoder = [&](const EncoderContext& context) {
    stop.request_stop();
    return std::make_unique<LineEncoder>(context);
  };
  std::string output = "old";
  try {
    export_records(source(), Target::memory(output), options_);
    ADD_FAILURE() << "not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
  EXPECT_EQ(output, "old");
}

TEST_F(EncoderTest, ACheckNeedsNoneAndTellsTheBytesOfTheValues) {
  const std::uint64_t bytes = export_to_memory(source(), options_).report.bytes_uncompressed;
  options_.encoder = {};
  const Report report = export_records(source(), Target::none(), options_);
  EXPECT_EQ(report.records_exported, 500);
  EXPECT_EQ(report.bytes_uncompressed, bytes);
  EXPECT_GT(bytes, 500 * 30);
}

TEST_F(EncoderTest, WhatDoesNotFitIsRefused) {
  std::string output;
  const auto exporting = [&] { export_records(source(), Target::memory(output), options_); };
  const auto exporting_file = [&] { export_records(source(), Target::file(folder_.path("out.x")), options_); };
  options_.compression = Compression::kGzip;
  EXPECT_EQ(refusal(exporting), "parquet is read at any place, and can't be compressed by gz");
  options_.compression = Compression::kNone;
  options_.compression_level = 20;
  EXPECT_EQ(refusal(exporting), "the level of parquet must be from 1 to 19");
  options_.format = Format::kArrow;
  EXPECT_EQ(refusal(exporting), "a compression level needs a compression");
  options_.compression_level.reset();
  options_.backend = Backend::kMapped;
  EXPECT_EQ(refusal(exporting_file), "arrow can't be mapped, as its size is not known before");
  options_.backend = Backend::kPlaced;
  EXPECT_EQ(refusal(exporting_file), "arrow is written in order");
  options_.backend = Backend::kAuto;
  options_.table.reset();
  EXPECT_EQ(refusal(exporting), "arrow needs a table");
  options_.table = Table::records();
  options_.encoder = {};
  EXPECT_EQ(refusal(exporting), "arrow needs an encoder, and none was given");
}

TEST_F(EncoderTest, TheBytesOfRowsAddUp) {
  RowStream rows(source(), *options_.table);
  RowBatch batch;
  ASSERT_TRUE(rows.next(batch));
  std::uint64_t sum = 0;
  for (std::size_t row = 0; row < batch.rows(); ++row) sum += batch.bytes({row, row + 1});
  EXPECT_EQ(batch.bytes({0, batch.rows()}), sum);
  EXPECT_EQ(RowBatch().bytes({0, 0}), 0);
}

}  // namespace
}  // namespace bulkmarc
