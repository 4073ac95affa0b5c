#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>

#include "command_test.hpp"
#include "support/sanitized.hpp"

namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;
constexpr std::size_t kUsual = 100 * 1024;        // In KiB, as all limits here.
constexpr std::size_t kLongestPiece = 64 * 1024;  // After so much without a terminator a record is given up.

/// Files that lie about lengths, or never end a record.
class MemoryTest : public CommandTest {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "the sanitizer takes memory too";
  }

  /// A file that begins with `begin`, and then repeats `unit` for this many bytes.
  [[nodiscard]] std::string repeat(std::string_view begin, std::string_view unit, std::size_t bytes) const {
    std::string portion;
    while (portion.size() < kMegabyte) portion += unit;
    std::ofstream file(path("in.mrc"), std::ios::binary);
    file << begin;
    for (std::size_t written = 0; written < bytes; written += portion.size()) file << portion;
    return path("in.mrc");
  }

  void expect_at_most(std::size_t kilobytes, const std::string& input, const char* output = "out.json") const {
    for (const char* backend : {"mapped", "stream", "direct"}) {
      const Outcome outcome = run({"export", input, "-o", path(output), "--backend", backend, "--rejects",
                                   path("rejects"), "--threads", "2", "--no-sync", "-q"});
      EXPECT_THAT(outcome.exit_status, testing::AnyOf(0, 3)) << outcome.err;
      EXPECT_LT(outcome.peak_kilobytes, kilobytes) << backend;
    }
  }
};

constexpr std::string_view kLeader = "00026nam a2200025 i 4500";

TEST_F(MemoryTest, AFileWithoutATerminatorTakesAFewPieces) {
  expect_at_most(kUsual + 4 * kLongestPiece, repeat(std::string(kLeader) + "\x1E", "x", 300 * kMegabyte));
}

TEST_F(MemoryTest, ADirectoryWithoutAnEndTakesAFewPieces) {
  expect_at_most(kUsual + 4 * kLongestPiece, repeat(kLeader, "245001000004", 100 * kMegabyte));
}

TEST_F(MemoryTest, AHugeDirectoryTakesAFewPieces) {
  const std::string input = repeat(kLeader, "245001000004", 60 * kMegabyte);
  std::ofstream(input, std::ios::binary | std::ios::app) << "\x1E"
                                                         << "  \x1F"
                                                            "ax\x1E\x1D";
  expect_at_most(kUsual + 4 * kLongestPiece, input);
}

TEST_F(MemoryTest, FieldTerminatorsAloneTakeAFewPieces) {
  expect_at_most(kUsual + 4 * kLongestPiece, repeat(std::string(kLeader) + "\x1E", "\x1E", 70 * kMegabyte));
}

TEST_F(MemoryTest, AHugeRecordIsPaidForByItsSizeAlone) {
  std::string begin(kLeader);
  begin +=
      "245999900000\x1E"
      "10\x1F"
      "a";
  const std::string input = repeat(begin, "x", 50 * kMegabyte);
  std::ofstream(input, std::ios::binary | std::ios::app) << "\x1E\x1D";
  expect_at_most(kUsual + 4 * kLongestPiece, input);
}

TEST_F(MemoryTest, ALongRunOfLeadersTakesNoMoreThanUsual) {
  expect_at_most(kUsual, repeat("", std::string(kLeader) + "\x1E", 20 * kMegabyte));
}

TEST_F(MemoryTest, HugeDeclaredLengthsTakeNoMoreThanUsual) {
  expect_at_most(kUsual, repeat("", "99999nam a2200025 i 4500245999999999\x1E", 20 * kMegabyte));
}

TEST_F(MemoryTest, PaddingTakesNoMoreThanUsual) {
  const std::string record = std::string(kLeader) + "\x1E\x1D";
  for (const char padding : {'\0', ' ', '\x1A'}) {
    const std::string input = repeat(record, std::string(kMegabyte, padding), 300 * kMegabyte);
    std::ofstream(input, std::ios::binary | std::ios::app) << record;
    expect_at_most(kUsual, input);
  }
}

TEST_F(MemoryTest, RecordTerminatorsAloneTakeNoMoreThanUsual) {
  expect_at_most(kUsual, repeat(std::string(kLeader) + "\x1E\x1D", "\x1D", 20 * kMegabyte));
}

/// docs/architecture.md has this formula, less what one large batch may take.
std::size_t usual_for(std::size_t threads) {
  constexpr std::size_t kBatch = 128;
  return kUsual + (2 * threads + 2) * (4 * kBatch + 2 * 1024 + 16 * kBatch) + 2 * threads * 2560 +
         (2 * threads + 2) * 3328;
}

TEST_F(MemoryTest, HugeRecordsOfTextAreHandledOneByOne) {
  {
    std::ofstream file(path("in.ndjson"), std::ios::binary);
    const std::string text(20 * kMegabyte, '&');
    for (int i = 0; i < 12; ++i) {
      file
          << R"({"leader":"00000nam a2200000 i 4500","fields":[{"001":"nr"},{"500":{"ind1":" ","ind2":" ","subfields":[{"a":")"
          << text << R"("}]}}]})" << '\n';
    }
  }
  for (const char* output : {"out.xml", "out.xml.gz", "out.csv"}) {
    const Outcome outcome = run({"export", path("in.ndjson"), "-o", path(output), "--threads", "8", "--no-sync", "-q"});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_LT(outcome.peak_kilobytes, usual_for(8) + 16 * 20 * 1024) << output;
  }
}

/// A number of five digits.
std::string digits(std::size_t number) {
  const std::string text = std::to_string(number);
  return std::string(5 - text.size(), '0') + text;
}

/// 14 KB of MARC, of which the table `subfields` makes 8 MB: each of 4,000 rows has the control number.
std::string amplifying_record() {
  std::string data = std::string(2'000, 'c') + "\x1E";
  std::string directory = "001200100000";
  for (int i = 0; i < 4; ++i) {
    const std::size_t start = data.size();
    data += "  ";
    for (int j = 0; j < 1000; ++j)
      data +=
          "\x1F"
          "ax";
    data += "\x1E";
    directory += "5003003" + digits(start);
  }
  directory += '\x1E';
  data += '\x1D';
  const std::size_t base = 24 + directory.size();
  return digits(base + data.size()) + "nam a22" + digits(base) + " i 4500" + directory + data;
}

TEST_F(MemoryTest, RowsThatRepeatALongControlNumberAreMadeInPortions) {
  {
    std::ofstream file(path("in.mrc"), std::ios::binary);
    for (int i = 0; i < 40; ++i) file << amplifying_record();
  }
  for (const char* output : {"out.csv.gz", "out.csv"}) {
    const Outcome outcome = run(
        {"export", path("in.mrc"), "-o", path(output), "--table", "subfields", "--threads", "2", "--no-sync", "-q"});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_LT(outcome.peak_kilobytes, usual_for(2) + 3 * 8 * 1024) << output;
  }
}

TEST_F(MemoryTest, ManyThreadsThatCompressTakeWhatTheFormulaSays) {
  ASSERT_EQ(run({"generate", "--records", "40000", "-o", path("in.mrc"), "-q"}).exit_status, 0);
  const Outcome outcome =
      run({"export", path("in.mrc"), "-o", path("out.xml.gz"), "--threads", "16", "--no-sync", "-q"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_LT(outcome.peak_kilobytes, usual_for(16));
}

TEST_F(MemoryTest, ManyThreadsThatDecompressTakeWhatTheFormulaSays) {
  ASSERT_EQ(run({"generate", "--records", "40000", "-o", path("in.mrc"), "-q"}).exit_status, 0);
  for (const char* compressed : {"in.mrc.gz", "in.mrc.zst"}) {
    ASSERT_EQ(run({"export", path("in.mrc"), "-o", path(compressed), "--no-sync", "-q"}).exit_status, 0);
    const Outcome outcome = run({"check", path(compressed), "--threads", "16", "-q"});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_LT(outcome.peak_kilobytes, usual_for(16));
  }
}

TEST_F(MemoryTest, LongControlNumbersAreNotKeptForTheReport) {
  const std::string record = "00000nam a2200037 i 4500001900000000\x1E" + std::string(90'000, 'c') + "\x1E\x1D";
  expect_at_most(kUsual, repeat("", record, 100 * kMegabyte), "out.mrc");
}

}  // namespace
