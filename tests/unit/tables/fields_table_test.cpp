#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/rows_of.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The row of a record, without its number, control number and leader, and what was repaired.
std::vector<std::string> fields(const Record& record) {
  const std::string head = "7|~|" + std::string(record.view().leader()) + "|";
  const Rows rows = rows_of(Table::fields(), record);
  EXPECT_EQ(rows.lines.size(), 1U);
  EXPECT_TRUE(rows.lines[0].starts_with(head)) << rows.lines[0];
  std::vector<std::string> lines = {rows.lines[0].substr(head.size())};
  for (const Problem& repair : rows.repairs) lines.emplace_back(reason_name(repair.reason));
  return lines;
}

TEST(FieldsTableTest, ARecordIsOneRow) {
  Record record("00000nam  2200000 i 4500");
  record.add_control("001", "ocm1").add_data("245", "10", {{'a', "Moby Dick"}, {'b', "a, b"}});
  const Rows rows = rows_of(Table::fields(), record);
  EXPECT_THAT(rows.lines,
              ElementsAre("7|ocm1|00000nam a2200000 i 4500|[(001|~|~|ocm1|~|)(245|1|0|~|[(a|Moby Dick|)(b|a, "
                          "b|)]|)]|"));
  EXPECT_THAT(rows.repairs, IsEmpty());
}

TEST(FieldsTableTest, ARecordWithoutFieldsHasAnEmptyList) { EXPECT_THAT(fields(Record()), ElementsAre("[]|")); }

TEST(FieldsTableTest, AControlFieldHasNoSubfieldsAndADataFieldNoValue) {
  EXPECT_THAT(fields(Record().add_control("009", "")), ElementsAre("[(009|~|~||~|)]|"));
  EXPECT_THAT(fields(Record().add_field("245", "10")), ElementsAre("[(245|1|0|~|[]|)]|", "subfields"));
  EXPECT_THAT(fields(Record().add_field("009",
                                        "a\x1F"
                                        "b,")),
              ElementsAre("[(009|~|~|a\x1F"
                          "b,|~|)]|"));
}

/// The subfields of a field with these bytes, after its tag, and what was repaired.
std::vector<std::string> field(std::string_view bytes) {
  std::vector<std::string> lines = fields(Record().add_field("245", bytes));
  EXPECT_TRUE(lines[0].starts_with("[(245|")) << lines[0];
  lines[0] = lines[0].substr(6, lines[0].size() - 9);
  return lines;
}

TEST(FieldsTableTest, OddFieldsAreThoseOfTheOtherFormats) {
  EXPECT_THAT(field(""), ElementsAre(" | |~|[]|", "indicators", "subfields"));
  EXPECT_THAT(field("1"), ElementsAre("1| |~|[]|", "indicators", "subfields"));
  EXPECT_THAT(field("10stray\x1F"
                    "ax"),
              ElementsAre("1|0|~|[(?|stray|)(a|x|)]|", "subfields"));
  EXPECT_THAT(field("10\x1F\x1F"
                    "ax\x1F"),
              ElementsAre("1|0|~|[(a|x|)]|", "subfields"));
  EXPECT_THAT(field("10\x1F"
                    "ax\x1F\x1F"
                    "by"),
              ElementsAre("1|0|~|[(a|x|)(b|y|)]|", "subfields"));
  EXPECT_THAT(field("10\x1F\xC3\xA9x\x1F"
                    "by"),
              ElementsAre("1|0|~|[(\xC3\xA9|x|)(b|y|)]|"));
  EXPECT_THAT(field(",0\x1F"
                    "ax\x1F,y\x1F"
                    "b,\x1F"
                    "c"),
              ElementsAre(",|0|~|[(a|x|)(,|y|)(b|,|)(c||)]|"));
}

TEST(FieldsTableTest, AFieldThatIsAllDataIsOneSubfield) {
  EXPECT_THAT(fields(Record().add_field("FMT", "BK")), ElementsAre("[(FMT| | |~|[(?|BK|)]|)]|", "subfields"));
}

TEST(FieldsTableTest, NulBecomesAReplacementCharacterAndIsReported) {
  using namespace std::string_literals;
  EXPECT_THAT(fields(Record().add_field("009", "a\0"s)), ElementsAre("[(009|~|~|a\xEF\xBF\xBD|~|)]|", "character"));
}

/// Columns as a type of SQL has them.
std::string type_of(std::span<const Column> columns) {
  std::string text;
  for (const Column& column : columns) {
    text += text.empty() ? "" : ", ";
    text += column.name + " ";
    if (column.type == ColumnType::kStructs) text += "list(" + type_of(column.children) + ")";
    if (column.type == ColumnType::kText) text += "text";
    if (column.type == ColumnType::kInteger) text += "integer";
    if (column.nullable) text += " null";
  }
  return text;
}

TEST(FieldsTableTest, ItsColumnsHaveTheirTypes) {
  EXPECT_EQ(type_of(Table::fields().columns()),
            "record_number integer, control_number text null, leader text, fields list(tag text, ind1 text null, ind2 "
            "text null, value text null, subfields list(code text, value text) null)");
}

TEST(TablesTest, OriginColumnsFollowTheNumberInWhateverOrderTheyAreAskedFor) {
  const std::string names = "record_number integer, input text, input_offset integer, load_id text, id text null";
  const Table table = Table::of_columns("id=001");
  EXPECT_EQ(type_of(table.with_provenance().with_load_id("7").columns()), names);
  EXPECT_EQ(type_of(table.with_load_id("7").with_provenance().columns()), names);
  EXPECT_EQ(type_of(table.with_load_id("7").with_load_id("8").with_provenance().with_provenance().columns()), names);
}

TEST(TablesTest, OriginColumnsStandInEveryRow) {
  const Record record = Record().add_control("001", "a").add_data("245", "  ", {{'a', "x"}, {'b', "y"}});
  const auto with_origin = [](const Table& table) {
    return Table::Impl::with_inputs(table.with_provenance().with_load_id("load"), {"in.mrc", "other\xFF.mrc"});
  };
  EXPECT_THAT(
      rows_of(with_origin(Table::subfields()), record, {7, 0, 30}).lines,
      ElementsAre("7|in.mrc|30|load|a|0|LDR|~|~|~|~|00000nam a2200000 i 4500|", "7|in.mrc|30|load|a|1|001|~|~|~|~|a|",
                  "7|in.mrc|30|load|a|2|245| | |1|a|x|", "7|in.mrc|30|load|a|2|245| | |2|b|y|"));
  EXPECT_THAT(rows_of(with_origin(Table::of_columns("id=001")), record, {8, 1, 0}).lines,
              ElementsAre("8|other\xEF\xBF\xBD.mrc|0|load|a|"));
  EXPECT_THAT(rows_of(with_origin(Table::fields()), Record(), {8, 1, 0}).lines,
              ElementsAre("8|other\xEF\xBF\xBD.mrc|0|load|~|00000nam a2200000 i 4500|[]|"));
}

TEST(TablesTest, AColumnOfTheSameNameIsInTheWay) {
  EXPECT_THROW((void)Table::of_columns("input=001").with_provenance(), Error);
  EXPECT_THROW((void)Table::of_columns("load_id=001").with_load_id("7"), Error);
  EXPECT_NO_THROW((void)Table::of_columns("input=001").with_load_id("7"));
  EXPECT_THROW((void)Table::records().with_load_id(std::string_view("a\0", 2)), Error);
}

TEST(TablesTest, TablesHaveNames) {
  for (const std::string_view name : table_names()) EXPECT_TRUE(table_from_name(name)) << name;
  for (const char* name : {"documents:marcxml", "documents:xml", "documents:json", "documents:mrc"}) {
    EXPECT_TRUE(table_from_name(name)) << name;
  }
  for (const char* name : {"", "documents:", "documents:mrk", "documents:csv", "Records", "fields:json"}) {
    EXPECT_FALSE(table_from_name(name)) << name;
  }
  EXPECT_THROW(Table::documents(Format::kMrk), Error);
}

}  // namespace
}  // namespace bulkmarc
