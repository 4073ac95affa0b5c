#include <cerrno>
#include <set>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

TEST(ErrorTest, TheMessageNamesPathStepAndReason) {
  const Error error(ErrorCode::kOutputSync, "/some/file", "can't sync", EIO);
  EXPECT_STREQ(error.what(), "/some/file: can't sync: Input/output error");
  EXPECT_EQ(error.code(), ErrorCode::kOutputSync);
  EXPECT_EQ(error.path(), "/some/file");
  EXPECT_EQ(error.os_error(), EIO);
}

TEST(ErrorTest, WhatIsUnknownIsLeftOut) {
  EXPECT_STREQ(Error(ErrorCode::kCancelled, {}, "was cancelled").what(), "was cancelled");
  EXPECT_STREQ(Error(ErrorCode::kNotMarc, "a", "is text").what(), "a: is text");
}

TEST(ErrorTest, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kCancelled); ++code) {
    const std::string_view name = error_name(static_cast<ErrorCode>(code));
    EXPECT_THAT(std::string(name), testing::MatchesRegex("[a-z_]+"));
    names.insert(name);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::kCancelled) + 1);
  EXPECT_EQ(error_name(ErrorCode::kOutputRename), "output_rename");
}

}  // namespace
}  // namespace bulkmarc
