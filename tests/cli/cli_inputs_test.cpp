#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "command_test.hpp"
#include "support/sanitized.hpp"

using testing::HasSubstr;

namespace {

class InputsOfCommand : public CommandTest {};

TEST_F(InputsOfCommand, AreNotWhatStandardOutputWrites) {
  const std::string input = write("in.mrc", well_formed(3));
  const std::string before = read("in.mrc");
  for (const char* output : {"-", "/dev/stdout", "/proc/self/fd/1"}) {
    for (const std::vector<std::string>& inputs : {std::vector{input}, std::vector{path("")}}) {
      const int appended = open(input.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
      std::vector<std::string> arguments = {"export"};
      arguments.insert(arguments.end(), inputs.begin(), inputs.end());
      arguments.insert(arguments.end(), {"-o", output, "--to", "mrc", "-q"});
      const Outcome outcome = run(arguments, {.out = appended});
      close(appended);
      EXPECT_EQ(outcome.exit_status, 1) << output;
      EXPECT_THAT(outcome.err, HasSubstr("is one of the inputs")) << output;
      EXPECT_EQ(read("in.mrc"), before);
    }
  }
}

TEST_F(InputsOfCommand, GiveStandardOutputThatIsAnotherFileAllTheyHave) {
  const std::string input = write("in.mrc", well_formed(3));
  const int other = open(write("out.mrc", "").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  EXPECT_EQ(run({"export", input, "-o", "-", "--to", "mrc", "-q"}, {.out = other}).exit_status, 0);
  close(other);
  EXPECT_EQ(read("out.mrc"), well_formed(3));
}

TEST_F(InputsOfCommand, AndTheFileOfIdsAreNotReplaced) {
  const std::string input = write("in.mrc", well_formed(3));
  const std::string ids = write("ids.txt", "1\n");
  for (const std::string& file : {input, ids}) {
    for (const std::vector<std::string>& written :
         {std::vector<std::string>{"-o", file, "--to", "mrc"},
          std::vector<std::string>{"-o", path("out.mrc"), "--rejects", file},
          std::vector<std::string>{"-o", path("out.mrc"), "--report", file}}) {
      std::vector<std::string> arguments = {"export", input, "--ids", ids, "-q"};
      arguments.insert(arguments.end(), written.begin(), written.end());
      const Outcome outcome = run(arguments);
      EXPECT_THAT(outcome.exit_status, testing::AnyOf(1, 2)) << written.back();
      EXPECT_EQ(read("in.mrc"), well_formed(3));
      EXPECT_EQ(read("ids.txt"), "1\n");
      EXPECT_FALSE(exists("out.mrc"));
    }
  }
}

TEST_F(InputsOfCommand, ThatCantBeReadAreLeftOutWithKeepGoing) {
  const std::string input = write("in.mrc", well_formed(3));
  for (const char* missing : {"missing.mrc", "no-*.mrc"}) {
    for (const std::string& subcommand : {std::string("export"), std::string("check")}) {
      std::vector<std::string> arguments = {subcommand, path(missing), input, "-q", "--report", path("report.json")};
      if (subcommand == "export") arguments.insert(arguments.end(), {"-o", path("out.mrc")});
      EXPECT_EQ(run(arguments).exit_status, 1);
      arguments.emplace_back("--keep-going");
      const Outcome outcome = run(arguments);
      EXPECT_EQ(outcome.exit_status, 3) << outcome.err;
      EXPECT_THAT(read("report.json"), HasSubstr("\"code\": \"input_unreadable\""));
    }
    EXPECT_EQ(read("out.mrc"), well_formed(3));
  }
}

TEST_F(InputsOfCommand, ReachedTwiceAreReadOnceAndThatIsSaid) {
  const std::string input = write("in.mrc", well_formed(3));
  const Outcome outcome = run({"check", input, input});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("3 read"));
  EXPECT_THAT(outcome.err, HasSubstr("inputs passed over: 1\n  " + input + ": the same file as " + input));
}

class PipesOfCommand : public CommandTest {
 protected:
  /// Expects that the command, which waits, ends soon after a signal.
  static void expect_end(const std::vector<std::string>& arguments, Streams streams = {}) {
    Process process(arguments, streams);
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto begin = std::chrono::steady_clock::now();
    process.send(SIGTERM);
    const Outcome outcome = process.wait();
    EXPECT_EQ(outcome.signal, SIGTERM) << outcome.err;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  }
};

TEST_F(PipesOfCommand, ThatNobodyWritesToDontKeepItFromEnding) {
  const std::string pipe = path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string input = write("in.mrc", well_formed(3));
  expect_end({"check", pipe});
  expect_end({"export", input, pipe, "-o", path("out.xml")});
  expect_end({"export", input, "--ids", pipe, "-o", path("out.xml")});
  int ends[2] = {};
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  expect_end({"export", input, "--ids", "-", "-o", path("out.xml")}, {.in = ends[0]});
  close(ends[0]);
  close(ends[1]);
  EXPECT_FALSE(exists("out.xml"));
}

TEST_F(PipesOfCommand, MayHoldIdsThatComeLate) {
  const std::string pipe = path("ids");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string input = write("in.mrc", well_formed(3));
  Process process({"export", input, "--ids", pipe, "-o", path("out.mrc"), "-q"}, {});
  const int writer = open(pipe.c_str(), O_WRONLY);
  for (const char* some : {"1", "\n3\n"}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    EXPECT_GT(::write(writer, some, std::string_view(some).size()), 0);
  }
  close(writer);
  EXPECT_EQ(process.wait().exit_status, 0);
  const Outcome outcome = run({"check", path("out.mrc")});
  EXPECT_THAT(outcome.err, HasSubstr("2 read"));
}

/// Records, compressed with a window of 16 MiB that they fill.
std::string with_large_window() {
  std::string data;
  const std::string field =
      "  \x1F"
      "a" +
      std::string(9'000, 'x') + "\x1E";
  const std::string record = "09043nam a2200037 i 4500245900500000\x1E" + field + "\x1D";
  while (data.size() < (std::size_t{20} << 20)) data += record;
  std::string compressed(ZSTD_compressBound(data.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 24);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  ZSTD_inBuffer in = {data.data(), data.size(), 0};
  ZSTD_outBuffer out = {compressed.data(), compressed.size(), 0};
  EXPECT_EQ(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0U);
  ZSTD_freeCCtx(context);
  compressed.resize(out.pos);
  return compressed;
}

TEST_F(InputsOfCommand, AreDecompressedOneAfterTheOther) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer takes memory too";
  const std::string bytes = with_large_window();
  std::vector<std::string> arguments = {"check", "-q", "--threads", "2"};
  for (int i = 0; i < 10; ++i) arguments.push_back(write(std::to_string(i) + ".mrc.zst", bytes));
  const Outcome all = run(arguments);
  EXPECT_EQ(all.exit_status, 0) << all.err;
  const Outcome one = run({"check", "-q", "--threads", "2", arguments.back()});
  constexpr std::size_t kOneWindow = 16 * 1024;  // In KiB.
  EXPECT_LT(all.peak_kilobytes, one.peak_kilobytes + 2 * kOneWindow);
}

TEST_F(InputsOfCommand, OfAFolderAreKnownByTheirContentWhereManyFilesHaveTheirExtension) {
  std::filesystem::create_directory(path("in"));
  const std::string mrk = "=LDR  00000nam a2200000 i 4500\n=001  1\n\n";
  write("in/a.dat", well_formed(1));
  write("in/b.LEX", well_formed(2));
  write("in/c.mrk8", "\xEF\xBB\xBF" + mrk);
  write("in/d.bin", "[{\"leader\":\"00000nam a2200000 i 4500\",\"fields\":[{\"001\":\"1\"}]}]");
  write("in/e.dat",
        "<?xml version=\"1.0\"?><collection><record><leader>00000nam a2200000 i 4500</leader></record></collection>");
  write("in/other.bin", std::string("\x7F"
                                    "ELF\0\0",
                                    6));
  write("in/other.dat", "{\"settings\": []}");
  write("in/other.mrk8", "");
  write("in/page.dat", "<?xml version=\"1.0\"?><html/>");
  write("in/text.lex", "=== a heading ===\n");
  const Outcome outcome = run({"export", path("in"), "-o", path("out.mrc")});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("records   6 read, 6 exported, 0 rejected"));
}

}  // namespace
