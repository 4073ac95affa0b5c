#include "pipeline/compression_stage.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace bulkmarc {
namespace {

using testing::ElementsAre;

class BlockCutterTest : public testing::Test {
 protected:
  void append_in_pieces(const std::string& bytes, std::size_t length) {
    for (std::size_t at = 0; at < bytes.size(); at += length)
      cutter_.append(std::string_view(bytes).substr(at, length));
  }

  /// Takes the complete blocks, and returns their sizes.
  std::vector<std::size_t> take_sizes() {
    std::vector<std::size_t> sizes;
    for (; blocks_.size() != 0; blocks_.pop()) {
      const Block& block = blocks_.first();
      sizes.push_back(block.bytes.size());
      bytes_ += block.bytes.view();
      if (block.ended) ended_.push_back(sizes.size());
    }
    return sizes;
  }

  OrderedTasks<Block> blocks_{[](Block&) {}};
  BlockCutter cutter_{blocks_, [] {}};
  std::string bytes_;
  std::vector<std::size_t> ended_;  // How many blocks of take_sizes() were taken when a file ended.
};

std::string numbers(std::size_t length) {
  std::string text;
  for (int number = 0; text.size() < length; ++number) text += std::to_string(number);
  text.resize(length);
  return text;
}

TEST_F(BlockCutterTest, BlocksDoNotDependOnThePiecesThatCome) {
  const std::string file = numbers(2 * kBlockBytes + 12'345);
  for (const std::size_t length : {std::size_t{999}, kBlockBytes, kBlockBytes + 1, file.size()}) {
    bytes_.clear();
    append_in_pieces(file, length);
    cutter_.end_file({});
    EXPECT_THAT(take_sizes(), ElementsAre(kBlockBytes, kBlockBytes, 12'345)) << length;
    EXPECT_TRUE(bytes_ == file) << length;
  }
}

TEST_F(BlockCutterTest, AFileOfWholeBlocksDoesNotEndWithAnEmptyOne) {
  append_in_pieces(std::string(2 * kBlockBytes, 'x'), 4096);
  cutter_.end_file({});
  EXPECT_THAT(take_sizes(), ElementsAre(kBlockBytes, kBlockBytes));
}

TEST_F(BlockCutterTest, AnEmptyFileIsOneEmptyBlock) {
  cutter_.end_file({});
  EXPECT_THAT(take_sizes(), ElementsAre(0));
}

TEST_F(BlockCutterTest, EveryFileBeginsWithABlockOfItsOwn) {
  cutter_.append("one");
  cutter_.end_file({.first_record = 1, .records = 1, .bytes = 3});
  cutter_.append("second");
  cutter_.end_file({.first_record = 2, .records = 1, .bytes = 6});
  EXPECT_THAT(take_sizes(), ElementsAre(3, 6));
  EXPECT_THAT(ended_, ElementsAre(1, 2));
}

TEST_F(BlockCutterTest, BlocksComeOutAsSoonAsMoreFollows) {
  cutter_.append(std::string(kBlockBytes, 'x'));
  EXPECT_THAT(take_sizes(), ElementsAre());
  cutter_.append("y");
  EXPECT_THAT(take_sizes(), ElementsAre(kBlockBytes));
}

}  // namespace
}  // namespace bulkmarc
