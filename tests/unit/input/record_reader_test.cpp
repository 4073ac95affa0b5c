#include "input/record_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/exports.hpp"

namespace bulkmarc {
namespace {

/// The control numbers of all records, batch by batch.
std::vector<std::vector<std::string>> control_numbers(Reader& reader) {
  std::vector<std::vector<std::string>> batches;
  Batch batch;
  std::uint64_t expected_offset = 0;
  while (reader.next(batch)) {
    reader.load(batch);
    auto& numbers = batches.emplace_back();
    for (const BatchRecord& record : batch.items()) {
      EXPECT_EQ(record.offset, expected_offset++);
      numbers.emplace_back(record.view.control_number());
    }
    EXPECT_EQ(batch.stop, expected_offset);
  }
  return batches;
}

std::vector<std::string> flat(const std::vector<std::vector<std::string>>& batches) {
  std::vector<std::string> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

std::vector<std::string> expected_numbers(const std::vector<Record>& records) {
  std::vector<std::string> numbers;
  for (const Record& record : records) numbers.emplace_back(record.view().control_number());
  return numbers;
}

TEST(SpanReaderTest, DealsEveryRecordOnceAndInOrder) {
  const auto records = numbered_records(10);
  SpanReader reader(records, 4096);
  const auto batches = control_numbers(reader);
  EXPECT_EQ(flat(batches), expected_numbers(records));
  EXPECT_GT(batches.size(), 1U);
  EXPECT_TRUE(reader.rereadable());
  EXPECT_EQ(reader.total(), 10U);
}

TEST(IndexedReaderTest, EveryRecordIsMadeFromACleanOne) {
  IndexedReader reader(
      10,
      [](std::uint64_t index, Record& record) {
        EXPECT_EQ(record.view().fields().size(), 0U);
        EXPECT_EQ(record.view().leader(), kDefaultLeader);
        record.set_leader("00000cz  a2200000n  4500");
        record.add_control("001", std::to_string(index));
      },
      4096);
  EXPECT_EQ(flat(control_numbers(reader)),
            (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
}

TEST(PulledReaderTest, EveryRecordIsPulledOnceAndTheEndIsFinal) {
  int calls = 0;
  PulledReader reader(
      [&calls](Record& record) {
        EXPECT_EQ(record.view().fields().size(), 0U);
        record.add_control("001", std::to_string(calls)).add_control("009", std::string(3000, 'x'));
        return ++calls <= 5;
      },
      4096);
  const auto batches = control_numbers(reader);
  EXPECT_EQ(flat(batches), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
  EXPECT_GT(batches.size(), 1U);
  EXPECT_EQ(calls, 6);
  EXPECT_FALSE(reader.rereadable());
}

TEST(RecordReadersTest, NothingToDealIsTheEnd) {
  Batch batch;
  EXPECT_FALSE(SpanReader({}, 4096).next(batch));
  EXPECT_FALSE(IndexedReader(
                   0, [](std::uint64_t, Record&) {}, 4096)
                   .next(batch));
  EXPECT_FALSE(PulledReader([](Record&) { return false; }, 4096).next(batch));
}

}  // namespace
}  // namespace bulkmarc
