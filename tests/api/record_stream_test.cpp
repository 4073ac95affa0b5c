#include <algorithm>
#include <cstdint>
#include <mutex>
#include <ranges>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

static_assert(std::ranges::input_range<RecordStream>);

class RecordStreamTest : public testing::Test {
 protected:
  RecordStreamTest() {
    options_.batch_bytes = 4096;
    options_.threads = 2;
  }

  RecordStream stream(Source source) const { return RecordStream(std::move(source), options_, record_options_); }
  Source some_records() { return Source::records(records_); }

  /// Expects the records and the account of an export as ndjson.
  void expect_records_of_export(const std::function<Source()>& source) {
    const Exported expected = export_to_memory(source(), {.format = Format::kNdjson, .run = options_});
    RecordStream records = stream(source());
    const std::vector<Record> handed_over = records_of(records);
    EXPECT_EQ(handed_over.size(), expected.report.records_exported);
    EXPECT_TRUE(export_to_memory(Source::records(handed_over), {.format = Format::kNdjson}).bytes == expected.bytes);
    Report report = records.report();
    report.bytes_written = expected.report.bytes_written;
    report.bytes_uncompressed = expected.report.bytes_uncompressed;
    EXPECT_EQ(account_of(report), account_of(expected.report));
  }

  TemporaryFolder folder_;
  std::vector<Record> records_ = numbered_records(1000);
  RunOptions options_;
  RecordOptions record_options_;
};

TEST_F(RecordStreamTest, RecordsAreThoseOfTheSource) {
  for (const int threads : {1, 2, 8}) {
    options_.threads = threads;
    RecordStream stream = this->stream(some_records());
    std::size_t count = 0;
    for (const RecordView record : stream) {
      ASSERT_LT(count, records_.size());
      ASSERT_EQ(record.bytes(), records_[count++].view().bytes());
    }
    EXPECT_EQ(count, records_.size());
    EXPECT_EQ(stream.report().records_exported, records_.size());
  }
}

TEST_F(RecordStreamTest, FilesOfAnyFormatHaveTheSameRecords) {
  for (const Format format : record_formats()) {
    for (const Compression compression : {Compression::kNone, Compression::kGzip, Compression::kZstd}) {
      const auto path = folder_.path("in");
      export_to_file(some_records(), path, {.format = format, .compression = compression, .run = options_});
      expect_records_of_export([&] { return Source::file(path, {.format = format}); });
    }
  }
}

// What a format itself repairs is no finding here. The matrix compares all findings.
TEST_F(RecordStreamTest, DamagedRecordsAreRejectedAndRepaired) {
  std::string bytes = iso2709(records_);
  for (std::size_t at = 1000; at < bytes.size(); at += 7001) bytes[at] = static_cast<char>(0x1D + at % 3);
  const auto path = folder_.write("damaged.mrc", bytes);
  const Exported exported = export_to_memory(Source::file(path), {.format = Format::kNdjson, .run = options_});
  RecordStream records = stream(Source::file(path));
  EXPECT_TRUE(export_to_memory(Source::records(records_of(records)), {.format = Format::kNdjson}).bytes ==
              exported.bytes);
  EXPECT_EQ(records.report().records_read, exported.report.records_read);
  EXPECT_EQ(records.report().records_rejected, exported.report.records_rejected);
  EXPECT_GT(records.report().records_repaired, 0U);
  options_.strict = true;
  RecordStream unrepaired = stream(Source::file(path));
  EXPECT_EQ(records_of(unrepaired).size(), records.report().records_exported - records.report().records_repaired);
}

TEST_F(RecordStreamTest, EveryFieldIsWithinItsRecordAndFollowedByATerminator) {
  std::string bytes = iso2709(records_);
  for (std::size_t at = 1000; at < bytes.size(); at += 701) bytes[at] = static_cast<char>(0x1D + at % 3);
  RecordStream records = stream(Source::file(folder_.write("damaged.mrc", bytes)));
  for (const RecordView record : records) {
    ASSERT_EQ(record.leader().size(), kLeaderLength);
    for (const DirectoryEntry& entry : record.directory()) {
      ASSERT_LT(std::size_t{entry.offset} + entry.length, record.bytes().size());
      ASSERT_EQ(record.bytes()[entry.offset + entry.length], kFieldTerminator);
    }
  }
  EXPECT_GT(records.report().records_repaired, 0U);
}

TEST_F(RecordStreamTest, ASelectionIsThatOfAnExport) {
  const auto path = folder_.write("in.mrc", iso2709(records_));
  const auto source = [&] { return Source::file(path); };
  options_.selection.where = "650";
  options_.selection.drop_fields = "008";
  options_.selection.skip = 123;
  options_.selection.limit = 321;
  expect_records_of_export(source);
  options_.selection.limit.reset();
  options_.selection.sample = Sample{50, 7};
  expect_records_of_export(source);
  options_.selection = {};
  options_.selection.ids = {"nr000007", "nr000999", "none"};
  expect_records_of_export(source);
  options_.selection = {};
  options_.selection.limit = 0;
  expect_records_of_export(source);
}

std::vector<Record> records_in_marc8() {
  std::vector<Record> records(1, Record("00000nam  2200000 a 4500"));
  records[0]
      .add_control("001", "one")
      .add_data("245", "00",
                {{'a',
                  "Caf\xE2"
                  "e"}});
  return records;
}

TEST_F(RecordStreamTest, TextIsConvertedToUtf8AndTheLeaderSaysSo) {
  records_ = records_in_marc8();
  for (const bool from_file : {false, true}) {
    RecordStream records =
        stream(from_file ? Source::file(folder_.write("in.mrc", iso2709(records_))) : some_records());
    const std::vector<Record> converted = records_of(records);
    ASSERT_EQ(converted.size(), 1U);
    EXPECT_EQ(converted[0].view().leader()[9], 'a');
    EXPECT_EQ(converted[0].view().fields()[1].subfield('a'), "Cafe\xCC\x81");
    const Report again = export_records(Source::records(converted), Target::none());
    EXPECT_EQ(again.records_repaired, 0U);
  }
}

TEST_F(RecordStreamTest, CharactersAreComposedWhereThatIsAskedFor) {
  records_ = records_in_marc8();
  options_.nfc = true;
  RecordStream records = stream(some_records());
  EXPECT_EQ(records_of(records).at(0).view().fields()[1].subfield('a'), "Caf\xC3\xA9");
  record_options_.to_utf8 = false;
  EXPECT_THROW(stream(some_records()), Error);
}

TEST_F(RecordStreamTest, RecordsKeepTheirEncodingWhereThatIsAskedFor) {
  records_ = records_in_marc8();
  record_options_.to_utf8 = false;
  RecordStream records = stream(some_records());
  EXPECT_EQ(records_of(records).at(0).view().bytes(), records_[0].view().bytes());
}

TEST_F(RecordStreamTest, ASourceWithoutRecordsIsAnEmptyRange) {
  RecordStream records = stream(Source::records({}));
  EXPECT_TRUE(records.begin() == RecordStream::end());
}

TEST_F(RecordStreamTest, ABatchTellsWhereItsRecordsComeFrom) {
  const std::string bytes = iso2709(records_);
  const std::vector<std::filesystem::path> paths = {folder_.write("a.mrc", bytes), folder_.write("b.mrc", bytes)};
  options_.selection.where = "001~\\7";
  RecordStream records = stream(Source::files(paths));
  ASSERT_THAT(records.inputs(), ElementsAre(paths[0].string(), paths[1].string()));
  std::uint64_t last = 0;
  for (RecordBatch batch; records.next(batch);) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      EXPECT_GT(batch.number(i), last);
      last = batch.number(i);
      ASSERT_LT(batch.input(i), 2U);
      const std::uint64_t number_in_file = last - batch.input(i) * records_.size();
      ASSERT_LE(number_in_file, records_.size());
      const std::string expected = iso2709(records_[static_cast<std::size_t>(number_in_file) - 1].view());
      EXPECT_EQ(bytes.compare(static_cast<std::size_t>(batch.offset(i)), expected.size(), expected), 0);
      EXPECT_EQ(batch[i].control_number(),
                records_[static_cast<std::size_t>(number_in_file) - 1].view().control_number());
    }
  }
  EXPECT_GT(last, records_.size());
  EXPECT_EQ(records.report().inputs, records.inputs());
}

TEST_F(RecordStreamTest, SeveralLoopsGetEachRecordOnce) {
  RecordStream records = stream(some_records());
  std::mutex mutex;
  std::multiset<std::string> seen;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (const RecordView record : records) {
        const std::scoped_lock lock(mutex);
        seen.emplace(record.control_number());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::multiset<std::string> expected;
  for (const Record& record : records_) expected.emplace(record.view().control_number());
  EXPECT_EQ(seen == expected, true);
}

TEST_F(RecordStreamTest, ALoopThatIsLeftEarlyHasTakenItsBatch) {
  RecordStream records = stream(some_records());
  for (const RecordView record : records) {
    EXPECT_EQ(record.control_number(), "nr000001");
    break;
  }
  const std::vector<Record> rest = records_of(records);
  EXPECT_LT(rest.size(), 1000U);
  EXPECT_EQ(rest.back().view().control_number(), "nr001000");
  EXPECT_EQ(records.report().records_exported, 1000U);
}

TEST_F(RecordStreamTest, IsARangeForStandardAlgorithms) {
  const auto has_subject = [](const RecordView& record) { return record.fields().size() > 3; };
  RecordStream records = stream(some_records());
  EXPECT_EQ(std::ranges::count_if(records, has_subject),
            std::ranges::count_if(records_, has_subject, [](const Record& record) { return record.view(); }));
}

TEST_F(RecordStreamTest, ViewsOutliveTheStreamInTheirBatch) {
  RecordBatch batch;
  {
    RecordStream records = stream(some_records());
    EXPECT_TRUE(records.next(batch));
  }
  EXPECT_EQ(batch[0].bytes(), records_[0].view().bytes());
}

TEST_F(RecordStreamTest, RecordsThatAreTooLongForOneBatchHaveMore) {
  records_.resize(3);
  for (int i = 0; i < 8; ++i) {
    records_.push_back(numbered_record(4));
    records_.back().add_field("520", std::string(3'000'000, 'x'));
  }
  records_.push_back(numbered_record(5));
  for (const std::size_t batch_bytes : {std::size_t{4096}, std::size_t{16} << 10}) {
    options_.batch_bytes = batch_bytes;
    RecordStream records = stream(some_records());
    RecordBatch batch;
    std::uint64_t last = 0;
    std::size_t batches = 0;
    for (; records.next(batch); ++batches) {
      std::size_t bytes = 0;
      for (std::size_t i = 0; i < batch.size(); ++i) {
        EXPECT_EQ(batch.number(i), ++last);
        EXPECT_EQ(batch[i].bytes(), records_[static_cast<std::size_t>(last) - 1].view().bytes());
        bytes += batch[i].bytes().size();
      }
      EXPECT_LT(bytes, 3'100'000U);
    }
    EXPECT_EQ(last, records_.size());
    EXPECT_GE(batches, 8U);
    EXPECT_EQ(records.report().records_exported, records_.size());
  }
}

TEST_F(RecordStreamTest, TheReportSaysThatRecordsWereHandedOver) {
  options_.report = folder_.path("report.json");
  RecordStream records = stream(some_records());
  records_of(records);
  EXPECT_EQ(records.report().output, "records");
  EXPECT_EQ(records.report().backend, UsedBackend::kNone);
  EXPECT_THAT(folder_.read("report.json"), testing::HasSubstr("records are handed over"));
}

}  // namespace
}  // namespace bulkmarc
