#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "output/direct_file_output.hpp"
#include "output/file_output.hpp"
#include "output/memory_output.hpp"
#include "output/pipe_output.hpp"
#include "output/placed_output.hpp"
#include "support/sanitized.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

std::unique_ptr<AtomicFile> new_file(const TemporaryFolder& folder) {
  return std::make_unique<AtomicFile>(folder.path("out"), FileOptions{});
}

void fill(std::span<char> slice, std::string_view bytes) {
  ASSERT_EQ(slice.size(), bytes.size());
  std::ranges::copy(bytes, slice.begin());
}

void present_in_two_slices(MappedOutput& output) {
  output.presize(9);
  fill(output.slice(4, 5), "world");
  fill(output.slice(0, 4), "the ");
  EXPECT_TRUE(output.slice(9, 0).empty());
  output.commit();
}

TEST(MappedFileOutputTest, SlicesMayBeFilledInAnyOrder) {
  const TemporaryFolder folder;
  MappedFileOutput output(new_file(folder));
  present_in_two_slices(output);
  EXPECT_EQ(folder.read("out"), "the world");
}

TEST(MappedFileOutputTest, AnEmptyOutputIsAnEmptyFile) {
  const TemporaryFolder folder;
  MappedFileOutput output(new_file(folder));
  output.presize(0);
  EXPECT_TRUE(output.slice(0, 0).empty());
  output.commit();
  EXPECT_EQ(folder.read("out"), "");
}

TEST(MappedFileOutputTest, SpaceIsAllocatedBeforeAByteIsWritten) {
  const TemporaryFolder folder;
  constexpr std::size_t kSize = 1 << 20;
  MappedFileOutput output(new_file(folder));
  output.presize(kSize);
  struct ::stat status = {};
  ASSERT_EQ(::stat(folder.path(folder.names().front()).c_str(), &status), 0);
  EXPECT_EQ(status.st_size, static_cast<off_t>(kSize));
  EXPECT_GE(static_cast<std::size_t>(status.st_blocks) * 512, kSize);
}

TEST(MappedFileOutputTest, AFileThatCanBeMappedHasNoObstacleAndStaysEmpty) {
  const TemporaryFolder folder;
  const auto file = new_file(folder);
  EXPECT_EQ(MappedFileOutput::obstacle(*file), "");
  file->commit();
  EXPECT_EQ(folder.read("out"), "");
}

TEST(MappedFileOutputTest, MoreThanAFileSystemHoldsIsAnErrorAndLeavesNothing) {
  const TemporaryFolder folder;
  for (const std::uint64_t size : {std::uint64_t{1} << 62, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    MappedFileOutput output(new_file(folder));
    try {
      output.presize(size);
      ADD_FAILURE() << size << " bytes were allocated";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kOutputAllocate);
      EXPECT_NE(error.os_error(), 0);
    }
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(PlacedFileOutputTest, RoomIsFilledInAnyOrderAndMayBeFilledByThreadsAtOnce) {
  const TemporaryFolder folder;
  std::string bytes((std::size_t{9} << 20) + 123, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 4096);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{2} << 20, bytes.size()}) {
    const std::string_view whole = std::string_view(bytes).substr(0, size);
    PlacedFileOutput output(new_file(folder));
    output.grow(size / 3);
    output.grow(size);
    constexpr std::size_t kPiece = 100'003;  // Many of them reach into the next window.
    const auto place_from = [&](std::size_t first) {
      for (std::size_t at = first * kPiece; at < size; at += 2 * kPiece) output.place(at, whole.substr(at, kPiece));
    };
    std::jthread other([&] { place_from(1); });
    place_from(0);
    other.join();
    output.commit();
    EXPECT_TRUE(folder.read("out") == whole) << size;
    EXPECT_THAT(folder.names(), ElementsAre("out"));
  }
}

TEST(PlacedFileOutputTest, WithoutCommitNothingIsLeft) {
  const TemporaryFolder folder;
  {
    PlacedFileOutput output(new_file(folder));
    output.grow(10);
    output.place(0, "the ");
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(StreamedFileOutputTest, BytesAreAppendedInOrder) {
  const TemporaryFolder folder;
  StreamedFileOutput output(new_file(folder));
  output.append("the ");
  output.append("");
  output.append("world");
  output.commit();
  EXPECT_EQ(folder.read("out"), "the world");
  EXPECT_THAT(folder.names(), ElementsAre("out"));
}

/// What becomes of the file when these bytes are appended in pieces.
std::string written_directly(const TemporaryFolder& folder, std::string_view bytes, std::size_t piece) {
  auto file = new_file(folder);
  DirectWriting writing = DirectFileOutput::try_file(*file);
  EXPECT_EQ(writing.reason, "");
  DirectFileOutput output(std::move(file), std::move(writing));
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) output.append(bytes.substr(0, piece));
  output.commit();
  return folder.read("out");
}

TEST(DirectFileOutputTest, AnySizeIsWrittenWhole) {
  const TemporaryFolder folder;
  constexpr std::size_t kBuffer = std::size_t{1} << 20;
  std::string bytes(40 * kBuffer + 1, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 4096);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096},
                                 std::size_t{4097}, kBuffer - 1, kBuffer, kBuffer + 1, 8 * kBuffer, bytes.size()}) {
    const std::string_view whole = std::string_view(bytes).substr(0, size);
    for (const std::size_t piece : {std::size_t{100'003}, 3 * kBuffer}) {
      EXPECT_TRUE(written_directly(folder, whole, piece) == whole) << size << " bytes";
      struct ::stat status = {};
      ASSERT_EQ(::stat(folder.path("out").c_str(), &status), 0);
      EXPECT_LE(static_cast<std::size_t>(status.st_blocks) * 512, size + kBuffer) << "what was allocated ahead stays";
    }
  }
}

TEST(DirectFileOutputTest, WithoutCommitNothingIsLeft) {
  const TemporaryFolder folder;
  {
    auto file = new_file(folder);
    DirectWriting writing = DirectFileOutput::try_file(*file);
    DirectFileOutput output(std::move(file), std::move(writing));
    output.append(std::string(std::size_t{20} << 20, 'x'));
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(MemoryOutputTest, TheStringIsReplacedOnCommitAlone) {
  std::string target = "old";
  {
    MemoryOutput output(target);
    output.append("new");
    EXPECT_EQ(target, "old");
  }
  EXPECT_EQ(target, "old");
  MemoryOutput streamed(target);
  streamed.append("the ");
  streamed.append("world");
  streamed.commit();
  EXPECT_EQ(target, "the world");
  target = "old";
  MemoryOutput mapped(target);
  present_in_two_slices(mapped);
  EXPECT_EQ(target, "the world");
}

TEST(MemoryOutputTest, WhatIsExpectedIsOnlyAGuess) {
  std::string target;
  std::vector<std::uint64_t> guesses = {0, 3, std::uint64_t{10} << 20};
  if (!kSanitized) guesses.push_back(~std::uint64_t{0});  // A sanitizer ends the program that asks for so much.
  for (const std::uint64_t guess : guesses) {
    MemoryOutput output(target);
    output.expect(guess);
    output.append("the ");
    output.append("world");
    output.commit();
    EXPECT_EQ(target, "the world") << guess;
  }
}

TEST(PipeOutputTest, APipeGetsTheBytesAsTheyCome) {
  const TemporaryFolder folder;
  const auto path = folder.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = read_file(path); });
  {
    PipeOutput output(path);
    output.append("the ");
    output.append(std::string(200'000, 'x'));
    output.commit();
  }
  reader.join();
  EXPECT_EQ(got, "the " + std::string(200'000, 'x'));
  EXPECT_THAT(folder.names(), ElementsAre("pipe"));
}

TEST(PipeOutputTest, WhatCannotBeOpenedIsAnError) {
  const TemporaryFolder folder;
  try {
    PipeOutput output(folder.path("missing"));
    ADD_FAILURE() << "opened what does not exist";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kTargetUnusable);
  }
}

TEST(PipeOutputTest, ADeviceWithoutSpaceIsAnError) {
  PipeOutput output("/dev/full");
  try {
    output.append("bytes");
    ADD_FAILURE() << "wrote to a full device";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutputWrite);
    EXPECT_EQ(error.os_error(), ENOSPC);
    EXPECT_EQ(error.path(), "/dev/full");
  }
}

}  // namespace
}  // namespace bulkmarc
