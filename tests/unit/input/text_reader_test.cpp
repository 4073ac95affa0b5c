#include "input/text_reader.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "input/byte_stream.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"
#include "support/walk.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

/// A format of the test's own: records are `(NUMBER)`, `;` stands between them, and a letter is not a number.
class Numbers final : public TextFormat {
 public:
  [[nodiscard]] bool recognizes(std::string_view first_bytes) const override { return first_bytes.starts_with('('); }

  TextPiece split(std::string_view bytes, bool) override {
    if (bytes.front() == ';') return {TextPiece::Kind::kBetween, 1};
    if (bytes.front() != '(') return {TextPiece::Kind::kStray, std::min(bytes.find_first_of("(;"), bytes.size())};
    const std::size_t end = bytes.find(')');
    if (end == std::string_view::npos) return {TextPiece::Kind::kMore, 0};
    return {TextPiece::Kind::kRecord, end + 1};
  }

  [[nodiscard]] std::unique_ptr<TextParser> make_parser() const override {
    ++parsers_made;
    return std::make_unique<Parser>();
  }
  static inline int parsers_made = 0;

 private:
  struct Parser final : TextParser {
    std::optional<Problem> parse(std::string_view piece, RecordBuilder& builder) override {
      const std::string_view number = piece.substr(1, piece.size() - 2);
      builder.control_field("001", number);
      if (number.find_first_not_of("0123456789") != std::string_view::npos) return Problem{Reason::kSyntax, "letters"};
      if (number.size() < 3) builder.repair(Reason::kLeader, "short");
      builder.leader(kDefaultLeader);
      return std::nullopt;
    }
  };
};

class TextReaderTest : public testing::Test {
 protected:
  std::unique_ptr<TextReader> reader(std::string_view text, std::size_t batch_bytes) {
    return std::make_unique<TextReader>(std::make_unique<InputFile>(folder_.write("in", text)),
                                        std::make_unique<Numbers>(), batch_bytes);
  }

  Walked walk_in_every_way(std::string_view text) {
    const Walked walked = walk(*reader(text, 1 << 20));
    for (const std::size_t batch_bytes : {1U, 2U, 3U, 5U, 8U, 13U, 100U}) {
      EXPECT_EQ(walk(*reader(text, batch_bytes)), walked) << "batches of " << batch_bytes;
    }
    return walked;
  }

  TemporaryFolder folder_;
};

TEST_F(TextReaderTest, RecordsKeepTheirTextAndTheirPlace) {
  const Walked walked = walk_in_every_way("(123);(4567)(8)");
  EXPECT_THAT(walked.raw(), ElementsAre("(123)", "(4567)", "(8)"));
  EXPECT_EQ(walked.items[1].offset, 6U);
  EXPECT_EQ(walked.skipped, 0U) << "bytes between records are not lost data";
}

TEST_F(TextReaderTest, AnEmptyInputHasNoRecords) { EXPECT_TRUE(walk_in_every_way("").items.empty()); }

TEST_F(TextReaderTest, StrayBytesAreSkippedAndCounted) {
  const Walked walked = walk_in_every_way("xx(123)yyy;(456)z");
  EXPECT_THAT(walked.raw(), ElementsAre("(123)", "(456)"));
  EXPECT_EQ(walked.skipped, 6U);
}

TEST_F(TextReaderTest, ARecordMayBeMuchLongerThanABatch) {
  const std::string longest = "(" + std::string(100'000, '7') + ")";
  EXPECT_THAT(walk(*reader("(1)" + longest + "(2)", 4096)).raw(), ElementsAre("(1)", longest, "(2)"));
}

TEST_F(TextReaderTest, RejectsAndRepairsBelongToTheirRecords) {
  Batch batch;
  const auto numbers = reader("(123)(12)(abc)(456)(78", 1 << 20);
  ASSERT_TRUE(numbers->next(batch));
  numbers->load(batch);
  ASSERT_EQ(batch.items().size(), 5U);
  EXPECT_EQ(batch.items()[0].view.control_number(), "123");
  EXPECT_FALSE(batch.items()[0].well_formed) << "its bytes are no ISO 2709";
  EXPECT_TRUE(batch.items()[1].repaired);
  EXPECT_EQ(batch.problems(1).front().detail, "short");
  EXPECT_TRUE(batch.items()[2].rejected);
  EXPECT_EQ(batch.items()[2].view.control_number(), "abc") << "what could be parsed of a reject names it";
  EXPECT_EQ(batch.problems(2).front().reason, Reason::kSyntax);
  EXPECT_FALSE(batch.items()[3].rejected || batch.items()[3].repaired);
  EXPECT_TRUE(batch.items()[4].rejected);
  EXPECT_EQ(batch.problems(4).front().detail, "the input ends 3 bytes into the record");
}

TEST_F(TextReaderTest, TheMemoryThatAHugeRecordTookIsNotKept) {
  const std::string huge = "(" + std::string(5 << 20, '7') + ")";
  const auto numbers = reader("(1)" + huge + huge + "(2)" + huge, 1 << 20);
  Numbers::parsers_made = 0;
  Batch batch;
  while (numbers->next(batch)) numbers->load(batch);
  EXPECT_EQ(Numbers::parsers_made, 1 + 3) << "one for all the others, and one for each";
}

TEST_F(TextReaderTest, ARecordWithoutAnEndIsGivenUp) {
  const std::string endless = "(" + std::string(kLongestPiece + 100, '7');
  const Walked walked = walk(*reader(";" + endless + ";(1)", 1 << 20));
  ASSERT_EQ(walked.items.size(), 2U);
  EXPECT_EQ(walked.items[0].raw.size(), kLongestPiece);
  EXPECT_EQ(walked.items[1].raw, "(1)");
  EXPECT_TRUE(walk(*reader(";" + endless + ";(1)", 3'000'000)) == walked);
}

}  // namespace
}  // namespace bulkmarc
