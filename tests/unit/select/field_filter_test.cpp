#include "select/field_filter.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/record.hpp>

#include "select/parser.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A filter with the memory that it needs.
class Filtered {
 public:
  Filtered(const char* keep, const char* drop, const Record& record) : record_(record), view_(record_.view()) {
    const FieldFilter filter(*keep == 0 ? std::vector<FieldItem>() : parse_field_list(keep),
                             *drop == 0 ? std::vector<FieldItem>() : parse_field_list(drop));
    changed_ = filter.apply(view_, memory_);
  }

  [[nodiscard]] bool changed() const { return changed_; }
  [[nodiscard]] bool borrows() const { return view_.bytes().data() == record_.view().bytes().data(); }
  /// Tag and bytes of each field that is left, with $ for the delimiter.
  [[nodiscard]] std::vector<std::string> fields() const {
    std::vector<std::string> fields;
    for (const FieldView field : view_.fields()) {
      std::string text = std::string(field.tag()) + " " + std::string(field.bytes());
      for (char& byte : text) byte = byte == kSubfieldDelimiter ? '$' : byte;
      fields.push_back(text);
    }
    EXPECT_EQ(view_.leader(), record_.view().leader());
    return fields;
  }

 private:
  Record record_;
  RecordView view_;
  FieldFilter::Memory memory_;
  bool changed_;
};

Record book() {
  Record record;
  record.add_control("001", "nr1")
      .add_data("245", "10", {{'a', "A"}, {'b', "B"}, {'c', "C"}})
      .add_data("650", " 0", {{'a', "S"}, {'9', "local"}})
      .add_data("999", "  ", {{'9', "only"}})
      .add_data("650", " 7", {{'a', "T"}})
      .add_field("500", "no subfields");
  return record;
}

TEST(FieldFilterTest, OnlyNamedFieldsAreKeptInTheirOrder) {
  const Filtered filtered("650,001", "", book());
  EXPECT_THAT(filtered.fields(), ElementsAre("001 nr1", "650  0$aS$9local", "650  7$aT"));
  EXPECT_TRUE(filtered.borrows());
}

TEST(FieldFilterTest, NamedFieldsAreDropped) {
  const Filtered filtered("", "6..,245,500", book());
  EXPECT_THAT(filtered.fields(), ElementsAre("001 nr1", "999   $9only"));
  EXPECT_TRUE(filtered.borrows());
}

TEST(FieldFilterTest, OnlyNamedSubfieldsAreKept) {
  EXPECT_THAT(Filtered("245$a$c,650$a", "", book()).fields(), ElementsAre("245 10$aA$cC", "650  0$aS", "650  7$aT"));
}

TEST(FieldFilterTest, NamedSubfieldsAreDroppedAndFieldsThatHadNoOthers) {
  EXPECT_THAT(Filtered("", "...$9", book()).fields(),
              ElementsAre("001 nr1", "245 10$aA$bB$cC", "650  0$aS", "650  7$aT", "500 no subfields"));
}

TEST(FieldFilterTest, AFieldThatIsNamedWholeKeepsAllSubfields) {
  EXPECT_THAT(Filtered("245,245$a", "", book()).fields(), ElementsAre("245 10$aA$bB$cC"));
}

TEST(FieldFilterTest, DroppingWinsOverKeeping) {
  EXPECT_THAT(Filtered("6..,245", "650$9,245$b-c", book()).fields(),
              ElementsAre("245 10$aA", "650  0$aS", "650  7$aT"));
}

TEST(FieldFilterTest, SubfieldCodesDoNotSpeakOfFieldsWithoutSubfields) {
  EXPECT_THAT(Filtered("...$9", "", book()).fields(), ElementsAre("650  0$9local", "999   $9only"));
}

TEST(FieldFilterTest, ARecordThatLosesNothingIsNotChanged) {
  EXPECT_FALSE(Filtered("...", "", book()).changed());
  EXPECT_FALSE(Filtered("", "880,245$z", book()).changed());
}

TEST(FieldFilterTest, NothingMayBeLeft) {
  const Filtered filtered("880", "", book());
  EXPECT_TRUE(filtered.changed());
  EXPECT_THAT(filtered.fields(), IsEmpty());
}

TEST(FieldFilterTest, StrayDataIsASubfield) {
  const Record record = Record()
                            .add_field("245",
                                       "10stray\x1F"
                                       "ax")
                            .add_field("SYS", "123")
                            .add_field("500", "10y");
  EXPECT_THAT(Filtered("245$?", "", record).fields(), ElementsAre("245 10$?stray"));
  EXPECT_THAT(Filtered("245$a", "", record).fields(), ElementsAre("245 10$ax"));
  EXPECT_THAT(Filtered("", "245$a", record).fields(), ElementsAre("245 10$?stray", "SYS 123", "500 10y"));
  EXPECT_THAT(Filtered("", "...$?", record).fields(), ElementsAre("245 10$ax"));
  EXPECT_FALSE(Filtered("...", "", record).changed());
}

}  // namespace
}  // namespace bulkmarc
