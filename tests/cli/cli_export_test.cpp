#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "command_test.hpp"

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

using ExportCommand = CommandTest;

TEST_F(ExportCommand, WritesAllRecordsAndSaysSo) {
  const std::string input = write("in.mrc", well_formed(3));
  const Outcome outcome = run({"export", input, "-o", path("out.xml")});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("3"));
  EXPECT_THAT(read("out.xml"), HasSubstr("B\xC3\xBC"
                                         "cher &amp; &lt;B\xC3\xA4nde&gt;"));
  EXPECT_THAT(files(), ElementsAre("in.mrc", "out.xml"));
}

TEST_F(ExportCommand, KeepsWellFormedIso2709ByteForByte) {
  const std::string input = write("in.mrc", well_formed(50));
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc")}).exit_status, 0);
  EXPECT_EQ(read("out.mrc"), well_formed(50));
}

TEST_F(ExportCommand, ChoosesTheFormatByTheNameOfTheOutput) {
  const std::string input = write("in.mrc", well_formed(2));
  const std::vector<std::pair<std::string, std::string>> beginnings = {
      {"o.mrc", "00"}, {"o.marc", "00"},    {"o.xml", "<?xml"}, {"o.XML", "<?xml"},
      {"o.json", "["}, {"o.ndjson", "{\""}, {"o.jsonl", "{\""}, {"o.mrk", "=LDR  "},
  };
  for (const auto& [name, beginning] : beginnings) {
    EXPECT_EQ(run({"export", input, "-o", path(name)}).exit_status, 0) << name;
    EXPECT_THAT(read(name), StartsWith(beginning)) << name;
  }
}

TEST_F(ExportCommand, ReadsWhatItWrites) {
  const std::string input = write("in.mrc", well_formed(20));
  for (const char* name : {"o.json", "o.ndjson", "o.mrk"}) {
    EXPECT_EQ(run({"export", input, "-o", path(name)}).exit_status, 0) << name;
    EXPECT_EQ(run({"export", path(name), "-o", path("back.mrc")}).exit_status, 0) << name;
    EXPECT_EQ(read("back.mrc"), well_formed(20)) << name;
    const Outcome piped = run_with_input({"export", "-", "-o", "-", "--to", "mrc"}, read(name));
    EXPECT_EQ(piped.out, well_formed(20)) << name;
  }
}

TEST_F(ExportCommand, MixesInputFormats) {
  const std::string input = write("in.mrc", well_formed(3));
  EXPECT_EQ(run({"export", input, "-o", path("in.json")}).exit_status, 0);
  EXPECT_EQ(run({"export", input, "-o", path("in.mrk")}).exit_status, 0);
  const Outcome outcome = run({"export", path("in.json"), input, path("in.mrk"), "-o", path("out.mrc")});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(read("out.mrc"), well_formed(3) + well_formed(3) + well_formed(3));
}

TEST_F(ExportCommand, ExpandsFoldersAndPatterns) {
  std::filesystem::create_directory(path("folder"));
  write("folder/b.mrc", well_formed(2));
  write("folder/a.mrk", "=LDR  00000nam a2200000 i 4500\n=001  first\n");
  write("1.part", well_formed(3));
  write("2.part", well_formed(4));
  const Outcome outcome = run({"export", path("folder"), path("?.part"), "-o", path("out.ndjson")});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  const std::string out = read("out.ndjson");
  EXPECT_EQ(std::ranges::count(out, '\n'), 1 + 2 + 3 + 4);
  EXPECT_THAT(out, StartsWith("{\"leader\":\"00000nam a2200000 i 4500\",\"fields\":[{\"001\":\"first\"}"));
  expect_failure(run({"export", path("*.none"), "-o", path("out.mrc")}), 1, {"*.none"});
}

TEST_F(ExportCommand, TakesAnInputFormatThatIsNamed) {
  const std::string input = write("in", "\n// a comment\n{\"fields\":[{\"001\":\"a\"}]}\n");
  const Outcome outcome = run({"export", input, "-o", path("out.mrk"), "--from", "json"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(read("out.mrk"), HasSubstr("=001  a\n"));
  expect_failure(run({"export", input, "-o", path("out.mrk"), "--from", "mrk"}), 1, {"no MARC 21 records"});
}

TEST_F(ExportCommand, PrefersTheFormatThatIsNamed) {
  const std::string input = write("in.mrc", well_formed(2));
  EXPECT_EQ(run({"export", input, "-o", path("out.xml"), "--to", "mrk"}).exit_status, 0);
  EXPECT_THAT(read("out.xml"), StartsWith("=LDR  "));
}

TEST_F(ExportCommand, ExportsSeveralInputsInTheirOrder) {
  const std::string first = write("first.mrc", mislabelled());
  const std::string second = write("second.mrc", well_formed(2));
  const std::string third = write("third.mrc", well_formed(2));
  EXPECT_EQ(run({"export", second, first, third, "-o", path("out.mrc")}).exit_status, 0);
  EXPECT_EQ(read("out.mrc"), well_formed(2) + mislabelled() + well_formed(2));
}

TEST_F(ExportCommand, ReadsStandardInputAndWritesStandardOutput) {
  const Outcome outcome = run_with_input({"export", "-", "-o", "-", "--to", "mrc"}, well_formed(7));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, well_formed(7));
  EXPECT_THAT(outcome.err, HasSubstr("7"));
}

TEST_F(ExportCommand, GivesTheSameBytesForEveryBackendThreadAndBatchSize) {
  const std::string input = write("in.mrc", well_formed(400));
  ASSERT_EQ(run({"export", input, "-o", path("out.xml")}).exit_status, 0);
  const std::string expected = read("out.xml");
  const std::vector<std::vector<std::string>> variants = {{"--backend", "mapped"},
                                                          {"--backend", "stream"},
                                                          {"--backend", "direct"},
                                                          {"--backend", "auto", "--threads", "1"},
                                                          {"--threads", "2", "--batch-size", "4K"},
                                                          {"--batch-size", "1M", "--no-sync"}};
  for (const auto& variant : variants) {
    std::vector<std::string> arguments = {"export", input, "-o", path("out.xml")};
    arguments.insert(arguments.end(), variant.begin(), variant.end());
    EXPECT_EQ(run(arguments).exit_status, 0) << variant.front();
    EXPECT_EQ(read("out.xml"), expected) << variant.front();
  }
}

TEST_F(ExportCommand, CompressesAsTheNameOfTheOutputSays) {
  const std::string input = write("in.mrc", well_formed(300));
  for (const auto& [name, tool] : {std::pair{"out.mrc.gz", "gzip"}, std::pair{"out.mrc.zst", "zstd"}}) {
    ASSERT_EQ(run({"export", input, "-o", path(name)}).exit_status, 0);
    EXPECT_LT(read(name).size(), well_formed(300).size());
    const std::string check = std::string(tool) + " -dcq '" + path(name) + "' | cmp -s - '" + input + "'";
    EXPECT_EQ(std::system(check.c_str()), 0) << name;
  }
}

TEST_F(ExportCommand, CompressesStandardOutputIfAsked) {
  const std::string input = write("in.mrc", well_formed(300));
  ASSERT_EQ(run({"export", input, "-o", path("out.mrc.gz"), "--level", "9"}).exit_status, 0);
  const Outcome outcome = run({"export", input, "-o", "-", "--to", "mrc", "--compress", "gz", "--level", "9"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(outcome.out == read("out.mrc.gz"), true);
}

TEST_F(ExportCommand, LeavesAnOutputUncompressedIfAskedWhateverItsName) {
  const std::string input = write("in.mrc", well_formed(3));
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc.gz"), "--compress", "none"}).exit_status, 0);
  EXPECT_EQ(read("out.mrc.gz"), well_formed(3));
}

TEST_F(ExportCommand, DividesTheOutputIntoPartsAndListsThem) {
  const std::string input = write("in.mrc", well_formed(25));
  const Outcome outcome = run({"export", input, "-o", path("out.mrc"), "--split-records", "10"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("as mrc in 3 parts"));
  EXPECT_THAT(files(),
              ElementsAre("in.mrc", "out-00001.mrc", "out-00002.mrc", "out-00003.mrc", "out.mrc.manifest.json"));
  EXPECT_EQ(read("out-00001.mrc") + read("out-00002.mrc") + read("out-00003.mrc"), well_formed(25));
  const std::string sums =
      "sed -nE 's/.*\"file\": \"(.*)\",/\\1/p; s/.*\"sha256\": \"(.*)\"/\\1/p' out.mrc.manifest.json | "
      "paste - - | sed -E 's/(.*)\\t(.*)/\\2  \\1/' | sha256sum -c --quiet --strict -";
  EXPECT_EQ(std::system(("cd '" + path("") + "' && " + sums).c_str()), 0);
}

TEST_F(ExportCommand, DividesBySizeToo) {
  const std::string input = write("in.mrc", well_formed(100));
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc"), "--split-size", "4K", "-q"}).exit_status, 0);
  EXPECT_GT(read("out-00001.mrc").size(), 3000U);
  EXPECT_LE(read("out-00001.mrc").size(), 4096U);
}

TEST_F(ExportCommand, MakesAValidExportOfAnEmptyInput) {
  const std::string input = write("empty.mrc", "");
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc")}).exit_status, 0);
  EXPECT_EQ(read("out.mrc"), "");
  EXPECT_EQ(run({"export", input, "-o", path("out.xml")}).exit_status, 0);
  EXPECT_THAT(read("out.xml"), HasSubstr("<collection"));
  EXPECT_THAT(read("out.xml"), EndsWith("</collection>\n"));
}

TEST_F(ExportCommand, ReplacesAnOlderOutputAndKeepsItsMode) {
  const std::string input = write("in.mrc", well_formed(2));
  fs::permissions(write("out.mrc", "old"), fs::perms::owner_all);
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc")}).exit_status, 0);
  EXPECT_EQ(read("out.mrc"), well_formed(2));
  EXPECT_EQ(fs::status(path("out.mrc")).permissions(), fs::perms::owner_all);
}

TEST_F(ExportCommand, TellsAnExportWithRejectsByItsStatusAndKeepsTheirBytes) {
  const std::string input = write("in.mrc", well_formed(2) + truncated());
  const Outcome outcome = run({"export", input, "-o", path("out.mrc"), "--rejects", path("rejects.mrc")});
  EXPECT_EQ(outcome.exit_status, 3) << outcome.err;
  EXPECT_EQ(read("out.mrc"), well_formed(2));
  EXPECT_EQ(read("rejects.mrc"), truncated());
}

TEST_F(ExportCommand, WritesRejectsDirectlyToAPipe) {
  const std::string input = write("in.mrc", well_formed(2) + truncated());
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  const int pipe = open(path("pipe").c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc"), "--rejects", path("pipe")}).exit_status, 3);
  std::string received(truncated().size() + 1, '\0');
  received.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(pipe, received.data(), received.size()), 0)));
  close(pipe);
  EXPECT_EQ(received, truncated());
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
}

TEST_F(ExportCommand, RejectsWhatItWouldRepairIfStrict) {
  const std::string input = write("in.mrc", well_formed(1) + mislabelled());
  EXPECT_EQ(run({"export", input, "-o", path("out.xml")}).exit_status, 0);
  EXPECT_EQ(run({"export", input, "-o", path("out.xml"), "--strict"}).exit_status, 3);
}

TEST_F(ExportCommand, SaysNoMoreThanHowManyRecordsAreRejectedIfQuiet) {
  const std::string input = write("in.mrc", well_formed(1) + truncated());
  const Outcome outcome = run({"export", input, "-o", path("out.xml"), "-q"});
  EXPECT_EQ(outcome.exit_status, 3);
  EXPECT_EQ(outcome.out + outcome.err, "bulkmarc: 1 record rejected (truncated 1); see --report\n");
  EXPECT_EQ(run({"export", write("good.mrc", well_formed(1)), "-o", path("out.xml"), "-q"}).err, "");
}

TEST_F(ExportCommand, WritesDirectlyToADevice) {
  const std::string input = write("in.mrc", well_formed(2));
  EXPECT_EQ(run({"export", input, "-o", "/dev/null", "--to", "marcxml"}).exit_status, 0);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(ExportCommand, TakesAnOutputWhileStandardStreamsAreClosed) {
  const std::string input = write("in.mrc", well_formed(2));
  const std::string command =
      std::string("'") + BULKMARC_COMMAND + "' export '" + input + "' -o '" + path("out.mrc") + "' <&- >&- 2>&-";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(read("out.mrc"), well_formed(2));
}

}  // namespace
