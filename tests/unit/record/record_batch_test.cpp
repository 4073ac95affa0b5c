#include "record/record_batch.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "record/internals.hpp"

namespace bulkmarc {
namespace {

Record record_of(std::string_view id) {
  Record record("00000nam  2200000 i 4500");
  record.add_control("001", id).add_data("245", "10", {{'a', "Title"}});
  return record;
}

void fill(RecordBatch& batch, bool is_utf8) {
  RecordBatch::Impl& made = *Internals::of(batch);
  made.begin(3, is_utf8);
  const Record first = record_of("one");
  const Record second = record_of("two");
  made.add(first.view(), 7, 100);
  made.add(second.view(), 9, 200);
}

TEST(RecordBatchTest, ANewOneIsEmptyAndKeepsNoMemory) {
  const RecordBatch batch;
  EXPECT_EQ(batch.size(), 0U);
  EXPECT_EQ(bytes_kept(batch), 0U);
}

TEST(RecordBatchTest, OwnsItsRecordsAndTellsWhereTheyComeFrom) {
  RecordBatch batch;
  fill(batch, false);
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch[0].control_number(), "one");
  EXPECT_EQ(batch[1].control_number(), "two");
  EXPECT_EQ(batch[1].fields()[1].subfield('a'), "Title");
  EXPECT_EQ(batch[0].leader()[9], ' ');
  EXPECT_EQ(batch.number(0), 7U);
  EXPECT_EQ(batch.number(1), 9U);
  EXPECT_EQ(batch.offset(1), 200U);
  EXPECT_EQ(batch.input(1), 3U);
}

TEST(RecordBatchTest, EveryFieldIsFollowedByItsTerminator) {
  RecordBatch batch;
  fill(batch, false);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const RecordView record = batch[i];
    for (const DirectoryEntry& entry : record.directory()) {
      EXPECT_EQ(record.bytes().at(entry.offset + entry.length), kFieldTerminator);
    }
  }
}

TEST(RecordBatchTest, LeadersOfConvertedRecordsSayUtf8) {
  RecordBatch batch;
  fill(batch, true);
  EXPECT_EQ(batch[0].leader(), "00000nam a2200000 i 4500");
  EXPECT_EQ(batch[1].leader(), "00000nam a2200000 i 4500");
}

TEST(RecordBatchTest, ViewsOutliveAMove) {
  RecordBatch batch;
  fill(batch, false);
  const RecordView view = batch[1];
  const RecordBatch moved = std::move(batch);
  EXPECT_EQ(view.control_number(), "two");
  EXPECT_EQ(moved[1].control_number().data(), view.control_number().data());
  EXPECT_EQ(batch.size(), 0U);       // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(bytes_kept(batch), 0U);  // NOLINT(bugprone-use-after-move)
}

TEST(RecordBatchTest, TheMemoryIsUsedAgain) {
  RecordBatch batch;
  fill(batch, false);
  const char* const memory = batch[0].bytes().data();
  fill(batch, false);
  EXPECT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch[0].bytes().data(), memory);
}

}  // namespace
}  // namespace bulkmarc
