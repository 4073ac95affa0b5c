#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "compression/compressor.hpp"
#include "input/decompression.hpp"
#include "input/portion.hpp"
#include "support/given_stream.hpp"
#include "support/task_runners.hpp"

// Compressed data of many members, which threads decode ahead: the same data, and the same damage at the same place.

namespace bulkmarc {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Decompressed {
  std::string data;
  std::string damage;
  bool operator==(const Decompressed&) const = default;
};

Decompressed decompress(const std::string& bytes, Codec codec, TaskRunner* runner) {
  Decompressor stream(std::make_unique<GivenStream>(bytes), codec);
  stream.run_on(runner);
  Decompressed result;
  result.data = read_all(stream, 50'000);
  result.damage = stream.damage();
  return result;
}

/// Bytes that compress to half their size.
std::string hex_digits(std::size_t length) {
  std::string text(length, '\0');
  std::mt19937 random(1);
  for (char& byte : text) byte = "0123456789abcdef"[random() % 16];
  return text;
}

class MembersTest : public testing::TestWithParam<Codec> {
 protected:
  [[nodiscard]] static std::string compress(std::string_view data, int level = 1) {
    const auto compression = GetParam() == Codec::kGzip ? Compression::kGzip : Compression::kZstd;
    Buffer packed;
    make_compressor(compression, level)->compress(data, packed);
    return std::string(packed.view());
  }
  /// The data in members of this many bytes.
  [[nodiscard]] static std::string compress_in_members(std::string_view data, std::size_t length) {
    std::string all;
    for (std::size_t at = 0; at < data.size(); at += length) all += compress(data.substr(at, length));
    return all;
  }

  /// Expects that all runners read the same. Returns that.
  static Decompressed expect_same(const std::string& bytes) {
    Decompressed expected = decompress(bytes, GetParam(), nullptr);
    EagerRunner eager;
    LateRunner late;
    ThreadRunner threads;
    for (TaskRunner* runner : std::initializer_list<TaskRunner*>{&eager, &late, &threads}) {
      const Decompressed result = decompress(bytes, GetParam(), runner);
      EXPECT_TRUE(result.data == expected.data) << result.data.size() << " for " << expected.data.size();
      EXPECT_EQ(result.damage, expected.damage);
    }
    return expected;
  }
  static void expect_whole(const std::string& bytes, const std::string& data) {
    const Decompressed result = expect_same(bytes);
    EXPECT_TRUE(result.data == data) << result.data.size() << " for " << data.size();
    EXPECT_THAT(result.damage, IsEmpty());
  }

  const std::string data_ = hex_digits(3'000'000);
};

TEST_P(MembersTest, OfAnySizeAreJoined) {
  for (const std::size_t length : {30'000U, 65'536U, 1U << 20, 2U << 20, 3'000'000U})
    expect_whole(compress_in_members(data_, length), data_);
  const std::string some = data_.substr(0, 3000);
  expect_whole(compress_in_members(some, 1), some);
  const std::string nothing = compress("");
  expect_whole(nothing + nothing + compress("1") + nothing + compress(data_) + nothing + compress("2") + nothing,
               "1" + data_ + "2");
}

TEST_P(MembersTest, MayHoldMoreThanIsDecodedAtOnce) {
  const std::string zeros(Portion::kMostDecompressed + 1, '0');
  expect_whole(compress(zeros) + compress(data_) + compress(zeros) + compress(zeros) + compress("end"),
               zeros + data_ + zeros + zeros + "end");
  const std::string much(Portion::kMostDecompressed / 3, '0');
  expect_whole(compress(data_) + compress(much) + compress(much) + compress(much) + compress(much),
               data_ + much + much + much + much);
}

TEST_P(MembersTest, ZerosBetweenThemArePadding) {
  const std::string zeros(40'000, '\0');
  expect_whole(compress(data_) + zeros + compress("a") + zeros + compress(data_) + zeros, data_ + "a" + data_);
}

TEST_P(MembersTest, ThatSeemToBeginWithinOthersDoNot) {
  std::string within;
  while (within.size() < 600'000) within += compress(data_.substr(within.size() % 1000, 5000));
  std::string all;
  for (int i = 0; i < 3; ++i) all += compress(within) + compress(data_.substr(0, 100'000));
  const std::string text = within + data_.substr(0, 100'000);
  expect_whole(all, text + text + text);
}

TEST_P(MembersTest, CutOffAnywhereEndThere) {
  const std::string bytes = compress("one") + compress("") + compress("a few words, a few words") + compress("end");
  for (std::size_t length = 0; length < bytes.size(); ++length) expect_same(bytes.substr(0, length));
  const std::string large = compress_in_members(data_.substr(0, 400'000), 60'000);
  for (std::size_t length = 1; length < large.size(); length += 7919) expect_same(large.substr(0, length));
  EXPECT_THAT(expect_same(large.substr(0, large.size() - 1)).damage, HasSubstr("it was cut off"));
}

TEST_P(MembersTest, AnyByteMayBeWrong) {
  const std::string bytes = compress("one") + compress("") + compress("a few words, a few words") + compress("end");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int bits : {0x01, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ bits);
      expect_same(damaged);
    }
  }
  const std::string large = compress_in_members(data_.substr(0, 400'000), 60'000);
  for (std::size_t at = 1; at < large.size(); at += 7919) {
    std::string damaged = large;
    damaged[at] = static_cast<char>(~damaged[at]);
    expect_same(damaged);
  }
}

TEST_P(MembersTest, WhatFollowsTheLastIsDamage) {
  const std::string bytes = compress_in_members(data_, 500'000);
  const Decompressed result = expect_same(bytes + "and something else that is longer than any header");
  EXPECT_TRUE(result.data == data_);
  EXPECT_THAT(result.damage, HasSubstr("data is damaged at its byte"));
}

TEST_P(MembersTest, SizesMayLie) {
  // At its end a gzip member has its size, and a zstd frame has one right after its flags.
  for (const char size : {'\x00', '\x01', '\x7F', '\xFF'}) {
    std::string liar = compress(data_.substr(0, 100'000));
    const std::size_t at = GetParam() == Codec::kGzip ? liar.size() - 4 : 5;
    std::fill_n(liar.begin() + static_cast<std::ptrdiff_t>(at), 4, size);
    expect_same(compress(data_) + liar + compress(data_));
  }
}

TEST_P(MembersTest, BeforeAFailureAreRead) {
  class FailingStream final : public ByteStream {
   public:
    explicit FailingStream(std::string bytes) : given_(std::move(bytes)) {}
    [[nodiscard]] const std::filesystem::path& path() const override { return given_.path(); }
    std::size_t read(std::span<char> bytes) override {
      const std::size_t got = given_.read(bytes);
      if (got == 0) throw Error(ErrorCode::kInputRead, path(), "can't read");
      return got;
    }

   private:
    GivenStream given_;
  };
  const std::string whole = compress_in_members(data_, 200'000);
  for (const std::size_t length : {whole.size(), whole.size() - 1, whole.size() / 2}) {
    std::vector<std::string> read;
    EagerRunner eager;
    for (TaskRunner* runner : std::initializer_list<TaskRunner*>{nullptr, &eager}) {
      Decompressor stream(std::make_unique<FailingStream>(whole.substr(0, length)), GetParam());
      stream.run_on(runner);
      std::string room(50'000, '\0');
      const auto read_to_the_end = [&] {
        read.emplace_back();
        while (const std::size_t got = stream.read(room)) read.back().append(room, 0, got);
      };
      EXPECT_THROW(read_to_the_end(), Error);
    }
    EXPECT_TRUE(read[0] == read[1]) << read[0].size() << " and " << read[1].size();
    EXPECT_TRUE(length != whole.size() || read[1] == data_);
  }
}

INSTANTIATE_TEST_SUITE_P(Both, MembersTest, testing::Values(Codec::kGzip, Codec::kZstd),
                         [](const auto& codec) { return std::string(codec_name(codec.param)); });

TEST(GzipMembersTest, WithHeadersOfEveryKindAreRead) {
  Buffer packed;
  make_compressor(Compression::kGzip, 6)->compress("text", packed);
  const std::string plain(packed.view());
  const auto with = [&plain](char flags, const std::string& fields) {
    return plain.substr(0, 3) + flags + plain.substr(4, 6) + fields + plain.substr(10);
  };
  const std::string all = plain + with(0x04, std::string("\x06\0BC\x02\0\x10\0", 8)) +
                          with(0x08, std::string("name\0", 5)) + with(0x10, std::string("comment\0", 8)) + plain;
  EagerRunner eager;
  const Decompressed expected = {"texttexttexttexttext", ""};
  EXPECT_EQ(decompress(all, Codec::kGzip, &eager), expected);
  // The header's own check, and flags that do not exist.
  for (const std::string& odd : {with(0x02, "xx"), with(0x20, ""), with('\x80', "")}) {
    const Decompressed result = decompress(plain + odd + plain, Codec::kGzip, &eager);
    EXPECT_EQ(result, decompress(plain + odd + plain, Codec::kGzip, nullptr));
    EXPECT_EQ(result.data, "text");
  }
}

}  // namespace
}  // namespace bulkmarc
