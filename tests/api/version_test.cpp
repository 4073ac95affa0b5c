#include <string>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

namespace bulkmarc {
namespace {

TEST(VersionTest, IsThreeNumbers) {
  EXPECT_THAT(std::string(version()), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

TEST(VersionTest, IsTheProjectsOwn) { EXPECT_EQ(version(), BULKMARC_TEST_VERSION); }

}  // namespace
}  // namespace bulkmarc
