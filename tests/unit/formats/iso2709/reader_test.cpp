#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "formats/iso2709/reader.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"
#include "support/walk.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kLargeBatch = 1 << 20;

/// Gives one byte at a time, after an interruption each.
class TricklingPlatform : public Platform {
 public:
  ssize_t read(int fd, void* bytes, std::size_t length) override {
    interrupted_ = !interrupted_;
    return interrupted_ ? -EINTR : Platform::read(fd, bytes, std::min<std::size_t>(length, 1));
  }
  ssize_t pread(int fd, void* bytes, std::size_t length, off_t offset) override {
    interrupted_ = !interrupted_;
    return interrupted_ ? -EINTR : Platform::pread(fd, bytes, std::min<std::size_t>(length, 7), offset);
  }

 private:
  bool interrupted_ = false;
};

class Iso2709ReaderTest : public testing::Test {
 protected:
  Walked walk_file(std::string_view bytes, std::size_t batch_bytes) {
    Iso2709RangeReader reader(std::make_unique<InputFile>(folder_.write("in.mrc", bytes)), batch_bytes);
    return walk(reader);
  }
  Walked walk_stream(std::string_view bytes, std::size_t batch_bytes) {
    Iso2709StreamReader reader(std::make_unique<InputFile>(folder_.write("in.mrc", bytes)), batch_bytes);
    return walk(reader);
  }

  /// Splits with batches of many sizes and by both readers, and expects the same each time.
  Walked walk_in_every_way(std::string_view bytes) {
    Walked walked = walk_file(bytes, kLargeBatch);
    for (const std::size_t batch_bytes : {1U, 2U, 25U, 26U, 27U, 63U, 64U, 100U, 199U, 1000U, 4096U}) {
      EXPECT_EQ(walk_file(bytes, batch_bytes), walked) << "batches of " << batch_bytes << " bytes of a file";
      EXPECT_EQ(walk_stream(bytes, batch_bytes), walked) << "batches of " << batch_bytes << " bytes of a stream";
    }
    return walked;
  }

  static std::string record(std::string_view number, std::string_view text = "text") {
    Record record;
    record.add_control("001", number).add_data("245", "10", {{'a', text}});
    return iso2709(record.view());
  }

  /// A record whose title holds what the writers refuse.
  static std::string with_text(std::string_view number, std::string_view text) {
    std::string bytes = record(number, std::string(text.size(), '#'));
    return bytes.replace(bytes.find('#'), text.size(), text);
  }

  void expect_neighbours_untouched(const std::string& odd) {
    const std::string bytes = record("a") + odd + record("b") + odd + record("c");
    const Walked walked = walk_in_every_way(bytes);
    std::string all;
    for (const Walked::Item& item : walked.items) {
      EXPECT_EQ(item.offset, all.size());
      all += item.raw;
    }
    EXPECT_EQ(all, bytes);
    EXPECT_EQ(walked.items.front().raw, record("a"));
    EXPECT_EQ(walked.items.back().raw, record("c"));
  }

  TemporaryFolder folder_;
};

TEST_F(Iso2709ReaderTest, RecordsAreSplitWhereTheyEnd) {
  const std::string a = record("a");
  const std::string b = record("b", "longer text");
  const std::string c = record("c");
  const Walked walked = walk_in_every_way(a + b + c);
  EXPECT_THAT(walked.raw(), ElementsAre(a, b, c));
  EXPECT_EQ(walked.items[1].offset, a.size());
  EXPECT_EQ(walked.items[2].offset, a.size() + b.size());
  EXPECT_EQ(walked.skipped, 0U);
}

TEST_F(Iso2709ReaderTest, AnEmptyInputHasNoRecords) { EXPECT_TRUE(walk_in_every_way("").items.empty()); }

TEST_F(Iso2709ReaderTest, PaddingAroundRecordsIsSkipped) {
  const std::string a = record("a");
  const std::string b = record("b");
  const std::string padding("\r\n\0\x1A ", 5);
  const Walked walked = walk_in_every_way(padding + a + padding + padding + b + "\n");
  EXPECT_THAT(walked.raw(), ElementsAre(a, b));
  EXPECT_EQ(walked.skipped, 16U);
}

TEST_F(Iso2709ReaderTest, PaddingAloneHoldsNoRecord) {
  const Walked walked = walk_in_every_way(std::string(300, '\n'));
  EXPECT_TRUE(walked.items.empty());
  EXPECT_EQ(walked.skipped, 300U);
}

TEST_F(Iso2709ReaderTest, PaddingLongerThanABatchIsSkipped) {
  const std::string a = record("a");
  for (const char padding : {'\0', ' ', '\x1A', '\n'}) {
    const Walked walked = walk_in_every_way(a + std::string(9'000, padding) + a + std::string(5'000, padding));
    EXPECT_THAT(walked.raw(), ElementsAre(a, a));
    EXPECT_EQ(walked.skipped, 14'000U);
  }
}

TEST_F(Iso2709ReaderTest, BlanksInPlaceOfARecordLengthAreNoPadding) {
  const std::string a = record("a");
  for (const char* length : {"     ", "  123", "    9"}) {
    std::string blank = a;
    blank.replace(0, 5, length);
    EXPECT_THAT(walk_in_every_way(blank + blank + a).raw(), ElementsAre(blank, blank, a));
    const Walked walked = walk_in_every_way(a + std::string(300, ' ') + blank + "\n \n" + blank);
    EXPECT_THAT(walked.raw(), ElementsAre(a, blank, blank));
    EXPECT_EQ(walked.skipped, 303U);
  }
}

TEST_F(Iso2709ReaderTest, RecordsWrappedAtAFixedColumnAreWhole) {
  const std::string a = record("a", std::string(200, 'x'));
  for (const std::size_t columns : {30U, 80U, 200U}) {
    std::string lines;
    for (std::size_t at = 0; at < a.size(); at += columns) lines += (at == 0 ? "" : "\r\n") + a.substr(at, columns);
    EXPECT_THAT(walk_in_every_way(lines + "\r\n" + lines).raw(), ElementsAre(lines, lines));
  }
}

TEST_F(Iso2709ReaderTest, AnotherFormatBetweenRecordsIsOnePiece) {
  const std::string a = record("a");
  const std::string xml = "<collection>\n<record><leader>00026nam a2200025 i 4500</leader></record></collection>\n";
  EXPECT_THAT(walk_in_every_way(a + xml + a + xml).raw(), ElementsAre(a, xml, a, xml));
  const Walked walked = walk_in_every_way(a + "some text\n" + xml + a);
  EXPECT_THAT(walked.raw(), ElementsAre(a, xml, a));
  EXPECT_EQ(walked.skipped, 10U);
}

TEST_F(Iso2709ReaderTest, ARecordTerminatorInsideOfDataDoesNotMisleadTheGuess) {
  const std::string tricky = with_text("tricky", "x\x1Dy\x1Dz");
  expect_neighbours_untouched(tricky);
}

TEST_F(Iso2709ReaderTest, AWholeRecordInsideOfARecordDoesNotMisleadTheGuess) {
  // To a batch that begins within the outer record, the inner one looks like any other.
  expect_neighbours_untouched(with_text("outer", "\x1D" + record("inner")));
}

TEST_F(Iso2709ReaderTest, ADamagedRecordDoesNotTouchItsNeighbours) {
  const std::string a = record("a");
  const std::string c = record("c");
  for (std::size_t at = 0; at + 1 < record("b").size(); ++at) {
    std::string damaged = record("b");
    damaged[at] = '\xFF';
    const std::string bytes = a + damaged + c;
    const Walked walked = walk_file(bytes, kLargeBatch);
    EXPECT_EQ(walk_stream(bytes, 1), walked) << at;
    EXPECT_EQ(walk_file(bytes, 10), walked) << at;
    EXPECT_THAT(walked.raw(), ElementsAre(a, damaged, c)) << at;
  }
}

TEST_F(Iso2709ReaderTest, WhatIsCutOffIsTheLastRecord) {
  const std::string a = record("a");
  const std::string b = record("b");
  for (std::size_t length = 1; length < b.size(); ++length) {
    const std::string bytes = a + b.substr(0, length);
    const Walked walked = walk_file(bytes, kLargeBatch);
    EXPECT_EQ(walk_stream(bytes, 3), walked) << length;
    EXPECT_EQ(walk_file(bytes, 3), walked) << length;
    EXPECT_THAT(walked.raw(), ElementsAre(a, b.substr(0, length))) << length;
  }
}

TEST_F(Iso2709ReaderTest, ARecordMayBeMuchLongerThanABatch) {
  Record large;
  for (int i = 0; i < 9; ++i) large.add_control("009", std::string(9'900, static_cast<char>('a' + i)));
  const std::string bytes = record("a") + iso2709(large.view()) + record("b");
  const Walked expected = walk_file(bytes, kLargeBatch);
  EXPECT_EQ(expected.items.size(), 3U);
  EXPECT_EQ(walk_file(bytes, 1000), expected);
  EXPECT_EQ(walk_stream(bytes, 1000), expected);
}

TEST_F(Iso2709ReaderTest, ShortReadsAndInterruptionsChangeNothing) {
  const std::string bytes = iso2709(numbered_records(20));
  const Walked expected = walk_file(bytes, 500);
  TricklingPlatform trickling;
  const PlatformOverride replaced(trickling);
  EXPECT_EQ(walk_file(bytes, 500), expected);
  EXPECT_EQ(walk_stream(bytes, 500), expected);
}

TEST_F(Iso2709ReaderTest, AnInputMayBeginWithDamage) {
  const std::string good = record("good");
  std::string damaged = record("damaged");
  damaged.replace(0, 5, "xxxxx");
  EXPECT_THAT(walk_in_every_way(damaged + good).raw(), ElementsAre(damaged, good));
}

TEST_F(Iso2709ReaderTest, AFileIsRereadableAndAStreamIsNot) {
  const auto path = folder_.write("in.mrc", record("a"));
  const Iso2709RangeReader file(std::make_unique<InputFile>(path), 4096);
  const Iso2709StreamReader stream(std::make_unique<InputFile>(path), 4096);
  EXPECT_TRUE(file.rereadable());
  EXPECT_EQ(file.total(), record("a").size());
  EXPECT_FALSE(stream.rereadable());
  EXPECT_EQ(stream.total(), 0U);
}

TEST(InputFileTest, WhatCannotBeReadIsAnErrorWithItsPath) {
  const TemporaryFolder folder;
  for (const auto& path : {folder.path("missing.mrc"), folder.path(".")}) {
    try {
      const InputFile file(path);
      ADD_FAILURE() << path << " was opened";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInputOpen);
      EXPECT_EQ(error.path(), path);
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
    }
  }
}

TEST(InputFileTest, AFileThatBecameShorterHasChanged) {
  const TemporaryFolder folder;
  const InputFile file(folder.write("in.mrc", "0123456789"));
  std::string bytes(10, ' ');
  std::filesystem::resize_file(folder.path("in.mrc"), 5);
  try {
    file.read_at(0, bytes);
    ADD_FAILURE() << "more was read than is there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInputChanged);
  }
}

}  // namespace
}  // namespace bulkmarc
