#include "record/record_builder.hpp"

#include <gmock/gmock.h>

#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

class RecordBuilderTest : public testing::Test {
 protected:
  RecordBuilderTest() { builder_.begin(record_); }

  std::string field(std::size_t index) {
    auto fields = record_.view().fields();
    auto at = fields.begin();
    for (std::size_t i = 0; i < index; ++i) ++at;
    return std::string((*at).tag()) + " " + std::string((*at).bytes());
  }
  std::vector<std::string_view> repairs() {
    std::vector<std::string_view> names;
    for (const Problem& repair : builder_.repairs()) names.push_back(reason_name(repair.reason));
    return names;
  }

  Record record_;
  RecordBuilder builder_;
};

TEST_F(RecordBuilderTest, ASoundRecordIsTakenAsItIs) {
  builder_.leader("00714cam a2200229 a 4500");
  builder_.control_field("001", "nr 1");
  builder_.begin_data_field("245");
  builder_.subfield("a", "Été");
  builder_.indicator(1, "4");
  builder_.subfield("é", "");
  builder_.end_data_field();
  EXPECT_FALSE(builder_.end());
  EXPECT_EQ(record_.view().leader(), "00714cam a2200229 a 4500");
  EXPECT_EQ(field(0), "001 nr 1");
  EXPECT_EQ(field(1),
            "245  4\x1F"
            "aÉté\x1F"
            "é");
  EXPECT_TRUE(repairs().empty());
}

TEST_F(RecordBuilderTest, AMissingLeaderIsThatOfANewRecord) {
  builder_.control_field("001", "nr 1");
  EXPECT_FALSE(builder_.end());
  EXPECT_EQ(record_.view().leader(), kDefaultLeader);
  EXPECT_THAT(repairs(), ElementsAre("leader"));
}

TEST_F(RecordBuilderTest, NothingIsNotARecord) {
  const auto problem = builder_.end();
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->reason, Reason::kSyntax);
}

TEST_F(RecordBuilderTest, AnOddLeaderGetsTwentyFourPrintableCharacters) {
  for (const auto& [given, taken] : {
           std::pair{"00714cam", "00714cam                "},
           std::pair{"00714cam\x1F"
                     "a2200229 a 4500",
                     "00714cam a2200229 a 4500"},
           std::pair{"00733cam\u00A0a2200265\u00A0a\u00A04500", "00733cam a2200265 a 4500"},
           std::pair{"00733cam\u2003a22002\u00E95 a 4500", "00733cam a22002 5 a 4500"},
           std::pair{"\n      00714cam a2200229 a 4500\n    ", "00714cam a2200229 a 4500"},
           std::pair{"\u00A000714cam a2200229 a 4500\u00A0\uFEFF", "00714cam a2200229 a 4500"},
           std::pair{"     cam a2200229 a 4500 ", "     cam a2200229 a 4500"},
           std::pair{"cam a2200229 a 4500", "     cam a2200229 a 4500"},
           std::pair{"\n  cam a22     ui 4500\n", "     cam a22     ui 4500"},
           std::pair{"\tcam a2200229 a 45\t", "cam a2200229 a 45       "},
           std::pair{"     cam a2200229 a 45  \u00A0", "     cam a2200229 a 45  "},
           std::pair{"  714cam", "  714cam                "},
       }) {
    builder_.begin(record_);
    builder_.leader(given);
    EXPECT_FALSE(builder_.end()) << given;
    EXPECT_EQ(record_.view().leader(), taken) << given;
    EXPECT_THAT(repairs(), ElementsAre("leader")) << given;
  }
}

TEST_F(RecordBuilderTest, ALeaderWithMoreThanBlanksBehindItMakesNoRecord) {
  for (const char* leader : {"00714cam a2200229 a 4500 and more", "00714cam a2200229 a 45001",
                             " 00714cam a2200229 a 4500x", "00714cam a2200229 a 4500\n00714cam a2200229 a 4500"}) {
    builder_.begin(record_);
    builder_.leader(leader);
    builder_.control_field("001", "a");
    const auto problem = builder_.end();
    ASSERT_TRUE(problem) << leader;
    EXPECT_EQ(problem->reason, Reason::kLeader);
  }
}

TEST_F(RecordBuilderTest, OfTwoLeadersTheFirstOneCounts) {
  builder_.leader("00714cam a2200229 a 4500");
  builder_.leader("00714cas a2200229 a 4500");
  EXPECT_FALSE(builder_.end());
  EXPECT_EQ(record_.view().leader(), "00714cam a2200229 a 4500");
  EXPECT_THAT(repairs(), ElementsAre("syntax"));
}

TEST_F(RecordBuilderTest, AnEmptyLeaderIsAMissingOne) {
  for (const char* leader : {"", " ", "\n\u00A0"}) {
    builder_.begin(record_);
    builder_.leader(leader);
    builder_.control_field("001", "a");
    EXPECT_FALSE(builder_.end());
    EXPECT_EQ(record_.view().leader(), kDefaultLeader);
    EXPECT_THAT(repairs(), ElementsAre("leader"));
    builder_.begin(record_);
    builder_.leader(leader);
    EXPECT_TRUE(builder_.end()) << "there is neither a leader nor a field";
  }
}

TEST_F(RecordBuilderTest, TextBeyondAsciiMakesTheLeaderSayUtf8) {
  builder_.leader("00714cam  2200229 a 4500");
  builder_.control_field("001", "é");
  EXPECT_FALSE(builder_.end());
  EXPECT_EQ(record_.view().leader(), "00714cam a2200229 a 4500");
  EXPECT_THAT(repairs(), ElementsAre("mislabelled"));
}

TEST_F(RecordBuilderTest, AsciiSaysNothingAboutTheEncoding) {
  builder_.leader("00714cam  2200229 a 4500");
  builder_.control_field("001", "e");
  EXPECT_FALSE(builder_.end());
  EXPECT_EQ(record_.view().leader(), "00714cam  2200229 a 4500");
  EXPECT_TRUE(repairs().empty());
}

TEST_F(RecordBuilderTest, DelimitersWithinDataAreReplaced) {
  builder_.leader(kDefaultLeader);
  builder_.control_field("001",
                         "a\x1E"
                         "b\x1F"
                         "c");
  builder_.begin_data_field("245");
  builder_.subfield("a", "x\x1Fy\nz\x1D");
  builder_.subfield("b", "\x1E");
  builder_.end_data_field();
  EXPECT_FALSE(builder_.end());
  const std::string mark(kReplacementCharacter);
  EXPECT_EQ(field(0), "001 a" + mark +
                          "b\x1F"
                          "c")
      << "a control field may hold a subfield delimiter";
  EXPECT_EQ(field(1),
            "245   \x1F"
            "ax" +
                mark + "y\nz" + mark +
                "\x1F"
                "b" +
                mark);
  EXPECT_THAT(repairs(), ElementsAre("delimiter_in_data"));
}

TEST_F(RecordBuilderTest, OddIndicatorsBecomeBlanksAndOddCodesAQuestionMark) {
  builder_.leader(kDefaultLeader);
  builder_.begin_data_field("245");
  builder_.indicator(0, "");
  builder_.indicator(1, "é");
  for (const char* code : {"", "ab", "\x1F"}) builder_.subfield(code, "text");
  builder_.end_data_field();
  EXPECT_FALSE(builder_.end());
  EXPECT_EQ(field(0), "245   \x1F?text\x1F?text\x1F?text");
  EXPECT_THAT(repairs(), ElementsAre("indicators", "subfields"));
}

TEST_F(RecordBuilderTest, AFieldWithoutASoundTagMakesNoRecord) {
  for (const char* tag : {"", "24", "2450",
                          "2\x01"
                          "4",
                          "24é"}) {
    builder_.begin(record_);
    builder_.leader(kDefaultLeader);
    builder_.control_field(tag, "text");
    const auto problem = builder_.end();
    ASSERT_TRUE(problem) << tag;
    EXPECT_EQ(problem->reason, Reason::kSyntax);
  }
}

}  // namespace
}  // namespace bulkmarc
