#include "formats/iso2709/syntax.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "support/exports.hpp"

namespace bulkmarc {
namespace {

// Leader 0-23, directory entries 001 at 24, 245 at 36, its end at 48; data from 49: 001 ends at 52, 245 at 62.
constexpr std::size_t kBase = 49;
constexpr std::size_t kEndOf001 = 52;

class DecodeTest : public testing::Test {
 protected:
  DecodeTest() {
    Record record;
    record.add_control("001", "abc").add_data("245", "10", {{'a', "Title"}});
    bytes_ = iso2709(record.view());
  }

  void overwrite(std::size_t at, std::string_view by) { bytes_.replace(at, by.size(), by); }

  /// Nothing may be left in the directory by what is not well-formed.
  bool well_formed() {
    directory_.clear();
    directory_.append(std::array<DirectoryEntry, 1>{});
    const bool decoded = decode_well_formed(bytes_, directory_);
    EXPECT_EQ(directory_.size() == 1, !decoded || bytes_.size() == kShortestRecord);
    return decoded;
  }

  [[nodiscard]] const DirectoryEntry& entry(std::size_t index) const { return directory_.elements()[index]; }

  std::string bytes_;
  Array<DirectoryEntry> directory_;
};

TEST_F(DecodeTest, AWellFormedRecordIsDecodedBehindWhatIsThere) {
  ASSERT_TRUE(well_formed());
  ASSERT_EQ(directory_.size(), 3U);
  EXPECT_EQ(std::string_view(entry(1).tag, 3), "001");
  EXPECT_EQ(entry(1).offset, kBase);
  EXPECT_EQ(entry(1).length, 3U);
  EXPECT_EQ(std::string_view(entry(2).tag, 3), "245");
  EXPECT_EQ(bytes_.substr(entry(2).offset, entry(2).length),
            "10\x1F"
            "aTitle");
}

TEST_F(DecodeTest, ARecordWithoutFieldsIsWellFormed) {
  bytes_ = iso2709(Record().view());
  ASSERT_EQ(bytes_.size(), kShortestRecord);
  EXPECT_TRUE(well_formed());
}

TEST_F(DecodeTest, FieldsMayBeStoredInAnyOrder) {
  Record record;
  record.add_data("245", "10", {{'a', "Title"}}).add_control("001", "abc");
  bytes_ = iso2709(record.view());
  const std::string first = bytes_.substr(24, 12);
  bytes_.replace(24, 12, bytes_.substr(36, 12));
  bytes_.replace(36, 12, first);
  ASSERT_TRUE(well_formed());
  EXPECT_EQ(bytes_.substr(entry(1).offset, entry(1).length), "abc");
}

TEST_F(DecodeTest, ALengthThatDisagreesIsAFlaw) {
  overwrite(0, "00099");
  EXPECT_FALSE(well_formed());
  overwrite(0, "0006x");
  EXPECT_FALSE(well_formed());
  bytes_.resize(20);
  EXPECT_FALSE(well_formed());
}

TEST_F(DecodeTest, ALeaderThatCannotBePrintedIsAFlaw) {
  for (const std::size_t at : {5U, 11U, 17U, 23U}) {
    for (const char byte : {'\x00', '\x1F', '\x7F', '\x80', '\xFF'}) {
      const char before = bytes_[at];
      bytes_[at] = byte;
      EXPECT_FALSE(well_formed()) << "at " << at << " byte " << int{byte};
      bytes_[at] = before;
    }
  }
}

TEST_F(DecodeTest, ABaseAddressThatFollowsNoTerminatorIsAFlaw) {
  for (const char* base : {"00000", "00024", "00048", "00050", "99999", "     ", "-0049"}) {
    overwrite(12, base);
    EXPECT_FALSE(well_formed()) << base;
  }
}

TEST_F(DecodeTest, ADirectoryThatIsNotMadeOfEntriesIsAFlaw) {
  overwrite(12, "00053");
  EXPECT_FALSE(well_formed());
}

TEST_F(DecodeTest, AnEntryThatIsNotMadeOfDigitsIsAFlaw) {
  for (std::size_t at = 27; at < 36; ++at) {
    for (const char byte : {'/', ':', ' ', 'a', '\xB0'}) {
      const char before = bytes_[at];
      bytes_[at] = byte;
      EXPECT_FALSE(well_formed()) << "at " << at << " byte " << int{byte};
      bytes_[at] = before;
    }
  }
}

TEST_F(DecodeTest, ATagThatIsNotPrintableAsciiIsAFlaw) {
  overwrite(25, "\xE9");
  EXPECT_FALSE(well_formed());
  overwrite(25, "C");
  EXPECT_TRUE(well_formed());
}

TEST_F(DecodeTest, AFieldOutsideTheRecordIsAFlaw) {
  overwrite(27, "9999");
  EXPECT_FALSE(well_formed());
  overwrite(27, "000499999");
  EXPECT_FALSE(well_formed());
  overwrite(27, "000000000");
  EXPECT_FALSE(well_formed());
}

TEST_F(DecodeTest, AFieldThatDoesNotStandBetweenTerminatorsIsAFlaw) {
  overwrite(kEndOf001, "x");
  EXPECT_FALSE(well_formed());
  overwrite(kEndOf001, "\x1E");
  overwrite(27, "000300001");
  EXPECT_FALSE(well_formed());
}

TEST_F(DecodeTest, DataThatNoEntryPointsToIsAFlaw) {
  const std::string entry_of_245 = bytes_.substr(36, 12);
  overwrite(24, entry_of_245);
  EXPECT_FALSE(well_formed());
}

TEST_F(DecodeTest, EveryPrefixOfARecordIsFlawed) {
  const std::string whole = bytes_;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    bytes_ = whole.substr(0, length);
    EXPECT_FALSE(well_formed()) << length;
  }
}

TEST(DeclaredLengthTest, IsTheNumberInTheFirstFiveBytes) {
  EXPECT_EQ(declared_length("00026nam a2200025 i 4500"), 26U);
  EXPECT_EQ(declared_length("99999nam a2200025 i 4500"), 99'999U);
  EXPECT_EQ(declared_length(" 0026nam a2200025 i 4500"), std::nullopt);
  EXPECT_EQ(declared_length("0002\xFFnam a2200025 i 4500"), std::nullopt);
}

TEST(HoldsLeaderTest, ALeaderMayHaveOneMarkDamaged) {
  EXPECT_TRUE(holds_leader("00026nam a2200025 i 4500"));
  EXPECT_TRUE(holds_leader("xxxxxnam a2200025 i 4500"));
  EXPECT_TRUE(holds_leader("00026nam a22xxxxx i 4500"));
  EXPECT_TRUE(holds_leader("00026nam a2200025 i xxxx"));
  EXPECT_TRUE(holds_leader("text before 00026nam a2200025 i 4500 and after"));
  EXPECT_FALSE(holds_leader("xxxxxnam a22xxxxx i 4500"));
  EXPECT_FALSE(holds_leader("00026nam a2200025 i 450"));
  EXPECT_FALSE(holds_leader(""));
}

TEST(IsLeaderTest, LengthsMayBeBlankOrFilledUpWithBlanks) {
  for (const char* leader : {"     nam a22     i  4500", "  140nam a22   49i  4500", "     nam a2200049i  4500"}) {
    EXPECT_TRUE(is_leader(leader)) << leader;
  }
  for (const char* text : {"     nam a33     i  4500", "                        ", "     nam a22     i  450", ""}) {
    EXPECT_FALSE(is_leader(text)) << text;
  }
}

TEST(SalvageControlNumberTest, FindsItWhereverItsEntryLeads) {
  const std::string leader = "00000nam a2200000 i 4500";
  EXPECT_EQ(salvage_control_number(leader + "001000400000245xxxx00004\x1E"
                                            "abc\x1E"
                                            "10\x1F"
                                            "a\x1E\x1D"),
            "abc");
  EXPECT_EQ(salvage_control_number(leader + "245000500000001000400005\x1E"
                                            "10\x1F"
                                            "a\x1E"
                                            "abc\x1E\x1D"),
            "abc");
  EXPECT_EQ(salvage_control_number(leader + "00100040000\x1E"
                                            "abc\x1E\x1D"),
            "abc");
}

TEST(SalvageControlNumberTest, TakesNoOtherFieldForIt) {
  const std::string leader = "00000nam a2200000 i 4500";
  EXPECT_EQ(salvage_control_number(leader + "001xxxx99999\x1E"
                                            "10\x1F"
                                            "a\x1E\x1D"),
            "");
  EXPECT_EQ(salvage_control_number(leader + "245000500000001000400006\x1E"
                                            "10\x1F"
                                            "a\x1E"
                                            "abc\x1E\x1D"),
            "");
  EXPECT_EQ(salvage_control_number(leader + "001"), "");
}

}  // namespace
}  // namespace bulkmarc
