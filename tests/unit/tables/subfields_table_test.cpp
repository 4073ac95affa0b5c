#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/rows_of.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Rows subfields(const Record& record) { return rows_of(Table::subfields(), record); }

TEST(SubfieldsTableTest, LeaderControlFieldsAndSubfieldsAreRows) {
  Record record;
  record.add_control("001", "ocm1").add_control("008", "x").add_data("245", "10", {{'a', "Moby Dick"}, {'b', "a, b"}});
  record.add_data("650", " 0", {{'a', "Whales"}});
  const Rows rows = subfields(record);
  EXPECT_THAT(rows.lines, ElementsAre("7|ocm1|0|LDR|~|~|~|~|00000nam a2200000 i 4500|", "7|ocm1|1|001|~|~|~|~|ocm1|",
                                      "7|ocm1|2|008|~|~|~|~|x|", "7|ocm1|3|245|1|0|1|a|Moby Dick|",
                                      "7|ocm1|3|245|1|0|2|b|a, b|", "7|ocm1|4|650| |0|1|a|Whales|"));
  EXPECT_THAT(rows.repairs, IsEmpty());
}

TEST(SubfieldsTableTest, ARecordWithoutFieldsHasItsLeader) {
  EXPECT_THAT(subfields(Record()).lines, ElementsAre("7|~|0|LDR|~|~|~|~|00000nam a2200000 i 4500|"));
}

TEST(SubfieldsTableTest, TheLeaderSaysUtf8) {
  EXPECT_THAT(subfields(Record("00000nam  2200000 i 4500")).lines,
              ElementsAre("7|~|0|LDR|~|~|~|~|00000nam a2200000 i 4500|"));
}

TEST(SubfieldsTableTest, TheFirstControlNumberCounts) {
  Record record;
  record.add_data("500", "  ", {{'a', "x"}}).add_control("001", "first").add_control("001", "second");
  for (const std::string& row : subfields(record).lines) EXPECT_TRUE(row.starts_with("7|first|")) << row;
}

TEST(SubfieldsTableTest, EmptyValuesAreNotNulls) {
  Record record;
  record.add_control("001", "").add_data("245", "  ", {{'a', ""}, {'b', ""}});
  EXPECT_THAT(subfields(record).lines, ElementsAre("7|~|0|LDR|~|~|~|~|00000nam a2200000 i 4500|", "7|~|1|001|~|~|~|~||",
                                                   "7|~|2|245| | |1|a||", "7|~|2|245| | |2|b||"));
}

/// The rows of one data field with these bytes, from its tag on, and what was repaired.
std::vector<std::string> field(std::string_view bytes) {
  const Rows rows = subfields(Record().add_field("245", bytes));
  std::vector<std::string> lines;
  for (std::size_t i = 1; i < rows.lines.size(); ++i) {
    EXPECT_TRUE(rows.lines[i].starts_with("7|~|1|245|"));
    lines.push_back(rows.lines[i].substr(10));
  }
  for (const Problem& repair : rows.repairs) lines.emplace_back(reason_name(repair.reason));
  return lines;
}

TEST(SubfieldsTableTest, OddFieldsAreThoseOfTheOtherFormats) {
  EXPECT_THAT(field(""), ElementsAre(" | |~|~|~|", "indicators", "subfields"));
  EXPECT_THAT(field("1"), ElementsAre("1| |~|~|~|", "indicators", "subfields"));
  EXPECT_THAT(field("10"), ElementsAre("1|0|~|~|~|", "subfields"));
  EXPECT_THAT(field("10stray\x1F"
                    "ax"),
              ElementsAre("1|0|1|?|stray|", "1|0|2|a|x|", "subfields"));
  EXPECT_THAT(field("10\x1F\x1F"
                    "ax\x1F"),
              ElementsAre("1|0|1|a|x|", "subfields"));
  EXPECT_THAT(field("10\x1F"
                    "ax\x1F\x1F"
                    "by"),
              ElementsAre("1|0|1|a|x|", "1|0|2|b|y|", "subfields"));
  EXPECT_THAT(field("10\x1F\xC3\xA9x\x1F"
                    "by"),
              ElementsAre("1|0|1|\xC3\xA9|x|", "1|0|2|b|y|"));
  EXPECT_THAT(field(",0\x1F"
                    "ax\x1F,y\x1F"
                    "b,"),
              ElementsAre(",|0|1|a|x|", ",|0|2|,|y|", ",|0|3|b|,|"));
}

TEST(SubfieldsTableTest, AFieldThatIsAllDataIsOneSubfield) {
  const Rows rows = subfields(Record().add_field("FMT", "BK").add_field("SYS", "000012345"));
  EXPECT_EQ(rows.lines.at(1), "7|~|1|FMT| | |1|?|BK|");
  EXPECT_EQ(rows.lines.at(2), "7|~|2|SYS| | |1|?|000012345|");
  ASSERT_EQ(rows.repairs.size(), 1U);
  EXPECT_EQ(rows.repairs[0].reason, Reason::kSubfields);
  EXPECT_EQ(rows.repairs[0].location.tag, "FMT");
}

TEST(SubfieldsTableTest, ControlFieldsMayHoldDelimiters) {
  const Record record = Record().add_field("009",
                                           "a\x1F"
                                           "b,\x1F");
  EXPECT_EQ(subfields(record).lines.back(),
            "7|~|1|009|~|~|~|~|a\x1F"
            "b,\x1F|");
}

TEST(SubfieldsTableTest, NulBecomesAReplacementCharacterAndIsReported) {
  using namespace std::string_literals;
  Record record;
  record.add_field("009", "a\0\0b"s)
      .add_field("245",
                 "1\0\x1F"
                 "\0x\x1F"
                 "a\0"s);
  const Rows rows = subfields(record);
  EXPECT_EQ(rows.lines[1],
            "7|~|1|009|~|~|~|~|a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b|");
  EXPECT_EQ(rows.lines[2], "7|~|2|245|1| |1|?|\xEF\xBF\xBD|");
  EXPECT_EQ(rows.lines[3], "7|~|2|245|1| |2|\xEF\xBF\xBD|x|");
  EXPECT_EQ(rows.lines[4], "7|~|2|245|1| |3|a|\xEF\xBF\xBD|");
  ASSERT_EQ(rows.repairs.size(), 3U);
  EXPECT_EQ(rows.repairs.front().reason, Reason::kCharacter);
}

TEST(SubfieldsTableTest, ItsColumnsHaveTheirTypes) {
  const Table table = Table::subfields();
  std::vector<std::string> columns;
  for (const Column& column : table.columns()) {
    columns.push_back(column.name + (column.type == ColumnType::kInteger ? " integer" : " text") +
                      (column.nullable ? " null" : ""));
  }
  EXPECT_THAT(columns, ElementsAre("record_number integer", "control_number text null", "field_number integer",
                                   "tag text", "ind1 text null", "ind2 text null", "subfield_number integer null",
                                   "code text null", "value text null"));
}

}  // namespace
}  // namespace bulkmarc
