#include "platform/platform.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "platform/write_queue.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(PlatformTest, AFailureIsItsNegativeNumber) {
  struct ::stat status = {};
  EXPECT_EQ(platform().open("/missing", O_RDONLY, 0), -ENOENT);
  EXPECT_EQ(platform().stat("/missing", status), -ENOENT);
  EXPECT_EQ(platform().close(-1), -EBADF);
  EXPECT_EQ(platform().fstat(-1, status), -EBADF);
  EXPECT_EQ(platform().fsync(-1), -EBADF);
  EXPECT_EQ(platform().ftruncate(-1, 0), -EBADF);
  EXPECT_EQ(platform().flush(-1), -EBADF);
  EXPECT_EQ(platform().lock(-1), -EBADF);
  std::vector<std::string> names;
  EXPECT_EQ(platform().list("/missing", "", names), -ENOENT);
  EXPECT_EQ(platform().read(-1, nullptr, 0), -EBADF);
  EXPECT_EQ(platform().write(-1, "x", 1), -EBADF);
  EXPECT_EQ(platform().pwrite(-1, "x", 1, 0), -EBADF);
  EXPECT_EQ(platform().rename("/missing", "/missing too"), -ENOENT);
  EXPECT_EQ(platform().unlink("/missing"), -ENOENT);
  EXPECT_EQ(platform().keeps_files_in_memory("/missing"), -ENOENT);
}

TEST(PlatformTest, FlushingLeavesTheDescriptorOpen) {
  const TemporaryFolder folder;
  const Descriptor file(platform().open(folder.path("file").c_str(), O_RDWR | O_CREAT, 0600));
  EXPECT_EQ(platform().flush(file.get()), 0);
  EXPECT_EQ(platform().write(file.get(), "x", 1), 1);
}

TEST(PlatformTest, AFileIsLockedUntilItsDescriptorIsClosed) {
  const TemporaryFolder folder;
  const auto path = folder.write("file", "");
  Descriptor first(platform().open(path.c_str(), O_RDWR, 0));
  const Descriptor second(platform().open(path.c_str(), O_RDWR, 0));
  EXPECT_EQ(platform().lock(first.get()), 0);
  EXPECT_EQ(platform().lock(second.get()), -EWOULDBLOCK);
  first.reset();
  EXPECT_EQ(platform().lock(second.get()), 0);
}

TEST(PlatformTest, AFoldersEntriesAreListedByTheirBeginning) {
  const TemporaryFolder folder;
  for (const char* name : {"a1", "a2", "b"}) folder.write(name, "");
  std::vector<std::string> names;
  EXPECT_EQ(platform().list(folder.path("").c_str(), "a", names), 0);
  EXPECT_THAT(names, testing::UnorderedElementsAre("a1", "a2"));
}

TEST(PlatformTest, MappingWhatCannotBeMappedIsAFailure) {
  std::unique_ptr<Mapping> mapping;
  EXPECT_LT(platform().map(-1, 0, 10, mapping), 0);
  EXPECT_EQ(mapping, nullptr);
}

TEST(PlatformTest, WhatIsWrittenToAMappingIsInTheFile) {
  const TemporaryFolder folder;
  const auto path = folder.write("file", "0123456789");
  const Descriptor file(platform().open(path.c_str(), O_RDWR, 0));
  std::unique_ptr<Mapping> mapping;
  ASSERT_EQ(platform().map(file.get(), 0, 10, mapping), 0);
  ASSERT_EQ(mapping->bytes().size(), 10U);
  mapping->bytes()[3] = 'x';
  mapping.reset();
  EXPECT_EQ(folder.read("file"), "012x456789");
}

TEST(PlatformTest, AWriteQueueTellsWhatBecomesOfEachWrite) {
  const TemporaryFolder folder;
  const auto path = folder.write("file", "0123456789");
  const Descriptor file(platform().open(path.c_str(), O_RDWR, 0));
  std::unique_ptr<WriteQueue> queue;
  if (platform().open_write_queue(file.get(), 2, queue) != 0) GTEST_SKIP() << "io_uring is refused";
  ASSERT_EQ(queue->submit(7, "ab", 0), 0);
  ASSERT_EQ(queue->submit(8, "xyz", 4), 0);
  for (int i = 0; i < 2; ++i) {
    WriteQueue::Completion completion;
    ASSERT_EQ(queue->wait(completion), 0);
    EXPECT_EQ(completion.result, completion.id == 7 ? 2 : 3);
  }
  EXPECT_EQ(folder.read("file"), "ab23xyz789");
}

TEST(PlatformTest, AWriteThatAQueueCannotDoIsAFailureOfThatWrite) {
  std::unique_ptr<WriteQueue> queue;
  if (platform().open_write_queue(-1, 2, queue) != 0) GTEST_SKIP() << "io_uring is refused";
  ASSERT_EQ(queue->submit(7, "ab", 0), 0);
  WriteQueue::Completion completion;
  ASSERT_EQ(queue->wait(completion), 0);
  EXPECT_EQ(completion.id, 7U);
  EXPECT_EQ(completion.result, -EBADF);
}

TEST(PlatformTest, AWriteThatDoesNotBeginIsDroppedWhenPatienceEnds) {
  std::array<int, 2> pipe = {};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const Descriptor reading(pipe[0]);
  const Descriptor writing(pipe[1]);
  const std::string bytes(static_cast<std::size_t>(::fcntl(writing.get(), F_GETPIPE_SZ)), 'x');
  ASSERT_EQ(platform().write(writing.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  std::unique_ptr<WriteQueue> queue;
  if (open_uring(writing.get(), 2, queue, std::chrono::milliseconds(10)) != 0) GTEST_SKIP() << "io_uring is refused";
  for (const std::size_t id : {7, 8}) ASSERT_EQ(queue->submit(id, "ab", 0), 0);
  for (int i = 0; i < 2; ++i) {
    WriteQueue::Completion completion;
    ASSERT_EQ(queue->wait(completion), 0);
    EXPECT_EQ(completion.result, -ECANCELED);
  }
  ASSERT_EQ(::read(reading.get(), std::string(bytes.size(), ' ').data(), bytes.size()),
            static_cast<ssize_t>(bytes.size()));
  ASSERT_EQ(queue->submit(9, "ab", 0), 0);
  WriteQueue::Completion completion;
  ASSERT_EQ(queue->wait(completion), 0);
  EXPECT_EQ(completion.id, 9U);
  EXPECT_EQ(completion.result, 2);
}

TEST(PlatformTest, DescriptorsAreNotInherited) {
  const Descriptor file(platform().open("/dev/null", O_RDONLY, 0));
  EXPECT_NE(::fcntl(file.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(PlatformTest, AReplacementIsInUseAsLongAsItLives) {
  class Broken : public Platform {
   public:
    int fsync(int) override { return -EIO; }
  };
  Broken broken;
  {
    const PlatformOverride replaced(broken);
    EXPECT_EQ(platform().fsync(-1), -EIO);
  }
  EXPECT_EQ(platform().fsync(-1), -EBADF);
}

TEST(DescriptorTest, IsClosedOnce) {
  const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  {
    Descriptor first(fd);
    Descriptor second(std::move(first));
    EXPECT_FALSE(first.is_open());
    EXPECT_EQ(second.get(), fd);
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(DescriptorTest, ClosesWhatItHeldWhenAnotherIsMovedIn) {
  const int a = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int b = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  Descriptor descriptor(a);
  descriptor = Descriptor(b);
  EXPECT_FALSE(is_open(a));
  EXPECT_TRUE(is_open(b));
}

}  // namespace
}  // namespace bulkmarc
