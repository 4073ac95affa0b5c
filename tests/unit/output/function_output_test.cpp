#include "output/function_output.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kBlock = FunctionOutput::kBlockBytes;

class FunctionOutputTest : public testing::Test {
 protected:
  void write(std::string_view bytes) {
    sizes_.push_back(bytes.size());
    bytes_ += bytes;
  }
  std::function<void(std::string_view)> function() {
    return [this](std::string_view bytes) { write(bytes); };
  }

  std::vector<std::size_t> sizes_;
  std::string bytes_;
};

TEST_F(FunctionOutputTest, GetsBlocksOfOneSizeWhateverIsAppended) {
  std::string bytes(3 * kBlock + 5, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 4096);
  for (const std::size_t piece : {std::size_t{1000}, kBlock - 1, kBlock, kBlock + 1, bytes.size()}) {
    sizes_.clear();
    bytes_.clear();
    FunctionOutput output(function());
    for (std::size_t at = 0; at < bytes.size(); at += piece) output.append(std::string_view(bytes).substr(at, piece));
    EXPECT_THAT(sizes_, ElementsAre(kBlock, kBlock, kBlock));
    output.prepare();
    EXPECT_THAT(sizes_, ElementsAre(kBlock, kBlock, kBlock, 5));
    output.commit();
    EXPECT_EQ(sizes_.size(), 4U);
    EXPECT_TRUE(bytes_ == bytes) << piece;
  }
}

TEST_F(FunctionOutputTest, IsCommittedWithoutBeingPrepared) {
  FunctionOutput output(function());
  output.append("the ");
  output.append("world");
  output.commit();
  EXPECT_EQ(bytes_, "the world");
}

TEST_F(FunctionOutputTest, IsNotCalledForNothing) {
  FunctionOutput output(function());
  output.append("");
  output.commit();
  EXPECT_THAT(sizes_, IsEmpty());
}

TEST_F(FunctionOutputTest, GetsNoMoreWhenItIsDiscarded) {
  {
    FunctionOutput output(function());
    output.append(std::string(kBlock + 1, 'x'));
  }
  EXPECT_THAT(sizes_, ElementsAre(kBlock));
}

TEST_F(FunctionOutputTest, WhatItThrowsIsPassedOn) {
  FunctionOutput output([](std::string_view) { throw std::runtime_error("full"); });
  output.append(std::string(kBlock - 1, 'x'));
  EXPECT_THROW(output.append("x"), std::runtime_error);
}

TEST_F(FunctionOutputTest, IsNotCalledWhenAStopWasRequested) {
  std::stop_source stop;
  FunctionOutput output(function(), stop.get_token());
  output.append("bytes");
  stop.request_stop();
  EXPECT_THROW(output.prepare(), Error);
  EXPECT_THAT(sizes_, IsEmpty());
}

}  // namespace
}  // namespace bulkmarc
