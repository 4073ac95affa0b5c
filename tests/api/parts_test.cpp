#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "output/parts_journal.hpp"
#include "output/sha256.hpp"
#include "platform/platform.hpp"
#include "support/decompress.hpp"
#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/parts.hpp"
#include "support/plain_record.hpp"
#include "support/read_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kManifest = "out.x.manifest.json";
constexpr const char* kJournal = ".out.x.resume.ndjson";

/// Records, of which every 31st has lost its leader and the begin of its directory; not all of them can be repaired.
std::string damaged_file(std::uint64_t count) {
  std::string bytes;
  for (std::uint64_t number = 1; number <= count; ++number) {
    std::string record = iso2709(numbered_record(number).view());
    if (number % 31 == 0) record.replace(0, 60, std::string(60, 'x'));
    bytes += record;
  }
  return bytes;
}

/// Reads a whole file of any form but ISO 2709. Throws where it is none.
void read_part(const OutputForm& form, const std::string& part) {
  if (form.table) {
    read_rows(form.format, *form.table, part);
  } else if (form.format != Format::kIso2709) {
    read_back(form.format, part);
  }
}

/// The operating system, but one rename fails: the one after this many others.
class FailingPlatform final : public Platform {
 public:
  explicit FailingPlatform(int renames) : renames_(renames) {}
  int rename(const char* from, const char* to) override { return fails() ? -EIO : Platform::rename(from, to); }
  int rename_to_new(const char* from, const char* to) override {
    return fails() ? -EIO : Platform::rename_to_new(from, to);
  }
  int exchange(const char* one, const char* other) override { return fails() ? -EIO : Platform::exchange(one, other); }

 private:
  bool fails() { return renames_-- == 0; }

  int renames_;
};

/// The operating system, which counts how often a folder is listed.
class CountingPlatform final : public Platform {
 public:
  int list(const char* folder, std::string_view prefix, std::vector<std::string>& names) override {
    ++lists_;
    return Platform::list(folder, prefix, names);
  }
  [[nodiscard]] int lists() const { return lists_; }

 private:
  std::atomic<int> lists_ = 0;
};

class PartsTest : public testing::Test {
 protected:
  Report run(const PartOptions& parts, const ExportOptions& options = {}, FileOptions file = {.sync = false}) {
    return export_records(Source::file(input_), Target::parts(out_, parts, file), options);
  }

  /// Expects that a run is cut off when this many parts are complete.
  void cut_off_after(int complete, const PartOptions& parts, const ExportOptions& options = {}) {
    FailingPlatform platform(complete);
    const PlatformOverride replaced(platform);
    EXPECT_EQ(error_of(parts, options), ErrorCode::kOutputRename);
  }

  /// The code of the error that ends a run, or nothing.
  std::optional<ErrorCode> error_of(const PartOptions& parts, const ExportOptions& options = {},
                                    FileOptions file = {.sync = false}) {
    try {
      run(parts, options, file);
      return std::nullopt;
    } catch (const Error& error) {
      return error.code();
    }
  }

  std::vector<std::string> read_parts() const {
    std::vector<std::string> parts;
    for (const std::string& name : parts_of_manifest(folder_.read(kManifest))) parts.push_back(folder_.read(name));
    return parts;
  }

  TemporaryFolder folder_;
  std::filesystem::path input_ = folder_.write("in.mrc", damaged_file(500));
  std::filesystem::path out_ = folder_.path("out.x");
};

TEST_F(PartsTest, HoldTheRecordsOfTheOneFileInEveryFormat) {
  for (const OutputForm& form : all_output_forms()) {
    const ExportOptions options = form.options();
    const Exported one = export_to_memory(Source::file(input_), options);
    for (const PartOptions& limits : {PartOptions{.records = 77}, PartOptions{.bytes = 30'000}}) {
      const Report report = run(limits, options);
      const std::vector<std::string> parts = read_parts();
      EXPECT_EQ(report.parts, parts.size());
      EXPECT_GT(report.parts, 5U);
      EXPECT_EQ(report.records_exported, one.report.records_exported);
      EXPECT_TRUE(joined(form, parts) == one.bytes) << form;
      for (const std::string& part : parts) EXPECT_NO_THROW(read_part(form, part)) << form;
      if (form.format == Format::kMarcXml) std::ranges::for_each(parts, require_well_formed_xml);
    }
  }
}

TEST_F(PartsTest, KeepTheLimits) {
  run({.records = 100, .bytes = 40'000});
  for (const std::string& part : read_parts()) EXPECT_LE(part.size(), 40'000U);
  ExportOptions options;
  options.format = Format::kNdjson;
  run({.records = 100}, options);
  const std::vector<std::string> parts = read_parts();
  for (const std::string& part : parts) EXPECT_LE(std::ranges::count(part, '\n'), 100);
  EXPECT_EQ(std::ranges::count(parts.front(), '\n'), 100);
}

TEST_F(PartsTest, AreTheSameForAnyNumberOfThreadsAndBatchSizeAndSource) {
  for (const Compression compression : {Compression::kNone, Compression::kGzip, Compression::kZstd}) {
    ExportOptions options;
    options.compression = compression;
    options.run.threads = 1;
    const std::string account = account_of(run({.bytes = 50'000}, options));
    const auto files = files_of(folder_.path(""));
    for (const auto& [threads, batch_bytes] :
         std::vector<std::tuple<int, std::size_t>>{{2, 4096}, {8, 50'000}, {3, std::size_t{1} << 20}}) {
      options.run.threads = threads;
      options.run.batch_bytes = batch_bytes;
      EXPECT_EQ(account_of(run({.bytes = 50'000}, options)), account);
      EXPECT_TRUE(files_of(folder_.path("")) == files) << threads << " threads, " << batch_bytes;
    }
    const FilledPipe pipe(read_file(input_));
    export_records(Source::file(pipe.path()), Target::parts(out_, {.bytes = 50'000}, {.sync = false}), options);
    EXPECT_TRUE(files_of(folder_.path("")) == files);
  }
}

TEST_F(PartsTest, CompressedPartsHoldWhatThePlainOnesAre) {
  run({.bytes = 50'000});
  const std::vector<std::string> plain = read_parts();
  for (const Compression compression : {Compression::kGzip, Compression::kZstd}) {
    ExportOptions options;
    options.compression = compression;
    run({.bytes = 50'000}, options);
    std::vector<std::string> parts = read_parts();
    for (std::string& part : parts) part = decompress(compression, part);
    EXPECT_TRUE(parts == plain) << compression_name(compression);
  }
}

TEST_F(PartsTest, AnExportOfNothingIsOnePart) {
  write_file(input_, "");
  EXPECT_EQ(run({.records = 1}).parts, 1U);
  EXPECT_THAT(read_back(Format::kMarcXml, read_parts().at(0)), IsEmpty());
}

TEST_F(PartsTest, TheManifestTellsWhatThePartsAre) {
  std::string rejected = iso2709(numbered_record(31).view());
  rejected[rejected.find("fre")] = '\xFF';
  write_file(input_, iso2709(numbered_records(30)) + rejected + iso2709(numbered_records(9)));
  ExportOptions options;
  options.run.strict = true;
  const Report report = run({.records = 30}, options);
  const std::string manifest = folder_.read(kManifest);
  EXPECT_THAT(manifest, HasSubstr(R"("format": "marcxml")"));
  EXPECT_THAT(manifest, HasSubstr(R"("compression": "none")"));
  EXPECT_THAT(manifest, HasSubstr("\"records\": " + std::to_string(report.records_exported)));
  EXPECT_THAT(manifest, HasSubstr("\"bytes\": " + std::to_string(report.bytes_written)));
  EXPECT_THAT(manifest, HasSubstr(R"("file": "out-00002.x")"));
  Sha256 hash;
  hash.add(folder_.read("out-00002.x"));
  EXPECT_THAT(manifest, HasSubstr(hash.digest()));
  // The 31st record is a reject.
  EXPECT_THAT(manifest, HasSubstr(R"("first_record": 32)"));
}

TEST_F(PartsTest, GoWithAFileOfRejects) {
  ExportOptions options;
  options.run.rejects = folder_.path("rejects");
  const Exported one = export_to_memory(Source::file(input_), options);
  const std::string rejects = folder_.read("rejects");
  EXPECT_GT(rejects.size(), 0U);
  const Report report = run({.records = 50}, options);
  EXPECT_EQ(report.records_rejected, one.report.records_rejected);
  EXPECT_EQ(folder_.read("rejects") == rejects, true);
  options.run.rejects = folder_.path("out-00007.x");
  EXPECT_EQ(error_of({.records = 50}, options), ErrorCode::kInvalidOptions);
}

TEST_F(PartsTest, WhatALongerRunHasLeftIsRemoved) {
  run({.records = 20});
  folder_.write("out-20240101.x", "not a part");
  folder_.write("out-00300.x", "nor a stale one");
  EXPECT_EQ(run({.records = 200}).parts, 3U);
  EXPECT_THAT(folder_.names(), UnorderedElementsAre("in.mrc", "out-00001.x", "out-00002.x", "out-00003.x",
                                                    "out-00300.x", "out-20240101.x", kManifest));
}

TEST_F(PartsTest, AnEarlierSetStaysUntilTheFirstNewPartIsComplete) {
  run({.records = 100});
  const auto before = files_of(folder_.path(""));
  cut_off_after(0, {.records = 20});
  EXPECT_EQ(folder_.read("out-00001.x") == before.at("out-00001.x"), true);
  input_ = folder_.path("in.missing");
  EXPECT_EQ(error_of({.records = 20}), ErrorCode::kInputOpen);
  input_ = folder_.write("in.other", "this is no MARC");
  EXPECT_EQ(error_of({.records = 20}), ErrorCode::kNotMarc);
  EXPECT_TRUE(files_of(folder_.path("")).contains("out-00005.x"));
}

TEST_F(PartsTest, ARunThatIsCutOffLeavesWholePartsAndNoManifest) {
  run({.records = 100});
  cut_off_after(3, {.records = 50});
  const auto left = files_of(folder_.path(""));
  EXPECT_FALSE(left.contains(kManifest));
  EXPECT_TRUE(left.contains(kJournal));
  for (const char* name : {"out-00001.x", "out-00002.x", "out-00003.x"}) {
    EXPECT_EQ(read_back(Format::kMarcXml, left.at(name)).size(), 50U) << name;
  }
}

TEST_F(PartsTest, AResumedRunEndsAsIfItHadNotBeenCutOff) {
  for (const Compression compression : {Compression::kNone, Compression::kGzip}) {
    ExportOptions options;
    options.compression = compression;
    options.run.rejects = folder_.path("rejects");
    const std::string account = account_of(run({.records = 50}, options));
    const auto files = files_of(folder_.path(""));
    for (int complete = 1; complete < 12; ++complete) {
      cut_off_after(complete, {.records = 50}, options);
      EXPECT_EQ(account_of(run({.records = 50, .resume = true}, options)), account) << complete;
      EXPECT_TRUE(files_of(folder_.path("")) == files) << complete;
    }
  }
}

TEST_F(PartsTest, AResumedRunDoesNotWriteWhatIsComplete) {
  cut_off_after(4, {.records = 50});
  const auto before = std::filesystem::last_write_time(folder_.path("out-00004.x"));
  struct ::stat first = {};
  platform().stat(folder_.path("out-00004.x").c_str(), first);
  run({.records = 50, .resume = true});
  struct ::stat second = {};
  platform().stat(folder_.path("out-00004.x").c_str(), second);
  EXPECT_EQ(first.st_ino, second.st_ino);
  EXPECT_EQ(std::filesystem::last_write_time(folder_.path("out-00004.x")), before);
}

TEST_F(PartsTest, ARunMayBeCutOffAndResumedAgainAndAgain) {
  run({.records = 50});
  const auto files = files_of(folder_.path(""));
  cut_off_after(2, {.records = 50});
  for (int i = 0; i < 3; ++i) cut_off_after(2, {.records = 50, .resume = true});
  run({.records = 50, .resume = true});
  EXPECT_TRUE(files_of(folder_.path("")) == files);
}

TEST_F(PartsTest, APartThatWasDamagedOrRemovedIsWrittenAgain) {
  run({.records = 50});
  const auto files = files_of(folder_.path(""));
  cut_off_after(5, {.records = 50});
  std::string damaged = folder_.read("out-00003.x");
  damaged[100] ^= 1;
  folder_.write("out-00003.x", damaged);
  std::filesystem::remove(folder_.path("out-00005.x"));
  run({.records = 50, .resume = true});
  EXPECT_TRUE(files_of(folder_.path("")) == files);
}

TEST_F(PartsTest, OtherInputsOrOptionsAreNotResumed) {
  cut_off_after(3, {.records = 50});
  const auto left = files_of(folder_.path(""));
  EXPECT_EQ(error_of({.records = 51, .resume = true}), ErrorCode::kNotResumable);
  EXPECT_EQ(error_of({.records = 50, .bytes = 1 << 20, .resume = true}), ErrorCode::kNotResumable);
  EXPECT_EQ(error_of({.records = 50, .resume = true, .source = "another query"}), ErrorCode::kNotResumable);
  ExportOptions options;
  options.run.strict = true;
  EXPECT_EQ(error_of({.records = 50, .resume = true}, options), ErrorCode::kNotResumable);
  options.run.strict = false;
  options.run.selection.drop_fields = "999";
  EXPECT_EQ(error_of({.records = 50, .resume = true}, options), ErrorCode::kNotResumable);
  write_file(input_, damaged_file(499));
  EXPECT_EQ(error_of({.records = 50, .resume = true}), ErrorCode::kNotResumable);
  EXPECT_TRUE(files_of(folder_.path("")) == left);
}

TEST_F(PartsTest, APipeThatGivesOtherRecordsIsNotResumed) {
  const auto export_piped = [&](const std::string& bytes, bool resume) {
    const FilledPipe pipe(bytes);
    export_records(Source::file(pipe.path()), Target::parts(out_, {.records = 50, .resume = resume}, {.sync = false}));
  };
  const std::string bytes = read_file(input_);
  export_piped(bytes, false);
  const auto files = files_of(folder_.path(""));
  const auto cut = [&] {
    FailingPlatform platform(3);
    const PlatformOverride replaced(platform);
    EXPECT_THROW(export_piped(bytes, false), Error);
  };
  for (const std::string& other : {iso2709(numbered_records(400)), bytes.substr(0, 20'000), std::string()}) {
    cut();
    EXPECT_THROW(export_piped(other, true), Error);
    export_piped(bytes, true);
    EXPECT_TRUE(files_of(folder_.path("")) == files);
  }
}

TEST_F(PartsTest, AnotherTableIsNotResumed) {
  ExportOptions options;
  options.format = Format::kCsv;
  options.table = Table::of_columns("id=001,title=245");
  cut_off_after(3, {.records = 50}, options);
  for (const Table& other :
       {Table::records(), Table::subfields(), Table::of_columns("id=001,title=245$a"),
        Table::of_columns("id=001,title=245", {.separator = "+"}), Table::of_columns("id=001,Title=245"),
        Table::of_columns("id=001,title=245").with_load_id("7")}) {
    options.table = other;
    EXPECT_EQ(error_of({.records = 50, .resume = true}, options), ErrorCode::kNotResumable);
  }
  options.table = Table::of_columns("id=001,title=245");
  EXPECT_EQ(error_of({.records = 50, .resume = true}, options), std::nullopt);
}

TEST_F(PartsTest, WhereThereIsNothingToResumeAllIsExported) {
  run({.records = 50});
  const auto files = files_of(folder_.path(""));
  run({.records = 50, .resume = true});
  EXPECT_TRUE(files_of(folder_.path("")) == files);
}

TEST_F(PartsTest, WithoutResumeAllIsExportedAgain) {
  run({.records = 70});
  const auto files = files_of(folder_.path(""));
  cut_off_after(3, {.records = 50});
  run({.records = 70});
  EXPECT_TRUE(files_of(folder_.path("")) == files);
}

TEST_F(PartsTest, NothingThatExistsIsReplacedWhereThatIsRefused) {
  const FileOptions careful = {.sync = false, .no_clobber = true};
  folder_.write("out.x", "of another kind");
  EXPECT_EQ(error_of({.records = 50}, {}, careful), std::nullopt);
  const auto files = files_of(folder_.path(""));
  EXPECT_EQ(error_of({.records = 50}, {}, careful), ErrorCode::kTargetExists);
  EXPECT_EQ(error_of({.records = 50, .resume = true}, {}, careful), ErrorCode::kTargetExists);
  EXPECT_TRUE(files_of(folder_.path("")) == files);
  for (const char* existing : {"out-00002.x", kManifest}) {
    for (const auto& [name, bytes] : files_of(folder_.path(""))) std::filesystem::remove(folder_.path(name));
    folder_.write(existing, "old");
    EXPECT_EQ(error_of({.records = 50}, {}, careful), ErrorCode::kTargetExists) << existing;
    EXPECT_THAT(folder_.names(), UnorderedElementsAre("in.mrc", existing));
  }
}

TEST_F(PartsTest, ACarefulRunThatWasCutOffIsResumed) {
  run({.records = 50});
  const auto files = files_of(folder_.path(""));
  for (const auto& [name, bytes] : files) std::filesystem::remove(folder_.path(name));
  cut_off_after(3, {.records = 50});
  EXPECT_EQ(error_of({.records = 50, .resume = true}, {}, {.sync = false, .no_clobber = true}), std::nullopt);
  EXPECT_TRUE(files_of(folder_.path("")) == files);
}

TEST_F(PartsTest, TwoRunsCantWriteTheSameParts) {
  const PartsJournal other(folder_.path(kJournal), false);
  EXPECT_EQ(error_of({.records = 50}), ErrorCode::kTargetUnusable);
}

TEST_F(PartsTest, WhatContradictsThemIsRefused) {
  EXPECT_EQ(error_of({}), ErrorCode::kInvalidOptions);
  for (const Backend backend : {Backend::kMapped, Backend::kPlaced, Backend::kDirect}) {
    ExportOptions of_one_file;
    of_one_file.backend = backend;
    EXPECT_EQ(error_of({.records = 1}, of_one_file), ErrorCode::kInvalidOptions);
  }
  out_ = folder_.path("");
  EXPECT_EQ(error_of({.records = 1}), ErrorCode::kInvalidOptions);
  out_ = "/dev/null";
  EXPECT_EQ(error_of({.records = 1}), ErrorCode::kInvalidOptions);
  EXPECT_THAT(folder_.names(), ElementsAre("in.mrc"));
}

TEST_F(PartsTest, AnInputIsNotReplaced) {
  input_ = folder_.write("out-00002.x", read_file(input_));
  EXPECT_EQ(error_of({.records = 50}), ErrorCode::kTargetIsInput);
}

TEST_F(PartsTest, TheFolderIsListedAsOftenForManyPartsAsForOne) {
  const auto lists_of = [this](std::uint64_t records) {
    CountingPlatform platform;
    const PlatformOverride replaced(platform);
    EXPECT_GE(run({.records = records}).parts, 1U);
    return platform.lists();
  };
  const int once = lists_of(1'000'000);
  EXPECT_LE(once, 5);
  EXPECT_EQ(lists_of(5), once);
}

TEST_F(PartsTest, WhatKilledRunsHaveLeftOfAnyPartIsRemoved) {
  for (const char* left : {".out-00001.x.0123456789abcdef.part", ".out-00077.x.0123456789abcdef.part",
                           ".out-123456.x.0123456789abcdef.part"}) {
    folder_.write(left, "left");
  }
  const std::vector<std::string> others = {".out-00001.x.0123.part", ".out-1.x.0123456789abcdef.part",
                                           ".out-00001.y.0123456789abcdef.part", ".out-00001.x.0123456789abcdef.partx"};
  for (const std::string& other : others) folder_.write(other, "other");
  run({.records = 1'000'000});
  const auto names = folder_.names();
  for (const std::string& other : others) EXPECT_THAT(names, testing::Contains(other));
  EXPECT_THAT(names, testing::Not(testing::Contains(testing::AnyOf(".out-00001.x.0123456789abcdef.part",
                                                                   ".out-00077.x.0123456789abcdef.part",
                                                                   ".out-123456.x.0123456789abcdef.part"))));
}

TEST_F(PartsTest, AJournalThatNamesAnotherFileIsRefused) {
  for (const char* name : {"../out-00001.x", "/etc/passwd", "out-00002.x", "", ".."}) {
    cut_off_after(2, {.records = 20});
    std::string journal = folder_.read(kJournal);
    const std::string first = "\"file\":\"out-00001.x\"";
    const std::size_t place = journal.find(first);
    ASSERT_NE(place, std::string::npos);
    folder_.write(kJournal, journal.replace(place, first.size(), "\"file\":\"" + std::string(name) + "\""));
    EXPECT_EQ(error_of({.records = 20, .resume = true}), ErrorCode::kNotResumable) << name;
  }
}

TEST_F(PartsTest, TheReportSaysThatTheyWereWritten) {
  const Report report = run({.records = 50});
  EXPECT_EQ(report.backend, UsedBackend::kStreamed);
  EXPECT_EQ(report.backend_reason, "the output is divided into parts");
  EXPECT_THAT(report.to_text(), HasSubstr("out.x as marcxml in 10 parts"));
}

}  // namespace
}  // namespace bulkmarc
