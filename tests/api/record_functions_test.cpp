#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// What a function of the caller throws.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

bool has_subject(const RecordView& record) {
  for (const FieldView field : record.fields()) {
    if (field.tag() == "650") return true;
  }
  return false;
}

/// Leaves out the subjects, and adds a note.
bool without_subjects(Record& record) {
  record.remove_fields("650");
  record.add_data("500", "  ", {{'a', "Seen."}});
  return true;
}

std::vector<Record> changed(const std::vector<Record>& records, const std::function<bool(Record&)>& change) {
  std::vector<Record> result;
  for (const Record& record : records) {
    Record copy = record;
    if (change(copy)) result.push_back(std::move(copy));
  }
  return result;
}

class RecordFunctionsTest : public testing::Test {
 protected:
  RecordFunctionsTest() {
    options_.run.threads = 2;
    options_.run.batch_bytes = 4096;
    options_.format = Format::kNdjson;
  }

  /// The records; of a file where they might be copied as they stand there.
  Source source() {
    if (options_.format != Format::kIso2709) return Source::records(records_);
    return Source::file(folder_.write("in.mrc", iso2709(records_)));
  }
  Exported run() { return export_to_memory(source(), options_); }
  Exported run_plainly(const std::vector<Record>& records) const {
    ExportOptions plain = options_;
    plain.run = {};
    plain.run.threads = 1;
    return export_to_memory(Source::records(records), plain);
  }

  TemporaryFolder folder_;
  std::vector<Record> records_ = numbered_records(500);
  ExportOptions options_;
};

TEST_F(RecordFunctionsTest, OnlyRecordsOfWhichThePredicateHoldsAreExported) {
  options_.run.predicate = has_subject;
  std::vector<Record> wanted;
  for (const Record& record : records_) {
    if (has_subject(record.view())) wanted.push_back(record);
  }
  for (const Format format : record_formats()) {
    options_.format = format;
    for (const int threads : {1, 8}) {
      options_.run.threads = threads;
      const Exported exported = run();
      EXPECT_TRUE(exported.bytes == run_plainly(wanted).bytes) << format_name(format);
      EXPECT_EQ(exported.report.records_exported, wanted.size());
      EXPECT_EQ(exported.report.records_selected_out, records_.size() - wanted.size());
    }
  }
}

TEST_F(RecordFunctionsTest, ThePredicateIsAskedAboutWhatIsSelectedAndSeesAllFields) {
  options_.run.selection.where = "001~\\7";
  options_.run.selection.drop_fields = "008";
  std::atomic<std::uint64_t> asked = 0;
  options_.run.predicate = [&](const RecordView& record) {
    ++asked;
    EXPECT_NE(record.control_number().find('7'), std::string_view::npos);
    EXPECT_EQ(record.fields()[1].tag(), "008");
    return has_subject(record);
  };
  const Exported exported = run();
  EXPECT_THAT(exported.bytes, testing::Not(HasSubstr("\"008\"")));
  EXPECT_GT(exported.report.records_exported, 0U);
  EXPECT_LT(exported.report.records_exported, asked);
}

TEST_F(RecordFunctionsTest, ChangedRecordsAreWrittenAsIfTheyHadBeenReadSo) {
  options_.run.change = without_subjects;
  for (const Format format : record_formats()) {
    options_.format = format;
    for (const int threads : {1, 8}) {
      options_.run.threads = threads;
      EXPECT_TRUE(run().bytes == run_plainly(changed(records_, without_subjects)).bytes) << format_name(format);
    }
  }
}

TEST_F(RecordFunctionsTest, TheLeaderMayBeChangedAlone) {
  options_.run.change = [](Record& record) {
    record.set_leader("00000cas a2200000 i 4500");
    return true;
  };
  options_.format = Format::kIso2709;
  EXPECT_TRUE(run().bytes == run_plainly(changed(records_, options_.run.change)).bytes);
}

TEST_F(RecordFunctionsTest, ARecordThatIsDroppedCountsAsSelectedOut) {
  options_.run.change = [](Record& record) { return record.view().control_number().ends_with('7'); };
  const Exported exported = run();
  EXPECT_EQ(exported.report.records_exported, 50U);
  EXPECT_EQ(exported.report.records_selected_out, 450U);
  EXPECT_TRUE(exported.bytes == run_plainly(changed(records_, options_.run.change)).bytes);
}

TEST_F(RecordFunctionsTest, ARecordIsChangedAfterFieldsWereLeftOut) {
  options_.run.selection.fields = "001,245$a";
  options_.run.change = [](Record& record) {
    EXPECT_EQ(record.view().fields().size(), 2U);
    record.add_data("650", " 0", {{'a', "New"}});
    return true;
  };
  const Exported exported = run();
  EXPECT_EQ(exported.report.records_exported, 500U);
  EXPECT_THAT(exported.bytes, HasSubstr("\"New\""));
}

TEST_F(RecordFunctionsTest, ARecordThatTheCallerMovesAwayIsANewOne) {
  records_.resize(3);
  std::mutex mutex;
  std::vector<Record> taken;
  options_.run.change = [&](Record& record) {
    const std::scoped_lock lock(mutex);
    taken.push_back(std::move(record));
    return true;
  };
  const Exported exported = run();
  EXPECT_TRUE(exported.bytes == run_plainly(std::vector<Record>(3)).bytes);
  EXPECT_EQ(taken.size(), 3U);
}

TEST_F(RecordFunctionsTest, TheMemoryOfChangedRecordsIsUsedAgain) {
  std::mutex mutex;
  std::set<const void*> memory;
  options_.run.threads = 1;
  options_.run.change = [&](Record& record) {
    const std::scoped_lock lock(mutex);
    memory.insert(record.view().directory().data());
    return true;
  };
  run();
  EXPECT_LT(memory.size(), 50U);
}

class EncodedRecordsTest : public RecordFunctionsTest {
 protected:
  EncodedRecordsTest() {
    records_.assign(1, Record("00000nam  2200000 a 4500"));
    records_[0]
        .add_control("001", "one")
        .add_data("245", "00",
                  {{'a',
                    "Caf\xE2"
                    "e"}});
  }

  void show_titles() {
    options_.run.predicate = [this](const RecordView& record) {
      predicate_saw_ = record.fields()[1].subfield('a');
      return true;
    };
    options_.run.change = [this](Record& record) {
      change_saw_ = record.view().fields()[1].subfield('a');
      leader_seen_ = record.view().leader();
      return true;
    };
  }

  std::string predicate_saw_;
  std::string change_saw_;
  std::string leader_seen_;
};

TEST_F(EncodedRecordsTest, BothSeeUtf8WhereTheOutputIs) {
  show_titles();
  run();
  EXPECT_EQ(predicate_saw_, "Cafe\xCC\x81");
  EXPECT_EQ(change_saw_, "Cafe\xCC\x81");
  EXPECT_EQ(leader_seen_[9], 'a');
}

TEST_F(EncodedRecordsTest, BothSeeTheRecordsEncodingWhereTheOutputKeepsIt) {
  show_titles();
  options_.format = Format::kIso2709;
  const Exported exported = run();
  EXPECT_EQ(predicate_saw_,
            "Caf\xE2"
            "e");
  EXPECT_EQ(change_saw_, predicate_saw_);
  EXPECT_EQ(leader_seen_[9], ' ');
  EXPECT_EQ(exported.bytes, iso2709(records_));
}

TEST_F(EncodedRecordsTest, FindingsOfTheRecordThatWasReadStay) {
  records_[0] = numbered_record(3);
  records_[0].add_data("500", "  ", {{'a', "broken \xC3"}});
  options_.run.change = [](Record& record) {
    record.remove_fields("500");
    record.remove_fields("001");
    return true;
  };
  const Exported exported = run();
  ASSERT_EQ(exported.report.repairs.size(), 1U);
  EXPECT_EQ(exported.report.repairs[0].code, Reason::kInvalidUtf8);
  EXPECT_EQ(exported.report.repairs[0].control_number, "nr000003");
}

TEST_F(EncodedRecordsTest, BytesThatAreNotUtf8BecomeAFinding) {
  records_.assign(1, numbered_record(3));
  options_.run.change = [](Record& record) {
    record.add_data("500", "  ", {{'a', "broken \xC3"}});
    return true;
  };
  Exported exported = run();
  ASSERT_EQ(exported.report.repairs.size(), 1U);
  EXPECT_EQ(exported.report.repairs[0].code, Reason::kInvalidUtf8);
  EXPECT_EQ(exported.report.repairs[0].location.tag, "500");
  EXPECT_THAT(exported.bytes, HasSubstr("broken \xEF\xBF\xBD"));
  options_.run.strict = true;
  exported = run();
  EXPECT_EQ(exported.report.records_rejected, 1U);
}

TEST_F(EncodedRecordsTest, WhatALeaderSaysDoesNotMatterWhereTheOutputIsUtf8) {
  records_.assign(1, numbered_record(3));
  options_.run.change = [](Record& record) {
    record.set_leader("00000nam  2200000 i 4500");
    return true;
  };
  const Exported exported = run();
  EXPECT_THAT(exported.report.repairs, IsEmpty());
  EXPECT_THAT(exported.bytes, HasSubstr("00000nam a2200000 i 4500"));
  EXPECT_THAT(exported.bytes, HasSubstr("Été"));
}

TEST_F(EncodedRecordsTest, WhatIsAddedIsComposed) {
  options_.run.nfc = true;
  options_.run.change = [](Record& record) {
    EXPECT_EQ(record.view().fields()[1].subfield('a'), "Caf\xC3\xA9");
    record.add_data("500", "  ", {{'a', "u\xCC\x88"}});
    return true;
  };
  EXPECT_THAT(run().bytes, HasSubstr("\xC3\xBC"));
}

TEST_F(RecordFunctionsTest, AChangedRecordThatTheFormatCannotExpressIsRejected) {
  records_.resize(5);
  options_.format = Format::kIso2709;
  options_.run.rejects = folder_.path("rejects.mrc");
  options_.run.change = [](Record& record) {
    if (record.view().control_number() == "nr000003") record.add_field("520", std::string(12'000, 'x'));
    return true;
  };
  const Exported exported = run();
  EXPECT_EQ(exported.report.records_exported, 4U);
  ASSERT_EQ(exported.report.rejects.size(), 1U);
  EXPECT_EQ(exported.report.rejects[0].code, Reason::kFieldTooLong);
  EXPECT_EQ(exported.report.rejects[0].record, 3U);
  EXPECT_EQ(folder_.read("rejects.mrc"), iso2709(records_[2].view()));
}

TEST_F(RecordFunctionsTest, DamagedRecordsAreNotShownOrShownAsRepaired) {
  std::string bytes = iso2709(records_);
  for (std::size_t at = 1000; at < bytes.size(); at += 7001) bytes[at] = static_cast<char>(0x1D + at % 3);
  const auto path = folder_.write("damaged.mrc", bytes);
  const Exported plain = export_to_memory(Source::file(path), options_);
  ASSERT_GT(plain.report.records_repaired, 0U);
  options_.run.predicate = [](const RecordView&) { return true; };
  options_.run.change = [](Record&) { return true; };
  expect_same(export_to_memory(Source::file(path), options_), plain);
}

TEST_F(RecordFunctionsTest, ALimitCountsWhatIsLeft) {
  options_.run.predicate = has_subject;
  options_.run.change = [](Record& record) { return record.view().control_number().ends_with('7'); };
  options_.run.selection.limit = 20;
  const Exported exported = run();
  EXPECT_EQ(exported.report.records_exported, 20U);
  options_.run.threads = 8;
  expect_same(run(), exported);
}

TEST_F(RecordFunctionsTest, ASampleIsDrawnOfWhatIsLeft) {
  options_.run.predicate = has_subject;
  options_.run.change = [](Record& record) { return record.view().control_number().ends_with('7'); };
  options_.run.selection.sample = Sample{10, 5};
  const Exported exported = run();
  EXPECT_EQ(exported.report.records_exported, 10U);
  options_.run.threads = 8;
  expect_same(run(), exported);
}

TEST_F(RecordFunctionsTest, ASampleNoticesWhenTheAnswerIsAnotherOne) {
  std::atomic<std::uint64_t> asked = 0;
  options_.run.predicate = [&](const RecordView&) { return ++asked <= 500; };
  options_.run.selection.sample = Sample{10, 5};
  try {
    run();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInputChanged);
  }
}

TEST_F(RecordFunctionsTest, ACheckAsksThemToo) {
  options_.run.predicate = has_subject;
  options_.run.change = [](Record& record) { return record.view().control_number().ends_with('7'); };
  const Report report = export_records(source(), Target::none(), options_);
  EXPECT_EQ(report.records_exported, run().report.records_exported);
  EXPECT_EQ(report.bytes_written, run().bytes.size());
}

TEST_F(RecordFunctionsTest, RowsAndRecordsAreStreamedOfWhatIsLeft) {
  options_.run.predicate = has_subject;
  options_.run.change = without_subjects;
  const std::uint64_t exported = run().report.records_exported;
  RowStream rows(source(), Table::of_columns("subject=650,note=500$a"), options_.run);
  std::uint64_t count = 0;
  for (RowBatch batch; rows.next(batch);) {
    for (std::size_t row = 0; row < batch.rows(); ++row, ++count) {
      EXPECT_TRUE(batch.columns()[1].is_null(row));
      EXPECT_EQ(batch.columns()[2].text(row), "Seen.");
    }
  }
  EXPECT_EQ(count, exported);
  RecordStream stream(source(), options_.run);
  EXPECT_TRUE(run_plainly(records_of(stream)).bytes == run().bytes);
  EXPECT_EQ(stream.report().records_exported, exported);
}

TEST_F(RecordFunctionsTest, WithoutALimitOrASampleEachRecordIsAskedAboutOnce) {
  std::atomic<std::uint64_t> predicates = 0;
  std::atomic<std::uint64_t> changes = 0;
  options_.run.predicate = [&](const RecordView&) { return ++predicates, true; };
  options_.run.change = [&](Record&) { return ++changes, true; };
  run();
  EXPECT_EQ(predicates, 500U);
  EXPECT_EQ(changes, 500U);
}

TEST_F(RecordFunctionsTest, AMappedOutputIsRefused) {
  options_.backend = Backend::kMapped;
  for (const bool is_change : {false, true}) {
    options_.run.predicate = {};
    options_.run.change = {};
    if (is_change) {
      options_.run.change = without_subjects;
    } else {
      options_.run.predicate = has_subject;
    }
    folder_.write("out", "old");
    try {
      export_to_file(source(), folder_.path("out"), options_);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
      EXPECT_THAT(error.what(), HasSubstr("mapped"));
    }
    EXPECT_EQ(folder_.read("out"), "old");
  }
}

TEST_F(RecordFunctionsTest, PartsAreNotResumedWithOtherFunctions) {
  const auto target = [this](bool resume) {
    return Target::parts(folder_.path("out.ndjson"), {.records = 100, .resume = resume}, {.sync = false});
  };
  options_.run.predicate = [](const RecordView& record) {
    if (record.control_number() == "nr000450") throw Refused("cut off");
    return true;
  };
  EXPECT_THROW(export_records(source(), target(false), options_), Refused);
  ASSERT_THAT(folder_.read("out-00001.ndjson"), HasSubstr("Été"));
  const ExportOptions with_predicate = options_;
  options_.run.predicate = {};
  options_.run.change = without_subjects;
  try {
    export_records(source(), target(true), options_);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotResumable);
  }
  options_.run = with_predicate.run;
  options_.run.predicate = [](const RecordView&) { return true; };
  EXPECT_EQ(export_records(source(), target(true), options_).parts, 5U);
}

}  // namespace
}  // namespace bulkmarc
