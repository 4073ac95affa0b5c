#include "formats/open_reader.hpp"

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "formats/detection.hpp"
#include "input/byte_stream.hpp"
#include "input/open_input.hpp"
#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/temporary_folder.hpp"
#include "support/walk.hpp"

namespace bulkmarc {
namespace {

using testing::HasSubstr;

class OpenReaderTest : public testing::Test {
 protected:
  void expect_refused(const std::filesystem::path& path, std::string_view begin) {
    try {
      open_reader(std::make_unique<InputFile>(path), {}, 4096);
      ADD_FAILURE() << begin << " passed for MARC";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kNotMarc);
      EXPECT_THAT(error.what(), HasSubstr(begin));
      EXPECT_EQ(error.path(), path);
    }
  }

  TemporaryFolder folder_;
};

TEST_F(OpenReaderTest, AFileCanBeReadAgainAndAPipeOnlyOnce) {
  const auto records = numbered_records(50);
  const std::string bytes = iso2709(records);
  const auto file = open_reader(std::make_unique<InputFile>(folder_.write("in.mrc", bytes)), {}, 4096);
  EXPECT_TRUE(file->rereadable());
  const FilledPipe pipe(bytes);
  const auto stream = open_reader(std::make_unique<InputFile>(pipe.path()), {}, 4096);
  EXPECT_FALSE(stream->rereadable());
  EXPECT_EQ(walk(*file), walk(*stream));
}

TEST_F(OpenReaderTest, AFileMayBeginWithABlankRecordLength) {
  const std::string record = iso2709(numbered_record(1).view());
  for (const char* length : {"     ", "   99", "  100"}) {
    const std::string bytes = std::string(record).replace(0, 5, length) + record;
    EXPECT_EQ(walk(*open_reader(std::make_unique<InputFile>(folder_.write("in", bytes)), {}, 4096)).items.size(), 2U)
        << length;
    const FilledPipe pipe("\r\n" + bytes);
    EXPECT_EQ(walk(*open_reader(std::make_unique<InputFile>(pipe.path()), {}, 4096)).items.size(), 2U) << length;
  }
}

TEST_F(OpenReaderTest, WhatIsNotMarcIsRefusedWithItsFirstBytes) {
  for (const char* text : {"%PDF-1.4", "x"}) {
    expect_refused(folder_.write("in.mrc", text), text);
    const FilledPipe pipe(text);
    expect_refused(pipe.path(), text);
  }
}

TEST_F(OpenReaderTest, AFailureInTheFirstBytesIsNotTakenForAnotherFormat) {
  const std::string bytes = iso2709(numbered_record(1).view());
  for (const std::size_t length : {0U, 1U, 6U, 20U}) {
    const auto read = [left = std::string_view(bytes).substr(0, length)](std::span<char> room) mutable {
      if (left.empty()) throw Error(ErrorCode::kInputRead, "in", "can't read");
      room.front() = left.front();
      left.remove_prefix(1);
      return std::size_t{1};
    };
    try {
      open_reader(open_input(Input::function(read), {}).stream, {}, 4096);
      ADD_FAILURE() << length << " bytes passed for an input";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInputRead) << length;
    }
  }
}

TEST_F(OpenReaderTest, BytesThatCannotBePrintedAreShownByTheirNumbers) {
  expect_refused(folder_.write("program",
                               "\x7F"
                               "ELF\x02"),
                 "\\x7FELF\\x02");
}

TEST(InputFormatTest, TheFirstBytesDecide) {
  const std::string mrc = iso2709(numbered_records(2));
  EXPECT_EQ(detect_format(mrc, "in.xml"), Format::kIso2709);
  EXPECT_EQ(detect_format("\n\r\n" + mrc, "in.xml"), Format::kIso2709);
  EXPECT_EQ(detect_format("<?xml", "in.mrc"), Format::kMarcXml);
  EXPECT_EQ(detect_format("\xEF\xBB\xBF\n<collection>", "in"), Format::kMarcXml);
  EXPECT_EQ(detect_format("\xFE\xFF", "in"), Format::kMarcXml);
  EXPECT_EQ(detect_format("\xFF\xFE", "in"), Format::kMarcXml);
  EXPECT_EQ(detect_format(" [ {", "in"), Format::kJson);
  EXPECT_EQ(detect_format("{\"leader\":", "in"), Format::kJson);
  EXPECT_EQ(detect_format("\xEF\xBB\xBF=LDR  ", "in"), Format::kMrk);
}

TEST(InputFormatTest, ATextThatQuotesALeaderIsStillThatText) {
  EXPECT_EQ(detect_format("<leader>00140nam a2200061 i 4500</leader>", "in"), Format::kMarcXml);
  EXPECT_EQ(detect_format("=LDR  00140nam a2200061 i 4500", "in"), Format::kMrk);
}

TEST(InputFormatTest, TheFirstByteDecidesWhateverFollowsIt) {
  const std::string odd = "Title \x1E " + iso2709(numbered_records(2));
  EXPECT_EQ(detect_format("<collection>" + odd, "in.mrc"), Format::kMarcXml);
  EXPECT_EQ(detect_format("{\"leader\":\"" + odd, "in.mrc"), Format::kJson);
  EXPECT_EQ(detect_format("=LDR  " + odd, "in.mrc"), Format::kMrk);
}

TEST(InputFormatTest, AJsonTextSequenceBeginsWithARecordSeparator) {
  EXPECT_EQ(detect_format("\x1E{\"leader\":\"\"}\n", "in"), Format::kJson);
  EXPECT_EQ(detect_format("\n\x1E {\"leader\":\"\"}\n", "in"), Format::kJson);
  EXPECT_EQ(detect_format("\x1E" + iso2709(numbered_records(1)), "in"), Format::kIso2709);
}

TEST(InputFormatTest, MrkMayBeginWithCommentsOrWithoutEqualsSigns) {
  EXPECT_EQ(detect_format("# from the\r# editor\n\n =LDR  ", "in"), Format::kMrk);
  EXPECT_EQ(detect_format("LDR  00714cam a2200229 a 4500\n001  a\n", "in"), Format::kMrk);
  EXPECT_EQ(detect_format("# nothing", "in"), Format::kIso2709);
}

TEST(InputFormatTest, TheNameDecidesWhereTheBytesDoNot) {
  EXPECT_EQ(detect_format("text", "in.ndjson"), Format::kNdjson);
  EXPECT_EQ(detect_format("text", "in"), Format::kIso2709);
  EXPECT_EQ(detect_format("", "in.json"), Format::kIso2709) << "an empty input is not an error in any format";
}

TEST(PeekedStreamTest, NoByteIsLostByLookingAtIt) {
  const TemporaryFolder folder;
  PeekedStream stream(std::make_unique<InputFile>(folder.write("in", "0123456789")));
  EXPECT_EQ(stream.peek(3), "012");
  EXPECT_EQ(stream.peek(2), "01");
  std::string bytes(2, ' ');
  EXPECT_EQ(stream.read(bytes), 2U);
  EXPECT_EQ(bytes, "01");
  EXPECT_EQ(stream.peek(100), "23456789");
  bytes.assign(20, ' ');
  EXPECT_EQ(stream.read(bytes), 8U);
  EXPECT_EQ(bytes.substr(0, 8), "23456789");
  EXPECT_EQ(stream.read(bytes), 0U);
  EXPECT_EQ(stream.peek(1), "");
}

}  // namespace
}  // namespace bulkmarc
