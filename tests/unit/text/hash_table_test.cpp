#include "text/hash_table.hpp"

#include <cstdint>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

struct Numbered {
  Hash key;
  std::uint32_t number = 0;
};

TEST(HashTableTest, FindsWhatWasAddedAndNothingElse) {
  HashTable<Numbered> table;
  constexpr std::uint32_t kCount = 100'000;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(table.find(hash_of(std::to_string(i))), nullptr);
    const auto [entry, is_new] = table.add({hash_of(std::to_string(i)), i});
    EXPECT_TRUE(is_new);
    EXPECT_EQ(entry->number, i);
  }
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const auto [entry, is_new] = table.add({hash_of(std::to_string(i)), 0});
    EXPECT_FALSE(is_new);
    EXPECT_EQ(entry->number, i);
  }
  EXPECT_EQ(table.find(hash_of("x")), nullptr);
}

TEST(HashTableTest, VisitsEachEntryOnce) {
  HashTable<Numbered> table;
  for (std::uint32_t i = 0; i < 1000; ++i) table.add({hash_of(std::to_string(i)), i});
  std::multiset<std::uint32_t> numbers;
  table.each([&](const Numbered& entry) { numbers.insert(entry.number); });
  EXPECT_EQ(numbers.size(), 1000U);
  EXPECT_EQ(std::set<std::uint32_t>(numbers.begin(), numbers.end()).size(), 1000U);
}

TEST(HashTableTest, KeepsAtLeastThreeQuartersOfItsSlotsTaken) {
  HashTable<Numbered> table;
  constexpr std::size_t kCount = 300'000;
  for (std::size_t i = 0; i < kCount; ++i) {
    table.add({hash_of(std::to_string(i)), 0});
    if (i < 100'000 || i % 10'000 != 0) continue;
    EXPECT_LE(table.slots(), (i + 1) * 4 / 3 + 256 * 16);
  }
}

TEST(HashTableTest, FindsKeysThatShareASlot) {
  HashTable<Numbered> table;
  for (std::uint32_t i = 1; i <= 500; ++i) table.add({Hash{{0xFFFFFFFF, i, 0}}, i});  // At the end: they wrap around.
  for (std::uint32_t i = 1; i <= 500; ++i) {
    const Numbered* entry = table.find(Hash{{0xFFFFFFFF, i, 0}});
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->number, i);
  }
  EXPECT_EQ(table.find(Hash{{0xFFFFFFFF, 501, 0}}), nullptr);
}

TEST(HashTest, IsNeverNone) {
  EXPECT_FALSE(hash_of("").is_none());
  EXPECT_EQ(hash_of("a"), hash_of("a"));
  EXPECT_NE(hash_of("a"), hash_of("b"));
  EXPECT_TRUE(Hash().is_none());
}

}  // namespace
}  // namespace bulkmarc
