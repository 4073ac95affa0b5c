#include "formats/sink.hpp"

#include <array>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

constexpr std::size_t kMost = 100;

template <class Sink>
void fill(Sink& sink) {
  const std::string whole = "0123456789abcdefghijklmnopqrstuvwxyz0123456789";
  sink.literal("abc");
  sink.append("de");
  sink.text(whole, 15, 18);
  sink.piece("i.", [](char* piece) { piece[1] = 'j'; });
  sink.put('k');
}

constexpr std::string_view kFilled = "abcdefghijk";

/// A record of this many bytes.
template <class Destination>
void keep(Destination& destination, std::size_t length, std::size_t most = kMost) {
  auto sink = destination.begin(most);
  sink.append(std::string(length, 'x'));
  destination.keep(sink);
}

TEST(SinkTest, MeasuringAndWritingAgree) {
  Measurement measurement;
  auto counting = measurement.begin(kMost);
  fill(counting);
  measurement.keep(counting);
  EXPECT_EQ(measurement.size(), kFilled.size());

  Buffer buffer;
  GrowingDestination growing(buffer);
  auto writing = growing.begin(kMost);
  fill(writing);
  growing.keep(writing);
  EXPECT_EQ(buffer.view(), kFilled);
}

TEST(SinkTest, TextIsCopiedWhateverItsLengthAndPlace) {
  std::string whole(4 * WritingSink::kShortCopy + 2, '\0');
  std::iota(whole.begin(), whole.end(), '\0');
  for (std::size_t from = 0; from <= whole.size(); ++from) {
    for (std::size_t to = from; to <= whole.size(); ++to) {
      Buffer buffer;
      GrowingDestination destination(buffer);
      auto sink = destination.begin(to - from);
      sink.text(whole, from, to);
      destination.keep(sink);
      ASSERT_EQ(buffer.view(), whole.substr(from, to - from));
    }
  }
}

TEST(SinkTest, WhatIsNotKeptIsTakenBack) {
  Buffer buffer;
  GrowingDestination destination(buffer);
  keep(destination, 2);
  auto rejected = destination.begin(kMost);
  rejected.append("rejected");
  keep(destination, 3);
  EXPECT_EQ(buffer.view(), "xxxxx");
}

TEST(SinkTest, AGrowingDestinationContinuesABuffer) {
  Buffer buffer;
  buffer.append(std::string_view("before "));
  GrowingDestination destination(buffer);
  keep(destination, 10'000, 10'000);
  EXPECT_EQ(buffer.view(), "before " + std::string(10'000, 'x'));
}

TEST(SinkTest, ASliceIsCompleteWhenItIsFilledExactly) {
  for (const std::size_t most : {std::size_t{4}, kMost}) {
    std::string memory(200, '.');
    Buffer spare;
    SliceDestination slice({memory.data(), 108}, spare);
    for (int record = 0; record < 27; ++record) {
      EXPECT_FALSE(slice.complete());
      keep(slice, 4, most);
    }
    EXPECT_TRUE(slice.complete());
    EXPECT_EQ(memory, std::string(108, 'x') + std::string(92, '.')) << "nothing is written beyond the slice";
  }
}

TEST(SinkTest, WhatDoesNotFitASliceIsNotForgotten) {
  std::string memory(10, '.');
  Buffer spare;
  SliceDestination slice({memory.data(), 6}, spare);
  keep(slice, 4);
  keep(slice, 4);
  EXPECT_FALSE(slice.complete());
  keep(slice, 2);
  EXPECT_FALSE(slice.complete()) << "though it is full";
  EXPECT_EQ(memory.substr(6), "....");
}

TEST(SinkTest, ARejectDoesNotOverflowASlice) {
  std::string memory(4, '.');
  Buffer spare;
  SliceDestination slice(memory, spare);
  keep(slice, 4);
  auto rejected = slice.begin(kMost);
  rejected.append("a record that is rejected after it was emitted");
  EXPECT_TRUE(slice.complete());
  EXPECT_EQ(memory, "xxxx");
}

}  // namespace
}  // namespace bulkmarc
