#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/decompress.hpp"
#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::HasSubstr;

class CompressedTest : public testing::TestWithParam<Compression> {
 protected:
  static ExportOptions options(int threads, std::size_t batch_bytes) {
    ExportOptions options;
    options.compression = GetParam();
    options.run.threads = threads;
    options.run.batch_bytes = batch_bytes;
    return options;
  }

  TemporaryFolder folder_;
  std::string bytes_ = iso2709(numbered_records(3000));
  std::filesystem::path input_ = folder_.write("in.mrc", bytes_);
};

TEST_P(CompressedTest, HoldsWhatThePlainOutputIs) {
  const Exported plain = export_to_memory(Source::file(input_));
  const Exported compressed = export_to_memory(Source::file(input_), options(2, 20'000));
  ASSERT_GT(plain.bytes.size(), 2U << 20);
  EXPECT_TRUE(decompress(GetParam(), compressed.bytes) == plain.bytes);
  EXPECT_EQ(compressed.report.bytes_uncompressed, plain.bytes.size());
  EXPECT_EQ(compressed.report.bytes_written, compressed.bytes.size());
  EXPECT_EQ(compressed.report.compression, GetParam());
  EXPECT_EQ(plain.report.bytes_uncompressed, plain.report.bytes_written);
  EXPECT_EQ(plain.report.compression, Compression::kNone);
}

TEST_P(CompressedTest, IsTheSameForAnyNumberOfThreadsAndBatchSizeAndSource) {
  const Exported expected = export_to_memory(Source::file(input_), options(1, 128 * 1024));
  for (const auto& [threads, batch_bytes] :
       std::vector<std::tuple<int, std::size_t>>{{2, 4096}, {3, 50'000}, {8, 128 * 1024}, {2, std::size_t{8} << 20}}) {
    expect_same(export_to_file(Source::file(input_), folder_.path("out"), options(threads, batch_bytes)), expected);
    const FilledPipe pipe(bytes_);
    expect_same(export_to_memory(Source::file(pipe.path()), options(threads, batch_bytes)), expected);
  }
}

TEST_P(CompressedTest, HasOnePieceWhereThereIsNothing) {
  ExportOptions of_nothing = options(2, 4096);
  of_nothing.format = Format::kIso2709;
  const Exported exported = export_to_memory(Source::records({}), of_nothing);
  EXPECT_GT(exported.bytes.size(), 0U);
  EXPECT_EQ(decompress(GetParam(), exported.bytes), "");
}

TEST_P(CompressedTest, ALevelMakesTheOutputSmaller) {
  ExportOptions fast = options(2, 128 * 1024);
  fast.compression_level = 1;
  ExportOptions small = options(2, 128 * 1024);
  small.compression_level = 12;
  EXPECT_LT(export_to_memory(Source::file(input_), small).bytes.size(),
            export_to_memory(Source::file(input_), fast).bytes.size());
}

TEST_P(CompressedTest, IsStreamedAndTheReportSaysWhy) {
  const Exported exported = export_to_file(Source::file(input_), folder_.path("out"), options(2, 20'000));
  EXPECT_EQ(exported.report.backend, UsedBackend::kStreamed);
  EXPECT_EQ(exported.report.backend_reason, "the output is compressed");
}

TEST_P(CompressedTest, IsTheSameWhenItIsWrittenDirectly) {
  const Exported streamed = export_to_file(Source::file(input_), folder_.path("out"), options(2, 20'000));
  ExportOptions direct = options(2, 20'000);
  direct.backend = Backend::kDirect;
  const Exported exported = export_to_file(Source::file(input_), folder_.path("out"), direct);
  EXPECT_EQ(exported.report.backend, UsedBackend::kDirect);
  EXPECT_TRUE(exported.bytes == streamed.bytes);
}

TEST_P(CompressedTest, HoldsWhatALimitAndASkipLeave) {
  for (const std::uint64_t limit : {0, 1, 100, 2999}) {
    for (const std::uint64_t skip : {0, 50, 5000}) {
      ExportOptions plain;
      plain.run.selection.limit = limit;
      plain.run.selection.skip = skip;
      const Exported expected = export_to_memory(Source::file(input_), plain);
      for (int round = 0; round < 5; ++round) {
        ExportOptions compressed = options(4, 4096);
        compressed.run.selection = plain.run.selection;
        const Exported exported = export_to_memory(Source::file(input_), compressed);
        EXPECT_TRUE(decompress(GetParam(), exported.bytes) == expected.bytes) << limit << " after " << skip;
        EXPECT_EQ(exported.report.records_exported, expected.report.records_exported);
      }
    }
  }
}

TEST_P(CompressedTest, PartsHoldWhatALimitLeaves) {
  ExportOptions limited = options(4, 4096);
  limited.run.selection.limit = 100;
  const auto path = folder_.path("part.xml");
  const Report report =
      export_records(Source::file(input_), Target::parts(path, {.records = 30}, {.sync = false}), limited);
  EXPECT_EQ(report.records_exported, 100U);
  EXPECT_EQ(report.parts, 4U);
}

std::string refusal_of(const std::filesystem::path& input, const std::filesystem::path& output,
                       const ExportOptions& options) {
  try {
    export_records(Source::file(input), Target::file(output), options);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
    return error.what();
  }
}

TEST_P(CompressedTest, WhatContradictsItIsRefused) {
  ExportOptions mapped = options(2, 20'000);
  mapped.backend = Backend::kMapped;
  EXPECT_THAT(refusal_of(input_, folder_.path("out"), mapped), HasSubstr("can't be mapped"));
  for (const int level : {-1, 0, 20}) {
    ExportOptions leveled = options(2, 20'000);
    leveled.compression_level = level;
    EXPECT_THAT(refusal_of(input_, folder_.path("out"), leveled), HasSubstr("must be from 1 to")) << level;
  }
  ExportOptions plain;
  plain.compression_level = 1;
  EXPECT_THAT(refusal_of(input_, folder_.path("out"), plain), HasSubstr("needs a compression"));
}

INSTANTIATE_TEST_SUITE_P(Both, CompressedTest, testing::Values(Compression::kGzip, Compression::kZstd),
                         [](const auto& parameter) { return std::string(compression_name(parameter.param)); });

}  // namespace
}  // namespace bulkmarc
