#include "select/selector.hpp"

#include <gmock/gmock.h>

namespace bulkmarc {
namespace {

using testing::ElementsAre;

TEST(IdSetTest, FindsIdsByTheirPlace) {
  const IdSet ids({"one", "two", "one", "three"});
  EXPECT_THAT(ids.ids(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(ids.find("three"), 2U);
  EXPECT_EQ(ids.find("four"), std::nullopt);
  EXPECT_EQ(ids.find(""), std::nullopt);
}

TEST(IdSetTest, BlanksAtTheEndsDoNotCount) {
  const IdSet ids({" 70579285 ", "", "  ", "a b"});
  EXPECT_THAT(ids.ids(), ElementsAre("70579285", "a b"));
  EXPECT_EQ(ids.find("  70579285"), 0U);
  EXPECT_EQ(ids.find("a b "), 1U);
  EXPECT_EQ(ids.find("   "), std::nullopt);
}

}  // namespace
}  // namespace bulkmarc
