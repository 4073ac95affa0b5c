#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/rows.hpp"
#include "support/rows_of.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Refused : public std::runtime_error {
 public:
  Refused() : std::runtime_error("the caller refused") {}
};

/// A source that never ends.
Source endless(std::atomic<std::uint64_t>& made) {
  return Source::pulled([&made](Record& record) {
    record.add_control("001", std::to_string(++made));
    return true;
  });
}

class RowStreamTest : public testing::Test {
 protected:
  RowStreamTest() {
    options_.batch_bytes = 4096;
    options_.threads = 2;
  }

  RowStream stream(Source source) const { return {std::move(source), table_, options_}; }
  Source some_records() { return Source::records(records_); }

  /// Expects the rows and the account of an export as ndjson.
  void expect_rows_of_export(const std::function<Source()>& source) {
    const Exported exported = export_to_memory(source(), {.format = Format::kNdjson, .table = table_, .run = options_});
    RowStream rows = stream(source());
    expect_same_lines(lines_of(rows), exported.bytes);
    Report report = rows.report();
    report.bytes_written = exported.report.bytes_written;
    report.bytes_uncompressed = exported.report.bytes_uncompressed;
    EXPECT_EQ(account_of(report), account_of(exported.report));
  }

  TemporaryFolder folder_;
  std::vector<Record> records_ = numbered_records(1000);
  RunOptions options_;
  Table table_ = Table::subfields();
};

TEST_F(RowStreamTest, RowsAreThoseOfAnExport) {
  for (const Table& table :
       {Table::subfields(), Table::records(),
        Table::of_columns(
            "id=001,title=245$a$b,subjects[]=650,none=999,nothing[]=999$a,lang=008/35-37,"
            "day:date=008/0-5,time:timestamp=005,subject:bool=650,fields:count=...,number:int=001/2-#")}) {
    table_ = table;
    for (const int threads : {1, 2, 8}) {
      options_.threads = threads;
      expect_rows_of_export([this] { return some_records(); });
    }
  }
}

TEST_F(RowStreamTest, RowsOfAnInputThatIsReadOnceAreThoseOfAnExport) {
  const auto path = folder_.write("in.xml", export_to_memory(some_records(), {.run = options_}).bytes);
  expect_rows_of_export([&] { return Source::file(path); });
}

TEST_F(RowStreamTest, DamagedRecordsAreRejectedAndRepairedAsInAnExport) {
  std::string bytes = iso2709(records_);
  for (std::size_t at = 1000; at < bytes.size(); at += 7001) bytes[at] = static_cast<char>(0x1D + at % 3);
  const auto path = folder_.write("damaged.mrc", bytes);
  expect_rows_of_export([&] { return Source::file(path); });
  options_.strict = true;
  options_.statistics = true;
  expect_rows_of_export([&] { return Source::file(path); });
}

TEST_F(RowStreamTest, ASelectionIsThatOfAnExport) {
  const auto path = folder_.write("in.mrc", iso2709(records_));
  const auto source = [&] { return Source::file(path); };
  options_.selection.where = "650";
  options_.selection.drop_fields = "008";
  options_.selection.skip = 123;
  options_.selection.limit = 321;
  expect_rows_of_export(source);
  options_.selection.limit.reset();
  options_.selection.sample = Sample{50, 7};
  expect_rows_of_export(source);
  options_.selection = {};
  options_.selection.ids = {"nr000007", "nr000999", "none"};
  expect_rows_of_export(source);
  options_.selection = {};
  options_.selection.limit = 0;
  expect_rows_of_export(source);
}

std::string as_in_log(const ColumnValues& values, ColumnType type, std::size_t row) {
  if (values.is_null(row)) return "~|";
  if (type == ColumnType::kInteger) return std::to_string(values.integers[row]) + "|";
  if (type == ColumnType::kDate) return iso_date(values.integers[row]) + "|";
  if (type == ColumnType::kTimestamp) return iso_timestamp(values.integers[row]) + "|";
  if (type == ColumnType::kText) return std::string(values.text(row)) + "|";
  std::string list = "[";
  for (auto item = values.offsets[row]; item < values.offsets[row + 1]; ++item) {
    list += std::string(values.item(static_cast<std::size_t>(item))) + ";";
  }
  return list + "]|";
}

TEST_F(RowStreamTest, ColumnsHoldWhatTheTableTells) {
  for (const Table& table : {Table::subfields(), Table::records()}) {
    RowStream stream(some_records(), table, options_);
    std::vector<std::string> lines;
    RowBatch batch;
    while (stream.next(batch)) {
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        std::string& line = lines.emplace_back();
        for (std::size_t i = 0; i < batch.columns().size(); ++i) {
          line += as_in_log(batch.columns()[i], table.columns()[i].type, row);
        }
      }
    }
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      for (std::string& line : rows_of(table, records_[i], i + 1).lines) expected.push_back(std::move(line));
    }
    EXPECT_EQ(lines.size(), expected.size());
    EXPECT_EQ(lines == expected, true);
  }
}

TEST_F(RowStreamTest, ASourceWithoutRecordsHasNoBatch) {
  RowStream rows = stream(Source::records({}));
  RowBatch batch;
  EXPECT_FALSE(rows.next(batch));
  EXPECT_FALSE(rows.next(batch));
  EXPECT_EQ(rows.report().records_read, 0U);
}

TEST_F(RowStreamTest, SeveralThreadsGetEachBatchOnceAndInOrder) {
  RowStream rows = stream(some_records());
  std::mutex mutex;
  std::vector<std::string> lines;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      RowBatch batch;
      std::int64_t last = 0;
      while (rows.next(batch)) {
        ASSERT_GT(batch.rows(), 0U);
        EXPECT_GT(batch.columns()[0].integers.front(), last);
        last = batch.columns()[0].integers.back();
        const std::scoped_lock lock(mutex);
        append_lines(lines, batch, table_);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  RowStream again = stream(some_records());
  std::vector<std::string> expected = lines_of(again);
  EXPECT_EQ(rows.report().records_exported, 1000U);
  std::ranges::sort(lines);
  std::ranges::sort(expected);
  EXPECT_EQ(lines == expected, true);
}

TEST_F(RowStreamTest, ARecordIsNeverDividedBetweenBatches) {
  RowStream rows = stream(some_records());
  RowBatch batch;
  std::int64_t last = 0;
  while (rows.next(batch)) {
    EXPECT_EQ(batch.columns()[0].integers.front(), last + 1);
    last = batch.columns()[0].integers.back();
  }
  EXPECT_EQ(last, 1000);
}

TEST_F(RowStreamTest, WhatASourceThrowsReachesEveryThreadThatAsks) {
  std::uint64_t made = 0;
  RowStream rows = stream(Source::pulled([&made](Record& record) {
    if (++made == 777) throw Refused();
    record.add_control("001", std::to_string(made));
    return true;
  }));
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      RowBatch batch;
      try {
        while (rows.next(batch)) continue;
      } catch (const Refused&) {
        ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 3);
  RowBatch batch;
  EXPECT_THROW(rows.next(batch), Refused);
}

TEST_F(RowStreamTest, WhoDoesNotTakeRowsStopsWhoMakesThem) {
  std::atomic<std::uint64_t> made = 0;
  const RowStream rows = stream(endless(made));
  std::uint64_t before = 1;
  while (made != before) {
    before = made;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ASSERT_LT(made, 100'000U);
  }
  EXPECT_GT(made, 0U);
}

TEST_F(RowStreamTest, ADestroyedStreamEndsItsRun) {
  std::atomic<std::uint64_t> made = 0;
  for (const int taken : {0, 1, 20}) {
    RowStream rows = stream(endless(made));
    RowBatch batch;
    for (int i = 0; i < taken; ++i) EXPECT_TRUE(rows.next(batch));
  }
  const std::uint64_t before = made;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(made, before);
}

TEST_F(RowStreamTest, ADestroyedStreamDoesNotWaitForAPipeThatStaysSilent) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string bytes = iso2709(records_);
  ASSERT_GT(::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), static_cast<int>(bytes.size()));
  ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  { const RowStream rows = stream(Source::file("/proc/self/fd/" + std::to_string(ends[0]))); }
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(RowStreamTest, AStreamMayBeMovedAndReplaced) {
  std::atomic<std::uint64_t> made = 0;
  RowStream rows = stream(endless(made));
  RowBatch batch;
  EXPECT_TRUE(rows.next(batch));
  RowStream moved = std::move(rows);
  EXPECT_TRUE(moved.next(batch));
  moved = stream(some_records());
  EXPECT_EQ(lines_of(moved).empty(), false);
  EXPECT_EQ(moved.report().records_exported, 1000U);
}

TEST_F(RowStreamTest, AStopReachesWhoAsks) {
  std::atomic<std::uint64_t> made = 0;
  std::stop_source stop;
  options_.stop = stop.get_token();
  RowStream rows = stream(endless(made));
  RowBatch batch;
  EXPECT_TRUE(rows.next(batch));
  stop.request_stop();
  try {
    while (rows.next(batch)) continue;
    ADD_FAILURE() << "the stream was not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
}

TEST_F(RowStreamTest, RejectsAreKeptWhenAllRowsAreTaken) {
  std::string bytes = iso2709(records_);
  bytes.resize(bytes.size() - 50);
  const auto path = folder_.write("in.mrc", bytes);
  options_.rejects = folder_.path("rejected.mrc");
  {
    RowStream rows = stream(Source::file(path));
    RowBatch batch;
    EXPECT_TRUE(rows.next(batch));
  }
  EXPECT_THAT(folder_.names(), ElementsAre("in.mrc"));
  RowStream rows = stream(Source::file(path));
  lines_of(rows);
  EXPECT_GT(rows.report().records_rejected, 0U);
  options_.rejects = folder_.path("of_export.mrc");
  export_to_memory(Source::file(path), {.format = Format::kNdjson, .run = options_});
  EXPECT_EQ(folder_.read("rejected.mrc"), folder_.read("of_export.mrc"));
}

TEST_F(RowStreamTest, WhatCannotBeUsedIsRefusedAtOnce) {
  const auto failure = [this](Source source) {
    try {
      stream(std::move(source));
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kCancelled;
  };
  EXPECT_EQ(failure(Source::file(folder_.path("missing.mrc"))), ErrorCode::kInputOpen);
  options_.rejects = folder_.write("in.mrc", iso2709(records_));
  EXPECT_EQ(failure(Source::file(*options_.rejects)), ErrorCode::kTargetIsInput);
  options_.rejects.reset();
  options_.threads = -1;
  EXPECT_EQ(failure(some_records()), ErrorCode::kInvalidOptions);
}

TEST_F(RowStreamTest, FewBatchesAreInUse) {
  std::atomic<std::uint64_t> made = 0;
  RowStream rows = stream(endless(made));
  std::set<const void*> memory;
  RowBatch batch;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(rows.next(batch));
    memory.insert(batch.columns()[0].integers.data());
  }
  EXPECT_LT(memory.size(), 100U);
}

TEST_F(RowStreamTest, ABatchServesStreamsOfDifferentTables) {
  RowBatch batch;
  for (const Table& table : {Table::subfields(), Table::of_columns("id=001,subjects[]=650$a"), Table::subfields()}) {
    RowStream rows(some_records(), table, options_);
    while (rows.next(batch)) EXPECT_EQ(batch.columns().size(), table.columns().size());
  }
}

/// A record whose rows repeat a control number of a million characters.
Record record_with_long_rows(std::size_t subfields) {
  Record record;
  record.add_control("001", std::string(std::size_t{1} << 20, 'x'));
  std::vector<SubfieldView> views(subfields, SubfieldView{'a', "v"});
  record.add_data("500", "  ", views);
  return record;
}

TEST_F(RowStreamTest, RowsThatAreTooLongForOneBatchHaveMore) {
  records_.resize(2);
  for (int i = 0; i < 3; ++i) records_.push_back(record_with_long_rows(60));
  records_.push_back(numbered_record(6));
  options_.batch_bytes = std::size_t{16} << 20;
  RowStream rows = stream(some_records());
  RowBatch batch;
  std::int64_t last = 0;
  std::size_t batches = 0;
  for (; rows.next(batch); ++batches) {
    EXPECT_EQ(batch.columns()[0].integers.front(), last + 1);
    last = batch.columns()[0].integers.back();
  }
  EXPECT_EQ(last, 6);
  EXPECT_GT(batches, 1U);
  EXPECT_EQ(rows.report().records_exported, 6U);
}

TEST_F(RowStreamTest, ARecordWhoseRowsAreTooLongIsRejected) {
  records_.resize(3);
  records_[1] = record_with_long_rows(200);
  RowStream rows = stream(some_records());
  RowBatch batch;
  std::set<std::int64_t> numbers;
  while (rows.next(batch)) numbers.insert(batch.columns()[0].integers.begin(), batch.columns()[0].integers.end());
  EXPECT_THAT(numbers, ElementsAre(1, 3));
  ASSERT_EQ(rows.report().rejects.size(), 1U);
  EXPECT_EQ(rows.report().rejects[0].code, Reason::kRowsTooLong);
  EXPECT_EQ(rows.report().rejects[0].record, 2U);
}

/// Three records: with a control number, with a blank one, with none.
std::vector<Record> records_with_and_without_control_number() {
  std::vector<Record> records(3);
  records[0].add_control("001", "first").add_data("245", "00", {{'a', "One"}});
  records[1].add_control("001", "  ").add_data("245", "00", {{'a', "Two"}});
  records[2].add_data("245", "00", {{'a', "Three"}});
  return records;
}

TEST_F(RowStreamTest, ARecordWithoutTheKeyThatIsRequiredIsRejected) {
  records_ = records_with_and_without_control_number();
  for (const Table& table : {Table::subfields(), Table::records(), Table::of_columns("control_number=001")}) {
    RowStream rows(some_records(), table, options_, {.key = "control_number", .key_required = true});
    std::set<std::int64_t> numbers;
    for (RowBatch batch; rows.next(batch);) {
      numbers.insert(batch.columns()[0].integers.begin(), batch.columns()[0].integers.end());
    }
    EXPECT_THAT(numbers, ElementsAre(1));
    ASSERT_EQ(rows.report().rejects.size(), 2U);
    EXPECT_EQ(rows.report().rejects[0].code, Reason::kControlNumber);
    EXPECT_EQ(rows.report().rejects[0].detail, "there is none");
    EXPECT_EQ(rows.report().records_exported, 1U);
  }
}

TEST_F(RowStreamTest, ARecordWhoseKeyIsTooLongIsRejected) {
  records_ = records_with_and_without_control_number();
  RowStream rows(some_records(), table_, options_, {.key = "control_number", .longest_key = 4});
  lines_of(rows);
  ASSERT_EQ(rows.report().rejects.size(), 1U);
  EXPECT_EQ(rows.report().rejects[0].code, Reason::kControlNumber);
  EXPECT_EQ(rows.report().rejects[0].record, 1U);
}

TEST_F(RowStreamTest, AKeyIsAColumnOfTexts) {
  for (const char* key : {"record_number", "none", "subjects"}) {
    EXPECT_THROW(RowStream(some_records(), Table::records(), options_, {.key = key}), Error) << key;
  }
  EXPECT_THROW(RowStream(some_records(), table_, options_, {.mark = "245$"}), Error);
}

TEST_F(RowStreamTest, MarksTheRowsOfRecordsThatMeetACondition) {
  for (const int threads : {1, 4}) {
    options_.threads = threads;
    RowStream rows(some_records(), table_, options_, {.mark = "001~\\7"});
    std::set<std::int64_t> marked;
    std::set<std::int64_t> wanted;
    for (RowBatch batch; rows.next(batch);) {
      const ColumnValues& numbers = batch.columns()[0];
      for (const RowRange& range : batch.marked()) {
        ASSERT_LT(range.begin, range.end);
        ASSERT_LE(range.end, batch.rows());
        for (std::size_t row = range.begin; row < range.end; ++row) marked.insert(numbers.integers[row]);
      }
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        if (batch.columns()[1].text(row).find('7') != std::string_view::npos) wanted.insert(numbers.integers[row]);
      }
    }
    EXPECT_EQ(marked, wanted);
    EXPECT_GT(marked.size(), 100U);
  }
}

TEST_F(RowStreamTest, ProgressIsReportedAndWhatItThrowsReachesTheCaller) {
  std::atomic<std::uint64_t> told = 0;
  options_.progress = [&](const Progress& progress) { told = progress.records; };
  RowStream rows = stream(some_records());
  lines_of(rows);
  EXPECT_EQ(told, 1000U);
  options_.progress = [](const Progress&) { throw Refused(); };
  RowStream refused = stream(some_records());
  EXPECT_THROW(lines_of(refused), Refused);
}

}  // namespace
}  // namespace bulkmarc
