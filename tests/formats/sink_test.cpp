#include "formats/sink.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

template <class Sink>
void fill(Sink& sink) {
  sink.literal("abc");
  sink.append("defgh");
  sink.put('i');
}

TEST(SinkTest, AllSinksTakeTheSameBytes) {
  CountingSink counting;
  fill(counting);
  EXPECT_EQ(counting.size(), 9U);

  std::array<char, 9> slice{};
  SpanSink span(slice);
  fill(span);
  EXPECT_EQ(std::string_view(slice.data(), 9), "abcdefghi");
  EXPECT_TRUE(span.complete());

  Buffer buffer;
  {
    GrowingSink growing(buffer);
    fill(growing);
    EXPECT_EQ(growing.size(), 9U);
  }
  EXPECT_EQ(buffer.view(), "abcdefghi");
}

TEST(SinkTest, RewindingTakesBackTheLastBytes) {
  CountingSink counting;
  fill(counting);
  counting.rewind(4);
  EXPECT_EQ(counting.size(), 4U);

  Buffer buffer;
  {
    GrowingSink growing(buffer);
    fill(growing);
    growing.rewind(4);
    growing.put('!');
  }
  EXPECT_EQ(buffer.view(), "abcd!");
}

TEST(SinkTest, ASliceIsIncompleteUntilItsLastByte) {
  std::array<char, 10> slice{};
  SpanSink span(slice);
  fill(span);
  EXPECT_FALSE(span.complete());
  span.put('j');
  EXPECT_TRUE(span.complete());
}

TEST(SinkTest, NothingIsWrittenBeyondASlice) {
  std::string memory = "........";
  SpanSink span({memory.data(), 6});
  span.append("abcd");
  span.append("efgh");
  span.literal("efgh");
  EXPECT_FALSE(span.complete());
  span.append("ef");
  span.put('g');
  EXPECT_EQ(memory, "abcd....") << "what follows a gap is not written either";
  EXPECT_FALSE(span.complete());
}

TEST(SinkTest, WhatIsKeptAndDidNotFitIsNotForgotten) {
  std::string memory = "....";
  SpanSink span(memory);
  span.append("abc");
  span.append("de");
  const std::size_t before = span.size();
  span.append("f");
  span.rewind(before);
  EXPECT_FALSE(span.complete());
  EXPECT_EQ(memory, "abc.");
}

TEST(SinkTest, WhatIsTakenBackDidNotOverflow) {
  std::string memory = "....";
  SpanSink span(memory);
  span.append("abcd");
  span.append("a record that is rejected after it was emitted");
  span.rewind(4);
  EXPECT_TRUE(span.complete());
  EXPECT_EQ(memory, "abcd");
}

TEST(SinkTest, AGrowingSinkContinuesABuffer) {
  Buffer buffer;
  buffer.append("before ");
  {
    GrowingSink growing(buffer);
    growing.append(std::string(10'000, 'x'));
  }
  EXPECT_EQ(buffer.view(), "before " + std::string(10'000, 'x'));
}

}  // namespace
}  // namespace bulkmarc
