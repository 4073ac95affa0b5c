#include "pipeline/reservoir.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::vector<int> draw(std::uint64_t size, std::uint64_t seed, int values) {
  Reservoir<int> reservoir(size, seed);
  for (int value = 0; value < values; ++value) reservoir.offer(value);
  std::vector<int> drawn = reservoir.take();
  std::ranges::sort(drawn);
  return drawn;
}

TEST(ReservoirTest, HoldsAsManyAsWereAskedForOrAll) {
  EXPECT_EQ(draw(5, 1, 100).size(), 5U);
  EXPECT_THAT(draw(5, 1, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(draw(3, 1, 3), UnorderedElementsAre(0, 1, 2));
  EXPECT_THAT(draw(0, 1, 3), ElementsAre());
}

TEST(ReservoirTest, NothingIsDrawnTwice) {
  const std::vector<int> drawn = draw(50, 3, 1000);
  EXPECT_EQ(std::ranges::adjacent_find(drawn), drawn.end());
}

TEST(ReservoirTest, TheSeedDecides) {
  EXPECT_EQ(draw(10, 7, 1000), draw(10, 7, 1000));
  EXPECT_NE(draw(10, 7, 1000), draw(10, 8, 1000));
  // Fixed for all time: a sample can be drawn again elsewhere.
  EXPECT_THAT(draw(4, 1, 100), ElementsAre(1, 34, 93, 97));
}

TEST(ReservoirTest, EveryValueHasTheSameChance) {
  constexpr int kValues = 20;
  constexpr int kDraws = 4000;
  std::vector<int> times(kValues);
  for (int seed = 0; seed < kDraws; ++seed) {
    for (const int value : draw(5, static_cast<std::uint64_t>(seed), kValues)) ++times[static_cast<std::size_t>(value)];
  }
  // 1,000 are expected of each; the standard deviation is 27.
  for (const int count : times) EXPECT_NEAR(count, 1000, 160);
}

}  // namespace
}  // namespace bulkmarc
