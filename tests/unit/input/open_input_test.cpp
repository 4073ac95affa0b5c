#include "input/open_input.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "support/ends.hpp"
#include "support/given_stream.hpp"
#include "support/open_file.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::HasSubstr;

Input::Function nothing() {
  return [](std::span<char>) { return std::size_t{0}; };
}

/// What opening or reading throws.
template <class Body>
Error error_of(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {ErrorCode::kInvalidOptions, {}, ""};
}

TEST(NameOfInputTest, TellsWhatItIs) {
  EXPECT_EQ(name_of(Input("in.mrc")), "in.mrc");
  EXPECT_EQ(name_of(Input::memory("x")), "bytes in memory");
  EXPECT_EQ(name_of(Input::function(nothing())), "a function");
  EXPECT_EQ(name_of(Input::descriptor(5)), "descriptor 5");
  EXPECT_EQ(name_of(Input::standard_input()), "standard input");
}

class OpenInputTest : public testing::TestWithParam<Giver> {};

TEST_P(OpenInputTest, EveryByteComesInOrderHoweverManyAreAskedFor) {
  const std::string bytes = "0123456789";
  for (const std::size_t at_a_time : {1U, 3U, 10U, 4096U}) {
    const GivenInput given(bytes, GetParam());
    const OpenedInput opened = open_input(given.input(), {});
    EXPECT_EQ(read_all(*opened.stream, at_a_time), bytes) << at_a_time;
    std::string more(10, ' ');
    EXPECT_EQ(opened.stream->read(more), 0U) << "the end is not the end";
  }
}

TEST_P(OpenInputTest, NothingIsAnEnd) {
  const GivenInput given("", GetParam());
  EXPECT_EQ(read_all(*open_input(given.input(), {}).stream), "");
}

TEST_P(OpenInputTest, OnlyMemoryIsReadInAnyOrderAndOnlyDescriptorsHaveAStatus) {
  const GivenInput given("0123456789", GetParam());
  const OpenedInput opened = open_input(given.input(), {});
  const bool is_descriptor = GetParam() == Giver::kPipe || GetParam() == Giver::kOpenFile;
  EXPECT_EQ(opened.status.has_value(), is_descriptor);
  EXPECT_EQ(status_of(given.input()).has_value(), is_descriptor);
  EXPECT_EQ(opens_again(given.input()), GetParam() == Giver::kMemory);
  const RandomAccess* bytes = opened.stream->random_access();
  ASSERT_EQ(bytes != nullptr, GetParam() == Giver::kMemory);
  if (bytes == nullptr) return;
  EXPECT_EQ(bytes->size(), 10U);
  std::string three(3, ' ');
  bytes->read_at(7, three);
  EXPECT_EQ(three, "789");
  bytes->read_at(10, {});
  EXPECT_EQ(read_all(*opened.stream), "0123456789") << "reading in another order moves nothing";
}

INSTANTIATE_TEST_SUITE_P(Each, OpenInputTest, testing::ValuesIn(kGivers));

TEST(FileInputTest, IsReadInAnyOrderIfItIsRegular) {
  const TemporaryFolder folder;
  const Input file = folder.write("in", "0123456789");
  EXPECT_TRUE(opens_again(file));
  EXPECT_NE(open_input(file, {}).stream->random_access(), nullptr);
  EXPECT_EQ(error_of([&] { (void)status_of(folder.path("missing")); }).code(), ErrorCode::kInputOpen);
}

TEST(MemoryInputTest, MayBeLargerThanFourGibibytes) {
  constexpr std::size_t kSize = (std::size_t{4} << 30) + 10;
  void* pages = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  const std::string_view huge(static_cast<const char*>(pages), kSize);
  std::ranges::copy(std::string_view("the end"), static_cast<char*>(pages) + kSize - 7);
  const OpenedInput opened = open_input(Input::memory(huge), {});
  const RandomAccess* bytes = opened.stream->random_access();
  EXPECT_EQ(bytes->size(), kSize);
  std::string end(7, ' ');
  bytes->read_at(kSize - 7, end);
  EXPECT_EQ(end, "the end");
  ::munmap(pages, kSize);
}

TEST(FunctionInputTest, IsNotCalledAfterItsEnd) {
  int calls = 0;
  const auto count = [&calls](std::span<char>) {
    ++calls;
    return std::size_t{0};
  };
  const OpenedInput opened = open_input(Input::function(count), {});
  std::string bytes(10, ' ');
  for (int i = 0; i < 3; ++i) EXPECT_EQ(opened.stream->read(bytes), 0U);
  EXPECT_EQ(calls, 1);
}

TEST(FunctionInputTest, IsNotCalledAfterItHasThrown) {
  int calls = 0;
  const auto fail = [&calls](std::span<char>) -> std::size_t {
    ++calls;
    throw std::runtime_error("no more");
  };
  const OpenedInput opened = open_input(Input::function(fail), {});
  std::string bytes(10, ' ');
  EXPECT_THROW(opened.stream->read(bytes), std::runtime_error);
  EXPECT_EQ(opened.stream->read(bytes), 0U);
  EXPECT_EQ(calls, 1);
}

TEST(FunctionInputTest, ThatReturnsMoreThanThereIsRoomForIsAnError) {
  for (const std::size_t got : {std::size_t{11}, static_cast<std::size_t>(-1)}) {
    const OpenedInput opened = open_input(Input::function([got](std::span<char>) { return got; }), {});
    std::string bytes(10, ' ');
    const Error error = error_of([&] { opened.stream->read(bytes); });
    EXPECT_EQ(error.code(), ErrorCode::kInputRead);
    EXPECT_EQ(error.path(), "a function");
    EXPECT_THAT(error.what(), HasSubstr("for a buffer of 10 bytes"));
  }
}

TEST(FunctionInputTest, IsNotCalledWhenAStopWasRequested) {
  std::stop_source stop;
  const auto never = [](std::span<char>) -> std::size_t { throw std::runtime_error("it was called"); };
  const OpenedInput opened = open_input(Input::function(never), stop.get_token());
  stop.request_stop();
  std::string bytes(10, ' ');
  EXPECT_EQ(error_of([&] { opened.stream->read(bytes); }).code(), ErrorCode::kCancelled);
}

TEST(DescriptorInputTest, IsReadFromWhereItStandsAndStaysOpen) {
  const OpenFile file("0123456789");
  ASSERT_EQ(::lseek(file.descriptor(), 4, SEEK_SET), 4);
  EXPECT_EQ(read_all(*open_input(Input::descriptor(file.descriptor()), {}).stream), "456789");
  EXPECT_EQ(file.bytes(), "0123456789");
}

TEST(DescriptorInputTest, ThatIsNotOpenIsAnErrorWithItsName) {
  for (const int descriptor : {-1, 1'000'000}) {
    const Error error = error_of([&] { (void)open_input(Input::descriptor(descriptor), {}); });
    EXPECT_EQ(error.code(), ErrorCode::kInputOpen);
    EXPECT_EQ(error.os_error(), EBADF);
    EXPECT_EQ(error.path(), "descriptor " + std::to_string(descriptor));
    EXPECT_EQ(error_of([&] { (void)status_of(Input::descriptor(descriptor)); }).os_error(), EBADF);
  }
}

TEST(DescriptorInputTest, OfAFolderIsAnError) {
  const TemporaryFolder folder;
  const Descriptor opened(::open(folder.path("").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const Error error = error_of([&] { (void)open_input(Input::descriptor(opened.get()), {}); });
  EXPECT_EQ(error.code(), ErrorCode::kInputOpen);
  EXPECT_THAT(error.what(), HasSubstr("is a directory"));
}

}  // namespace
}  // namespace bulkmarc
