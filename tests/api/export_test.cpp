#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "platform/platform.hpp"
#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/output_form.hpp"
#include "support/read_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class ExportTest : public testing::Test {
 protected:
  ExportTest() { options_.run.batch_bytes = 4096; }

  /// The code of the Error that the export throws.
  ErrorCode failure(Source source, Target target) {
    try {
      export_records(std::move(source), std::move(target), options_);
    } catch (const Error& error) {
      message_ = error.what();
      return error.code();
    }
    ADD_FAILURE() << "the export did not fail";
    return {};
  }
  Source some_records() { return Source::records(records_); }
  Target file(std::string_view name) { return Target::file(folder_.path(name), {.sync = false}); }

  TemporaryFolder folder_;
  std::vector<Record> records_ = numbered_records(100);
  ExportOptions options_;
  std::string message_;
};

TEST_F(ExportTest, NoRecordsGiveAValidEmptyOutput) {
  const std::vector<std::pair<Format, std::string>> expected = {
      {Format::kIso2709, ""},
      {Format::kMarcXml,
       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
       "<collection xmlns=\"http://www.loc.gov/MARC21/slim\">\n</collection>\n"},
      {Format::kJson, "[\n\n]\n"},
      {Format::kNdjson, ""},
      {Format::kMrk, ""},
  };
  for (const auto& [format, bytes] : expected) {
    options_.format = format;
    for (const Backend backend : {Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect}) {
      options_.backend = backend;
      EXPECT_EQ(export_to_file(Source::records({}), folder_.path("out"), options_).bytes, bytes);
    }
    options_.backend = Backend::kAuto;
    EXPECT_EQ(export_to_memory(Source::file(folder_.write("empty.mrc", "")), options_).bytes, bytes);
  }
}

TEST_F(ExportTest, NoRecordsGiveATableWithoutRows) {
  for (const OutputForm& form : all_output_forms()) {
    if (!form.table) continue;
    const std::string bytes = export_to_memory(Source::records({}), form.options()).bytes;
    EXPECT_TRUE(read_rows(form.format, *form.table, bytes).empty()) << form;
    EXPECT_EQ(bytes.empty(), form.format == Format::kPgCopy || form.format == Format::kNdjson) << form;
  }
}

TEST_F(ExportTest, ATableIsNotAnInput) {
  const fs::path input = folder_.write("in.csv", "record_number\r\n");
  EXPECT_EQ(failure(Source::file(input, {.format = Format::kCsv}), file("out")), ErrorCode::kInvalidOptions);
  EXPECT_EQ(failure(Source::file(input), file("out")), ErrorCode::kNotMarc);
  EXPECT_EQ(failure(Source::file(folder_.path("")), file("out")), ErrorCode::kInputOpen) << "no file of records";
}

TEST_F(ExportTest, RowsAreNumberedThroughTheRunAndItsInputs) {
  const fs::path input = folder_.write("in.mrc", iso2709(records_));
  options_.format = Format::kPgCopy;
  options_.table = Table::of_columns("id=001");
  options_.run.selection.skip = 150;
  options_.run.selection.where = "001~\\5";
  options_.run.selection.limit = 2;
  options_.run.batch_bytes = 4096;
  const fs::path copy = folder_.write("copy.mrc", iso2709(records_));
  EXPECT_EQ(export_to_memory(Source::files({input, copy}), options_).bytes, "151\tnr000051\n152\tnr000052\n");
}

TEST_F(ExportTest, OptionsThatCannotBeAreRefusedBeforeAnythingIsTouched) {
  const std::vector<std::function<void(ExportOptions&)>> mistakes = {
      [](ExportOptions& o) { o.run.threads = -1; },       [](ExportOptions& o) { o.run.threads = 1'000'000; },
      [](ExportOptions& o) { o.run.batch_bytes = 4095; }, [](ExportOptions& o) { o.backend = static_cast<Backend>(9); },
      [](ExportOptions& o) { o.format = Format::kCsv; },  [](ExportOptions& o) { o.table = Table::records(); },
  };
  for (const auto& make_mistake : mistakes) {
    options_ = {};
    make_mistake(options_);
    EXPECT_EQ(failure(some_records(), file("out")), ErrorCode::kInvalidOptions);
  }
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(ExportTest, WhatCanBeReadOnlyOnceCannotBeMapped) {
  options_.backend = Backend::kMapped;
  EXPECT_EQ(failure(Source::pulled([](Record&) { return false; }), file("out")), ErrorCode::kInvalidOptions);
  EXPECT_EQ(failure(some_records(), Target::standard_output()), ErrorCode::kInvalidOptions);
  ASSERT_EQ(::mkfifo(folder_.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(failure(some_records(), file("pipe")), ErrorCode::kInvalidOptions);
  EXPECT_THAT(folder_.names(), ElementsAre("pipe"));
}

TEST_F(ExportTest, WithoutAWishTheBackendFollowsFromSourceAndTarget) {
  EXPECT_EQ(export_to_memory(some_records()).report.backend, UsedBackend::kMemory);
  const Report pulled = export_records(Source::pulled([](Record&) { return false; }), file("out"));
  EXPECT_EQ(pulled.backend, UsedBackend::kStreamed);
  EXPECT_FALSE(pulled.backend_reason.empty());
  const Report chosen = export_records(some_records(), file("out"));
  EXPECT_TRUE(chosen.backend == UsedBackend::kMapped || chosen.backend == UsedBackend::kStreamed);
  EXPECT_FALSE(chosen.backend_reason.empty());
}

TEST_F(ExportTest, ManyThreadsPlaceTheirBytesUnlessTheseGoToTheDiskMeanwhile) {
  const auto chosen = [&](int threads, FileOptions file) {
    options_.run.threads = threads;
    return export_records(some_records(), Target::file(folder_.path("out"), file), options_).backend;
  };
  EXPECT_EQ(chosen(2, {.sync = false}), UsedBackend::kStreamed);
  EXPECT_EQ(chosen(3, {.sync = false}), UsedBackend::kPlaced);
  EXPECT_EQ(chosen(3, {}), UsedBackend::kStreamed);
  EXPECT_EQ(chosen(3, {.keep_cached = true}), UsedBackend::kPlaced);
}

TEST_F(ExportTest, RecordsMadeOnDemandAreMadeOnce) {
  std::atomic<int> made = 0;
  options_.run.threads = 8;
  const Report report =
      export_records(Source::indexed(100, [&](std::uint64_t, Record&) { ++made; }), file("out"), options_);
  EXPECT_EQ(report.backend, UsedBackend::kPlaced);
  EXPECT_EQ(made, 100);
}

TEST_F(ExportTest, AFileSystemInMemoryIsStreamedTo) {
  const fs::path memory = "/dev/shm/bulkmarc-test-" + std::to_string(::getpid());
  struct ::stat status = {};
  if (::stat("/dev/shm", &status) != 0) GTEST_SKIP() << "no /dev/shm";
  options_.run.threads = 8;
  const Report report = export_records(some_records(), Target::file(memory, {.sync = false}), options_);
  fs::remove(memory);
  EXPECT_EQ(report.backend, UsedBackend::kStreamed);
}

TEST_F(ExportTest, AnInputIsNeverItsOwnTarget) {
  const fs::path input = folder_.write("in.mrc", iso2709(records_));
  fs::create_symlink("in.mrc", folder_.path("link.mrc"));
  fs::create_hard_link(input, folder_.path("hard.mrc"));
  const fs::path other = folder_.write("other.mrc", iso2709(records_));
  for (const char* target : {"in.mrc", "link.mrc", "hard.mrc", "./in.mrc"}) {
    EXPECT_EQ(failure(Source::files({other, input}), file(target)), ErrorCode::kTargetIsInput) << target;
  }
  options_.run.rejects = input;
  EXPECT_EQ(failure(Source::file(input), file("out")), ErrorCode::kTargetIsInput);
  EXPECT_EQ(folder_.read("in.mrc"), iso2709(records_));
}

TEST_F(ExportTest, TheRejectsAreNeverTheTarget) {
  folder_.write("out", "old");
  fs::create_symlink("out", folder_.path("link"));
  for (const char* rejects : {"out", "link", "./out"}) {
    options_.run.rejects = folder_.path(rejects);
    EXPECT_EQ(failure(some_records(), file("out")), ErrorCode::kInvalidOptions) << rejects;
  }
  options_.run.rejects = folder_.path("new");
  EXPECT_EQ(failure(some_records(), file("new")), ErrorCode::kInvalidOptions);
  EXPECT_EQ(folder_.read("out"), "old");
  EXPECT_THAT(folder_.names(), ElementsAre("link", "out"));
}

TEST_F(ExportTest, AFolderMayHoldMoreFilesThanAProcessMayOpen) {
  std::vector<Record> expected;
  for (int i = 100; i < 350; ++i) {
    const Record record = numbered_record(static_cast<std::uint64_t>(i));
    expected.push_back(record);
    if (i % 2 == 0) {
      folder_.write(std::to_string(i) + ".mrc", iso2709(record.view()));
    } else {
      options_.format = Format::kNdjson;
      export_records(Source::records(std::span(&record, 1)), file(std::to_string(i) + ".ndjson"), options_);
    }
  }
  folder_.write("999.mrk", "=24\n\n");
  options_.format = Format::kIso2709;
  const Exported exported = export_to_memory(Source::file(folder_.path("")), options_);
  EXPECT_EQ(exported.bytes == iso2709(expected), true);
  ASSERT_EQ(exported.report.rejects.size(), 1U);
  EXPECT_EQ(exported.report.inputs[exported.report.rejects.front().input], folder_.path("999.mrk").string());
}

TEST_F(ExportTest, AMissingInputIsAnErrorAmongAnyNumber) {
  std::vector<fs::path> paths(200, folder_.write("in.mrc", iso2709(records_)));
  paths.push_back(folder_.path("missing.mrc"));
  EXPECT_EQ(failure(Source::files(paths), file("out")), ErrorCode::kInputOpen);
  EXPECT_THAT(message_, HasSubstr("missing.mrc"));
  EXPECT_FALSE(fs::exists(folder_.path("out")));
  EXPECT_EQ(failure(Source::files(std::vector<fs::path>(200, paths.front())), file("in.mrc")),
            ErrorCode::kTargetIsInput);
}

TEST_F(ExportTest, AMissingInputIsAnErrorAndTouchesNothing) {
  folder_.write("out", "old");
  EXPECT_EQ(failure(Source::file(folder_.path("missing.mrc")), file("out")), ErrorCode::kInputOpen);
  EXPECT_THAT(message_, HasSubstr("missing.mrc"));
  EXPECT_EQ(failure(Source::file(folder_.path("")), file("out")), ErrorCode::kInputOpen);
  const fs::path text = folder_.write("text", "This is no MARC at all, just a text of some length.");
  EXPECT_EQ(failure(Source::file(text), file("out")), ErrorCode::kNotMarc);
  EXPECT_EQ(folder_.read("out"), "old");
}

TEST_F(ExportTest, WellFormedInputComesOutByteForByte) {
  const std::string bytes = iso2709(records_);
  options_.format = Format::kIso2709;
  const Exported exported = export_to_memory(Source::file(folder_.write("in.mrc", bytes)), options_);
  EXPECT_EQ(exported.bytes, bytes);
  EXPECT_EQ(exported.report.records_exported, records_.size());
  EXPECT_EQ(exported.report.bytes_read, bytes.size());
  EXPECT_EQ(exported.report.bytes_written, bytes.size());
}

TEST_F(ExportTest, RejectedRecordsAreKeptAsTheyCameAndInTheirOrder) {
  std::string input;
  std::string rejected;
  for (const Record& record : records_) {
    std::string bytes = iso2709(record.view());
    if (rejected.size() < 5000) {
      bytes.replace(0, 5, "00030");
      rejected += bytes;
    }
    input += bytes;
  }
  const fs::path path = folder_.write("in.mrc", input);
  options_.run.strict = true;
  for (const Backend backend : {Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect}) {
    options_.backend = backend;
    options_.run.rejects = folder_.path("rejects.mrc");
    const Report report = export_to_file(Source::file(path), folder_.path("out"), options_).report;
    EXPECT_GT(report.records_rejected, 10U);
    EXPECT_EQ(folder_.read("rejects.mrc"), rejected);
  }
}

TEST_F(ExportTest, WithoutRejectsTheirFileIsEmpty) {
  options_.run.rejects = folder_.write("rejects.mrc", "old");
  export_to_memory(some_records(), options_);
  EXPECT_EQ(folder_.read("rejects.mrc"), "");
}

TEST_F(ExportTest, ACheckCountsWhatAnExportWouldWrite) {
  for (const OutputForm& form : all_output_forms()) {
    options_ = form.options();
    const Exported exported = export_to_memory(some_records(), options_);
    const Report checked = export_records(some_records(), Target::none(), options_);
    EXPECT_EQ(account_of(checked), account_of(exported.report));
    EXPECT_EQ(checked.bytes_written, exported.bytes.size());
    EXPECT_EQ(checked.backend, UsedBackend::kNone);
  }
}

TEST_F(ExportTest, APipeCanBeCheckedToo) {
  const std::string bytes = iso2709(records_);
  const FilledPipe pipe(bytes);
  EXPECT_EQ(export_records(Source::file(pipe.path()), Target::none(), options_).records_exported, records_.size());
}

TEST_F(ExportTest, ANamedPipeGetsTheBytesInOrder) {
  ASSERT_EQ(::mkfifo(folder_.path("pipe").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = folder_.read("pipe"); });
  const Report report = export_records(some_records(), file("pipe"), options_);
  reader.join();
  EXPECT_EQ(got, export_to_memory(some_records(), options_).bytes);
  EXPECT_EQ(report.backend, UsedBackend::kStreamed);
  EXPECT_THAT(folder_.names(), ElementsAre("pipe"));
}

TEST_F(ExportTest, StrictRejectsWhatWouldBeRepaired) {
  records_[7].add_field("500", "no subfields at all");
  const Report repaired = export_to_memory(some_records(), options_).report;
  EXPECT_EQ(repaired.records_repaired, 1U);
  EXPECT_EQ(repaired.records_rejected, 0U);
  options_.run.strict = true;
  const Exported strict = export_to_memory(some_records(), options_);
  EXPECT_EQ(strict.report.records_repaired, 0U);
  EXPECT_EQ(strict.report.records_rejected, 1U);
  EXPECT_EQ(strict.report.rejects.at(0).record, 8U);
  EXPECT_EQ(strict.report.rejects.at(0).code, Reason::kSubfields);
  EXPECT_THAT(strict.bytes, testing::Not(HasSubstr("nr000008")));
}

TEST_F(ExportTest, AStrictExportMayEndWithARejectedRecord) {
  options_.run.strict = true;
  for (const Format format : {Format::kMarcXml, Format::kJson, Format::kNdjson, Format::kMrk}) {
    options_.format = format;
    records_ = numbered_records(3);
    records_.back().add_field("500", std::string(500, 'x'));
    const Exported mapped = export_to_memory(some_records(), options_);
    EXPECT_EQ(mapped.report.records_exported, 2U);
    records_.pop_back();
    EXPECT_EQ(mapped.bytes, export_to_memory(some_records(), options_).bytes);
  }
}

TEST_F(ExportTest, OnlyRejectedRecordsGiveAnEmptyOutput) {
  options_.run.strict = true;
  options_.format = Format::kJson;
  for (Record& record : records_) record.add_field("500", "no subfields");
  const Exported exported = export_to_memory(some_records(), options_);
  EXPECT_EQ(exported.bytes, "[\n\n]\n");
  EXPECT_EQ(exported.report.records_rejected, records_.size());
}

TEST_F(ExportTest, TheFirstExportedRecordMayComeAfterRejectedOnes) {
  options_.run.strict = true;
  options_.format = Format::kJson;
  for (std::size_t i = 0; i < 50; ++i) records_[i].add_field("500", "no subfields");
  const std::span<const Record> good = std::span<const Record>(records_).subspan(50);
  const std::string expected = export_to_memory(Source::records(good), options_).bytes;
  EXPECT_EQ(export_to_memory(some_records(), options_).bytes, expected);
  EXPECT_EQ(export_to_file(some_records(), folder_.path("out"), options_).bytes, expected);
}

TEST_F(ExportTest, MoreThreadsThanRecordsAreNotAProblem) {
  options_.run.threads = 64;
  records_.resize(2);
  EXPECT_EQ(export_to_memory(some_records(), options_).report.records_exported, 2U);
}

TEST_F(ExportTest, SourcesAndTargetsCanBeMoved) {
  Source source = some_records();
  Source moved = std::move(source);
  std::string output;
  Target target = Target::memory(output);
  Target other = Target::none();
  other = std::move(target);
  export_records(std::move(moved), std::move(other), options_);
  EXPECT_EQ(output, export_to_memory(some_records(), options_).bytes);
}

}  // namespace
}  // namespace bulkmarc
