#include "select/field_index.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/record.hpp>

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FieldIndexTest : public testing::Test {
 protected:
  static TagPattern pattern(std::string_view tag) { return {{tag[0], tag[1], tag[2]}}; }

  template <class Fields>
  static std::vector<std::string> found(const Fields& fields, std::string_view tag) {
    std::vector<std::string> found;
    EXPECT_TRUE(each_with_tag(pattern(tag), fields, [&](const FieldView& field) {
      found.emplace_back(field.bytes());
      return true;
    }));
    return found;
  }

  /// One field for each tag, with its place as its data.
  static Record record_of(const std::vector<std::string>& tags) {
    Record record("00000cam a2200000 i 4500");
    for (const std::string& tag : tags) record.add_field(tag, std::to_string(record.view().fields().size()));
    return record;
  }

  FieldIndex index_;
};

TEST_F(FieldIndexTest, FieldsOfOneTagComeInTheOrderOfTheRecord) {
  const Record record = record_of({"650", "001", "650", "245", "650"});
  index_.set_record(record.view());
  EXPECT_THAT(found(index_, "650"), ElementsAre("0", "2", "4"));
  EXPECT_THAT(found(index_, "001"), ElementsAre("1"));
  EXPECT_THAT(found(index_, "651"), IsEmpty());
}

TEST_F(FieldIndexTest, TagsThatShareABucketAreToldApart) {
  const Record record = record_of({"001", "p01", "00A", "00Q", "q01", "001"});
  index_.set_record(record.view());
  EXPECT_THAT(found(index_, "001"), ElementsAre("0", "5"));
  EXPECT_THAT(found(index_, "p01"), ElementsAre("1"));
  EXPECT_THAT(found(index_, "00A"), ElementsAre("2"));
  EXPECT_THAT(found(index_, "00Q"), ElementsAre("3"));
}

TEST_F(FieldIndexTest, ATagOfManyFindsWhatAWalkFinds) {
  const Record record = record_of({"100", "651", "111", "650", "1AB", "LKR"});
  index_.set_record(record.view());
  for (const char* tag : {"1..", "65.", "...", "..R", "1.1"}) {
    EXPECT_EQ(found(index_, tag), found(record.view().fields(), tag)) << tag;
  }
}

TEST_F(FieldIndexTest, NothingIsLeftOfTheRecordBefore) {
  const Record longer = record_of({"245", "650", "650", "700"});
  index_.set_record(longer.view());
  const Record shorter = record_of({"700"});
  index_.set_record(shorter.view());
  EXPECT_THAT(found(index_, "700"), ElementsAre("0"));
  EXPECT_THAT(found(index_, "650"), IsEmpty());
  index_.set_record(Record().view());
  EXPECT_THAT(found(index_, "700"), IsEmpty());
}

TEST_F(FieldIndexTest, StopsWhenNoMoreFieldsAreTaken) {
  const Record record = record_of({"650", "650", "650"});
  index_.set_record(record.view());
  std::size_t asked = 0;
  EXPECT_FALSE(each_with_tag(pattern("650"), index_, [&](const FieldView&) { return ++asked < 2; }));
  EXPECT_EQ(asked, 2U);
}

}  // namespace
}  // namespace bulkmarc
