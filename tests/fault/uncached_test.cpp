#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "fault/faulty_platform.hpp"
#include "output/atomic_file.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr int kPieces = 34;  // Two more than stay in the cache.

/// What goes past the cache is what a large file has beyond its first 32 MiB, and all of it if it is expected.
class UncachedTest : public testing::Test {
 protected:
  UncachedTest() { folder_.write("out", "old"); }

  void write_large_file(FileOptions options = {}, std::uint64_t expected = 0) {
    const PlatformOverride replaced(platform_);
    AtomicFile file(folder_.path("out"), options);
    file.expect(expected);
    for (int i = 0; i < kPieces; ++i) file.write(piece(i));
    file.commit();
  }

  static std::string piece(int number) { return std::string(kPiece, static_cast<char>('a' + number % 26)); }

  void expect_whole_file() const {
    std::string whole;
    for (int i = 0; i < kPieces; ++i) whole += piece(i);
    EXPECT_TRUE(folder_.read("out") == whole);
    EXPECT_THAT(folder_.names(), testing::ElementsAre("out"));
  }

  [[nodiscard]] auto uncached_writes() const { return std::ranges::count(platform_.calls(), "write uncached"); }

  TemporaryFolder folder_;
  FaultyPlatform platform_;
};

TEST_F(UncachedTest, OnlyTheRestOfALargeFileThatIsSyncedGoesPastTheCache) {
  write_large_file();
  expect_whole_file();
  EXPECT_EQ(uncached_writes(), 2);
}

TEST_F(UncachedTest, AllOfAFileThatIsExpectedToBeLargeGoesPastTheCache) {
  write_large_file({}, kPieces * kPiece);
  expect_whole_file();
  EXPECT_EQ(uncached_writes(), kPieces);
}

TEST_F(UncachedTest, WhatIsToBeKeptOrIsNotSyncedStaysInTheCache) {
  write_large_file({.keep_cached = true});
  expect_whole_file();
  write_large_file({.sync = false});
  expect_whole_file();
  EXPECT_EQ(uncached_writes(), 0);
}

TEST_F(UncachedTest, ShortAndInterruptedWritesAreContinued) {
  platform_.transfer_at_most(kPiece / 2 + 1);
  platform_.fail_all("write uncached", EINTR, 1, 2);
  write_large_file();
  expect_whole_file();
  EXPECT_EQ(uncached_writes(), 4 + 2);
}

TEST_F(UncachedTest, AFailureLeavesTheOldFile) {
  for (const int error : {EIO, ENOSPC, EDQUOT}) {
    platform_.fail_all("write uncached", error, static_cast<int>(uncached_writes()) + 1);
    try {
      write_large_file();
      ADD_FAILURE() << "no error";
    } catch (const Error& failure) {
      EXPECT_EQ(failure.code(), ErrorCode::kOutputWrite);
      EXPECT_EQ(failure.os_error(), error);
    }
    EXPECT_EQ(folder_.read("out"), "old");
    EXPECT_THAT(folder_.names(), testing::ElementsAre("out"));
  }
}

}  // namespace
}  // namespace bulkmarc
