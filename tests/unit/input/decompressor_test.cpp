#include "input/decompression.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/given_stream.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

void require(bool succeeded) {
  if (!succeeded) throw std::runtime_error("the test could not compress its data");
}

std::string gzip(std::string_view data) {
  z_stream stream = {};
  require(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  require(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view data, int window_log = 0) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log != 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  // A stream whose size is not told keeps its window, however little it holds.
  std::string out(ZSTD_compressBound(data.size()), '\0');
  ZSTD_inBuffer in = {data.data(), data.size(), 0};
  ZSTD_outBuffer to = {out.data(), out.size(), 0};
  ZSTD_compressStream2(context, &to, &in, ZSTD_e_continue);
  require(ZSTD_compressStream2(context, &to, &in, ZSTD_e_end) == 0);
  out.resize(to.pos);
  ZSTD_freeCCtx(context);
  return out;
}

std::string bzip2(std::string_view data) {
  std::string out(data.size() + data.size() / 100 + 600, '\0');
  auto length = static_cast<unsigned>(out.size());
  require(BZ2_bzBuffToBuffCompress(out.data(), &length, const_cast<char*>(data.data()),
                                   static_cast<unsigned>(data.size()), 1, 0, 0) == BZ_OK);
  out.resize(length);
  return out;
}

std::string xz(std::string_view data, std::uint32_t dictionary = 1 << 20) {
  lzma_options_lzma options;
  require(!lzma_lzma_preset(&options, 1));
  options.dict_size = dictionary;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  std::string out(lzma_stream_buffer_bound(data.size()), '\0');
  std::size_t length = 0;
  require(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC64, nullptr,
                                    reinterpret_cast<const std::uint8_t*>(data.data()), data.size(),
                                    reinterpret_cast<std::uint8_t*>(out.data()), &length, out.size()) == LZMA_OK);
  out.resize(length);
  return out;
}

struct Kind {
  Codec codec;
  std::string (*compress)(std::string_view);
};
const std::vector<Kind> kKinds = {
    {Codec::kGzip, gzip},
    {Codec::kZstd, [](std::string_view data) { return zstd(data); }},
    {Codec::kBzip2, bzip2},
    {Codec::kXz, [](std::string_view data) { return xz(data); }},
};

std::string name_of_kind(const testing::TestParamInfo<Kind>& kind) { return std::string(codec_name(kind.param.codec)); }

struct Decompressed {
  std::string data;
  std::string damage;
};

Decompressed decompress(const std::string& bytes, Codec codec, std::size_t at_a_time = 4096) {
  Decompressor stream(std::make_unique<GivenStream>(bytes, at_a_time), codec);
  Decompressed result;
  result.data = read_all(stream, at_a_time);
  result.damage = stream.damage();
  return result;
}

/// Text that compresses, but not to nothing.
std::string text() {
  std::string text;
  for (unsigned i = 0; i < 100'000; ++i) text += std::to_string(i * 2'654'435'761U) + "\n";
  return text;
}

class DecompressorTest : public testing::TestWithParam<Kind> {
 protected:
  static std::string compress(std::string_view data) { return GetParam().compress(data); }
  static Decompressed decompress(const std::string& bytes, std::size_t at_a_time = 4096) {
    return bulkmarc::decompress(bytes, GetParam().codec, at_a_time);
  }
};

TEST_P(DecompressorTest, TheSignTellsTheCompression) {
  EXPECT_EQ(codec_of(compress("data").substr(0, kCodecSignLength)), GetParam().codec);
}

TEST_P(DecompressorTest, DataComesOutAsItWasHoweverItIsRead) {
  const std::string data = text();
  const std::string bytes = compress(data);
  for (const std::size_t at_a_time : {std::size_t{13}, std::size_t{100'000}, data.size() + 1}) {
    const Decompressed result = decompress(bytes, at_a_time);
    EXPECT_EQ(result.data == data, true) << at_a_time;
    EXPECT_THAT(result.damage, IsEmpty());
  }
}

TEST_P(DecompressorTest, NoDataIsNotDamage) {
  const Decompressed result = decompress(compress(""));
  EXPECT_THAT(result.data, IsEmpty());
  EXPECT_THAT(result.damage, IsEmpty());
}

TEST_P(DecompressorTest, MembersAreJoinedAndZerosBetweenThemArePadding) {
  const std::string zeros(512, '\0');
  const std::string bytes = compress("one ") + compress("") + zeros + compress("two ") + compress(text()) + zeros;
  for (const std::size_t at_a_time : {1U, 5U, 4096U}) {
    const Decompressed result = decompress(bytes, at_a_time);
    EXPECT_EQ(result.data == "one two " + text(), true) << at_a_time;
    EXPECT_THAT(result.damage, IsEmpty());
  }
}

TEST_P(DecompressorTest, OfDataThatIsCutOffTheBeginningIsRead) {
  const std::string data = text();
  const std::string bytes = compress(data);
  for (const std::size_t length : {bytes.size() - 1, bytes.size() / 2, std::size_t{7}}) {
    const Decompressed result = decompress(bytes.substr(0, length));
    EXPECT_TRUE(data.starts_with(result.data)) << length;
    EXPECT_THAT(result.damage, EndsWith("data is damaged at its byte " + std::to_string(length) + ": it was cut off"));
  }
  EXPECT_THAT(decompress(bytes.substr(0, bytes.size() / 2)).data, testing::SizeIs(testing::Gt(data.size() / 4)));
}

TEST_P(DecompressorTest, DamageIsFound) {
  const std::string data = text();
  std::string bytes = compress(data);
  bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
  const Decompressed result = decompress(bytes);
  EXPECT_THAT(result.damage,
              StartsWith("the " + std::string(codec_name(GetParam().codec)) + " data is damaged at its byte "));
  EXPECT_EQ(result.data.substr(0, 1000), data.substr(0, 1000));
}

TEST_P(DecompressorTest, WhatIsReadOfDamagedDataDoesNotDependOnPortions) {
  // Once it has lost its way, a library finds the damage sooner or later.
  const std::string bytes = compress(std::string(1 << 20, 'x') + text());
  for (const std::size_t at : {bytes.size() / 3, bytes.size() / 2, bytes.size() - 20}) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(~damaged[at]);
    const Decompressed result = decompress(damaged, 4 << 20);
    for (const std::size_t at_a_time : {1U, 1000U, 200'000U}) {
      const Decompressed other = decompress(damaged, at_a_time);
      EXPECT_EQ(other.data == result.data, true) << at << " " << at_a_time;
      EXPECT_EQ(other.damage, result.damage);
    }
  }
}

TEST_P(DecompressorTest, AllThatWasDecodedBeforeTheDamageIsRead) {
  const std::string data = text();
  std::string bytes = compress(data);
  const std::size_t last = bytes.size() - (GetParam().codec == Codec::kGzip ? 5 : 1);  // Of a check, not of the size.
  bytes[last] = static_cast<char>(~bytes[last]);
  const Decompressed result = decompress(bytes);
  EXPECT_EQ(result.data == data, true) << result.data.size() << " of " << data.size();
  EXPECT_THAT(result.damage, HasSubstr("data is damaged"));
}

TEST_P(DecompressorTest, WhatFollowsTheLastMemberIsDamage) {
  const Decompressed result = decompress(compress("whole") + "and something else that is longer than any header");
  EXPECT_EQ(result.data, "whole");
  EXPECT_THAT(result.damage, HasSubstr("data is damaged"));
}

TEST_P(DecompressorTest, AnyByteMayBeWrongWithoutHarm) {
  const std::string bytes = compress("a few words of text, a few words of text");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int bits : {0x01, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ bits);
      EXPECT_LE(decompress(damaged).data.size(), 1'000'000U);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, DecompressorTest, testing::ValuesIn(kKinds), name_of_kind);

TEST(DecompressorLimitsTest, AZstdFileMayBeginWithAFrameToBeSkipped) {
  const std::string skippable = std::string("\x53\x2A\x4D\x18\x04\x00\x00\x00", 8) + "skip";
  EXPECT_EQ(codec_of(skippable.substr(0, kCodecSignLength)), Codec::kZstd);
  EXPECT_EQ(decompress(skippable + zstd("data") + skippable, Codec::kZstd).data, "data");
}

TEST(DecompressorLimitsTest, AFileCannotMakeUsAllocateWhatItLikes) {
  const Decompressed wide_window = decompress(zstd(text(), 28), Codec::kZstd);
  EXPECT_THAT(wide_window.data, IsEmpty());
  EXPECT_THAT(wide_window.damage, HasSubstr("memory"));
  const Decompressed large_dictionary = decompress(xz(text(), 256U << 20), Codec::kXz);
  EXPECT_THAT(large_dictionary.data, IsEmpty());
  EXPECT_THAT(large_dictionary.damage, HasSubstr("memory"));
  EXPECT_EQ(decompress(zstd(text(), 27), Codec::kZstd).data == text(), true) << "as much as zstd itself allows";
}

class CompressedInputTest : public testing::TestWithParam<Kind> {
 protected:
  Exported export_as_ndjson(const std::string& bytes) {
    ExportOptions options;
    options.format = Format::kNdjson;
    options.run.batch_bytes = 4096;
    return export_to_memory(Source::file(folder_.write("in", bytes)), options);
  }

  TemporaryFolder folder_;
};

TEST_P(CompressedInputTest, EveryFormatIsReadThroughIt) {
  const std::string mrc = iso2709(numbered_records(100));
  const std::string xml = export_to_memory(Source::file(folder_.write("in.mrc", mrc))).bytes;
  const std::string expected = export_as_ndjson(mrc).bytes;
  EXPECT_TRUE(export_as_ndjson(GetParam().compress(mrc)).bytes == expected);
  EXPECT_TRUE(export_as_ndjson(GetParam().compress(xml)).bytes == expected);
}

TEST_P(CompressedInputTest, AllThatIsWholeIsExportedAndTheDamageIsARejectAtItsPlace) {
  const auto records = numbered_records(3000);
  for (const std::string& data : {iso2709(records), export_to_memory(Source::records(records)).bytes}) {
    const std::string bytes = GetParam().compress(data);
    const Exported exported = export_as_ndjson(bytes.substr(0, bytes.size() - bytes.size() / 4));
    EXPECT_GT(exported.report.records_exported, 1000U);
    EXPECT_EQ(exported.report.records_read, exported.report.records_exported + exported.report.records_rejected);
    ASSERT_FALSE(exported.report.rejects.empty());
    const Finding& last = exported.report.rejects.back();
    EXPECT_EQ(last.code, Reason::kTruncated);
    EXPECT_EQ(last.offset, exported.report.bytes_read);
    EXPECT_THAT(last.detail, HasSubstr("it was cut off"));
  }
}

TEST_P(CompressedInputTest, WhereNothingCanBeReadTheExportFails) {
  const std::string bytes = GetParam().compress(iso2709(numbered_records(100)));
  try {
    export_as_ndjson(bytes.substr(0, 8));
    ADD_FAILURE() << "it was exported";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInputDamaged);
    EXPECT_EQ(error.path(), folder_.path("in"));
    EXPECT_THAT(error.what(), HasSubstr("it was cut off"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, CompressedInputTest, testing::ValuesIn(kKinds), name_of_kind);

}  // namespace
}  // namespace bulkmarc
