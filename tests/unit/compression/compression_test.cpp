#include <random>
#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/compression.hpp>

#include "compression/compressor.hpp"
#include "support/decompress.hpp"

namespace bulkmarc {
namespace {

TEST(CompressionTest, NamesLeadBackToTheirCompressions) {
  for (const auto compression : {Compression::kNone, Compression::kGzip, Compression::kZstd}) {
    EXPECT_EQ(compression_from_name(compression_name(compression)), compression);
  }
  for (const char* name : {"", "GZ", "gzip", ".gz", "bz2"})
    EXPECT_EQ(compression_from_name(name), std::nullopt) << name;
}

TEST(CompressionTest, TheLastExtensionOfANameTellsTheCompression) {
  EXPECT_EQ(compression_from_path("a.xml.gz"), Compression::kGzip);
  EXPECT_EQ(compression_from_path("folder.zst/a.GZ"), Compression::kGzip);
  EXPECT_EQ(compression_from_path("a.mrc.Zst"), Compression::kZstd);
  for (const char* name : {"", "a", "gz", ".gz", "a.gz.xml", "a.gz/", "a.gzip"}) {
    EXPECT_EQ(compression_from_path(name), Compression::kNone) << name;
  }
}

class CompressorTest : public testing::TestWithParam<Compression> {};

std::string text_of(std::size_t length) {
  std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the same text in every run
  std::string text;
  while (text.size() < length) text += "<subfield code=\"a\">" + std::to_string(random() % 1000);
  text.resize(length);
  return text;
}

TEST_P(CompressorTest, EveryLevelGivesBackWhatItWasGiven) {
  const Levels levels = levels_of(GetParam());
  EXPECT_LE(levels.lowest, levels.usual);
  EXPECT_LE(levels.usual, levels.highest);
  const std::string text = text_of(50'000);
  for (int level = levels.lowest; level <= levels.highest; ++level) {
    Buffer packed;
    make_compressor(GetParam(), level)->compress(text, packed);
    EXPECT_LT(packed.size(), text.size() / 2) << level;
    EXPECT_TRUE(decompress(GetParam(), packed.view()) == text) << level;
  }
}

TEST_P(CompressorTest, HigherLevelsGiveSmallerPieces) {
  const Levels levels = levels_of(GetParam());
  const std::string text = text_of(200'000);
  Buffer fast;
  Buffer small;
  make_compressor(GetParam(), levels.lowest)->compress(text, fast);
  make_compressor(GetParam(), levels.highest)->compress(text, small);
  EXPECT_LT(small.size(), fast.size());
}

TEST_P(CompressorTest, APieceDoesNotDependOnTheOneBefore) {
  const std::string text = text_of(10'000);
  const auto compressor = make_compressor(GetParam(), levels_of(GetParam()).usual);
  Buffer first;
  Buffer second;
  compressor->compress(text, first);
  compressor->compress(text_of(77'777), second);
  compressor->compress(text, second);
  EXPECT_EQ(second.view() == first.view(), true);
}

TEST_P(CompressorTest, NothingAndWhatCantBeCompressedComeBackToo) {
  const auto compressor = make_compressor(GetParam(), levels_of(GetParam()).usual);
  Buffer packed;
  compressor->compress("", packed);
  EXPECT_GT(packed.size(), 0U);
  EXPECT_EQ(decompress(GetParam(), packed.view()), "");
  std::mt19937 random(2);  // NOLINT(*-msc51-cpp): the same bytes in every run
  std::string noise(std::size_t{1} << 20, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  compressor->compress(noise, packed);
  EXPECT_TRUE(decompress(GetParam(), packed.view()) == noise);
}

TEST_P(CompressorTest, DamageIsSeenByWhoeverReads) {
  Buffer packed;
  make_compressor(GetParam(), levels_of(GetParam()).usual)->compress(text_of(10'000), packed);
  packed.data()[packed.size() / 2] ^= 0x10;
  EXPECT_THROW(decompress(GetParam(), packed.view()), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Both, CompressorTest, testing::Values(Compression::kGzip, Compression::kZstd),
                         [](const auto& parameter) { return std::string(compression_name(parameter.param)); });

}  // namespace
}  // namespace bulkmarc
