#include "text/buffer.hpp"

#include <string>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

TEST(BufferTest, AppendingKeepsWhatIsThere) {
  Buffer buffer;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    buffer.append(std::to_string(i));
    expected += std::to_string(i);
  }
  EXPECT_EQ(buffer.view(), expected);
}

TEST(BufferTest, ClearingKeepsTheMemory) {
  Buffer buffer;
  buffer.append(std::string(1000, 'x'));
  const char* memory = buffer.data();
  const std::size_t capacity = buffer.capacity();
  buffer.clear();
  EXPECT_EQ(buffer.size(), 0U);
  buffer.append(std::string(1000, 'y'));
  EXPECT_EQ(buffer.data(), memory);
  EXPECT_EQ(buffer.capacity(), capacity);
}

TEST(BufferTest, RoomBecomesContentsByItsSize) {
  Buffer buffer;
  buffer.append("ab");
  const auto room = buffer.room(3);
  room[0] = 'c';
  EXPECT_EQ(buffer.view(), "ab");
  buffer.set_size(3);
  EXPECT_EQ(buffer.view(), "abc");
}

TEST(BufferTest, ReservingMovesTheContents) {
  Buffer buffer;
  buffer.append("contents");
  buffer.reserve(100'000);
  EXPECT_GE(buffer.capacity(), 100'000U);
  EXPECT_EQ(buffer.view(), "contents");
}

TEST(BufferTest, AnEmptyBufferIsAnEmptyView) {
  Buffer buffer;
  buffer.append("");
  EXPECT_EQ(buffer.view(), "");
}

}  // namespace
}  // namespace bulkmarc
