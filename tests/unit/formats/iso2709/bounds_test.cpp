#include <algorithm>
#include <ctime>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "formats/iso2709/reader.hpp"
#include "support/exports.hpp"
#include "support/given_stream.hpp"
#include "support/sanitized.hpp"

// Inputs that were made to cost more than their size: splitting them takes time in proportion to it.

namespace bulkmarc {
namespace {

/// A hostile input, the longer the larger the number.
using Hostile = std::function<std::string(std::size_t)>;

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// Leaders of digits alone, which are directories of each other, and lead to one end.
std::string leaders_in_directories(std::size_t size) {
  return repeated("000000000022000000004500", size / 24) + "\x1E" + std::string(4500, 'x') + "\x1D";
}

/// The same, with lengths and base addresses that are right for each of them.
std::string leaders_that_agree(std::size_t size) {
  std::string bytes;
  for (std::size_t block = 0; block < size / 96'000; ++block) {
    for (std::size_t i = 0; i < 3900; ++i) {
      const std::size_t left = 24 * (3900 - i);
      bytes += fmt::format("{:05}0000022{:05}0004500", left + 1 + 4501, left + 1);
    }
    bytes += "\x1E" + std::string(4500, '\x1E') + "\x1D";
  }
  return bytes;
}

std::string leaders_that_lead_far(std::size_t size) {
  return repeated("00000nam a2200037 i 4500001000499998\x1E\x1D", size / 38);
}

std::string leaders_in_a_directory_of_a_leader(std::size_t size) {
  return "00000nam a2200037 i 4500" + repeated("245001000000", size / 12) + "\x1E" + "10\x1E\x1D";
}

std::string pieces_that_could_be_joined(std::size_t size) {
  return repeated("00000nam a2200037 i 4500001000499998\x1Exyz\x1Dno leader\x1E\x1D", size / 55);
}

std::string entries_out_of_order(std::size_t size) {
  std::string directory;
  const std::size_t count = std::min<std::size_t>(size / 14, 49'000);
  for (std::size_t i = count; i-- > 0;) directory += fmt::format("2450002{:05}", 2 * i);
  return "00000nam a2200037 i 4500" + directory + "\x1E" + repeated("x\x1E", count) + "y\x1E\x1D";
}

/// Processor seconds of this thread to split it; the least of three times.
double seconds_to_split(const std::string& bytes) {
  double least = std::numeric_limits<double>::max();
  for (int i = 0; i < (kSanitized ? 1 : 3); ++i) {
    Batch batch;
    batch.bytes.append(bytes);
    timespec begin{};
    timespec end{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    const std::size_t split = split_records(batch, 0, bytes.size(), [](Batch&) { return false; });
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    EXPECT_EQ(split, bytes.size());
    const auto seconds = static_cast<double>(end.tv_sec - begin.tv_sec);
    least = std::min(least, seconds + static_cast<double>(end.tv_nsec - begin.tv_nsec) / 1e9);
  }
  return least;
}

void expect_linear(const Hostile& make, std::size_t size) {
  const double once = seconds_to_split(make(size));
  if (kSanitized) return;
  const double eight_times = seconds_to_split(make(8 * size));
  // Quadratic time would be 64 times as much.
  EXPECT_LT(eight_times, 24 * once + 0.005) << once;
}

TEST(Iso2709BoundsTest, LeadersInsideOfDirectoriesTakeLinearTime) { expect_linear(leaders_in_directories, 60'000); }

TEST(Iso2709BoundsTest, LeadersThatAgreeWithTheDataTakeLinearTime) { expect_linear(leaders_that_agree, 96'000); }

TEST(Iso2709BoundsTest, LeadersThatLeadFarTakeLinearTime) { expect_linear(leaders_that_lead_far, 60'000); }

TEST(Iso2709BoundsTest, AHugeDirectoryTakesLinearTime) {
  expect_linear(leaders_in_a_directory_of_a_leader, 60'000);
  expect_linear(entries_out_of_order, 60'000);
}

TEST(Iso2709BoundsTest, PiecesThatCouldBeJoinedTakeLinearTime) { expect_linear(pieces_that_could_be_joined, 60'000); }

TEST(Iso2709BoundsTest, RunsOfOneByteOrMarkTakeLinearTime) {
  for (const std::string_view unit : {"\x1D", "\x1E", "4", "4500", " ", "\n", "<", "[", "=", "x\n", "00000nam a22",
                                      "00000nam a2200037 i 4500", "00000nam a2200037 i 4500\x1E", "\xC3", "    0"}) {
    SCOPED_TRACE(std::string(unit));
    expect_linear([unit](std::size_t size) { return repeated(unit, size / unit.size()); }, 60'000);
    expect_linear(
        [unit](std::size_t size) {
          return "00000nam a2200037 i 4500001000499998\x1E" + repeated(unit, size / unit.size()) + "\x1E\x1D";
        },
        60'000);
  }
}

/// Padding between two records, a few bytes at a time. It counts how much of it is in memory at once.
TEST(Iso2709BoundsTest, PaddingIsNotKept) {
  constexpr std::size_t kBatch = 4096;
  const std::string record = iso2709(numbered_record(1).view());
  for (const char padding : {'\0', ' ', '\x1A', '\n', '\t'}) {
    const std::string bytes = std::string(1'000'000, padding) + record + std::string(1'000'000, padding) + record;
    Iso2709StreamReader reader(std::make_unique<GivenStream>(bytes, 1000), kBatch);
    Batch batch;
    std::size_t records = 0;
    std::size_t skipped = 0;
    std::size_t most = 0;
    while (reader.next(batch)) {
      records += batch.items().size();
      skipped += batch.skipped().bytes;
      most = std::max(most, batch.bytes.size());
    }
    EXPECT_EQ(records, 2U);
    EXPECT_EQ(skipped, 2'000'000U);
    EXPECT_LT(most, 2 * kBatch + 1000);
  }
}

}  // namespace
}  // namespace bulkmarc
