#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "fault/crashing_platform.hpp"
#include "fault/faulty_platform.hpp"
#include "support/exports.hpp"
#include "support/parts.hpp"
#include "support/sanitized.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;
using Action = std::function<void()>;

bool is_part_file(const std::string& name) { return name.starts_with(".") && name.ends_with(".part"); }

/// Lets a run end at each of its calls to the operating system. What is written must be one of what stood before and
/// what a whole run gives, and the next run must leave nothing else.
class CrashTest : public testing::Test {
 protected:
  CrashTest() {
    options_.run.threads = 1;
    options_.run.batch_bytes = 4096;
    options_.format = Format::kIso2709;
  }

  /// Puts these files, and no others, beside the input.
  void put(const Files& files) const {
    for (const auto& entry : fs::directory_iterator(folder_.path(""))) {
      if (entry.path() != input_) fs::remove(entry.path());
    }
    for (const auto& [name, bytes] : files) folder_.write(name, bytes);
  }

  [[nodiscard]] Files files() const { return files_of(folder_.path("")); }

  /// The files of files() that are visible to others.
  [[nodiscard]] Files visible_files() const {
    Files visible = files();
    std::erase_if(visible, [](const auto& file) { return is_part_file(file.first); });
    return visible;
  }

  /// What `run` makes of these files.
  Files completed(const Files& files_before, const Action& run) {
    put(files_before);
    EXPECT_EQ(run_and_crash(kNever, run), Ending::kCompleted);
    return files();
  }

  /// Calls `check` after each crash of `run`, which finds these files. Returns how many there were. A sanitizer makes
  /// each of them slow, and is content with every third.
  std::size_t crash_everywhere(const Files& files_before, const Action& run,
                               const std::function<void(const std::string& what)>& check) {
    constexpr std::size_t kStep = kSanitized ? 3 : 1;
    std::size_t i = 0;
    Ending ending = Ending::kCrashed;
    for (; ending == Ending::kCrashed; i += kStep) {
      put(files_before);
      ending = run_and_crash(i, run);
      check("crash before call " + std::to_string(i));
    }
    EXPECT_EQ(ending, Ending::kCompleted);
    EXPECT_GT(i, 20U);
    return i - 2 * (kStep - 1);
  }

  static constexpr std::size_t kNever = static_cast<std::size_t>(-1);

  TemporaryFolder folder_;
  fs::path input_ = folder_.write("in.mrc", iso2709(numbered_records(60)));
  ExportOptions options_;
};

/// The files, but the reports among them without what differs from run to run: no whole line is missing of them.
Files without_times(Files files) {
  static const std::regex kTime("\"(started|ended|measure|serialize|commit|total)\": [^,\n]*");
  for (auto& [name, bytes] : files) {
    if (name.ends_with(".json")) bytes = std::regex_replace(bytes, kTime, "$1");
  }
  return files;
}

class CrashedFileTest : public CrashTest, public testing::WithParamInterface<Backend> {
 protected:
  CrashedFileTest() { options_.backend = GetParam(); }

  void run() { export_records(Source::file(input_), Target::file(folder_.path("out"), file_options_), options_); }

  /// Expects one of the two files after each crash, and the new one and nothing else after the next run.
  void expect_old_or_new(const Files& old) {
    const Action run_once = [this] { run(); };
    const Files wanted = completed(old, run_once);
    bool was_old = false;
    const std::size_t crashes = crash_everywhere(old, run_once, [&](const std::string& what) {
      const Files left = visible_files();
      EXPECT_TRUE(left == old || left == wanted) << what;
      was_old = was_old || left == old;
      EXPECT_LE(files().size(), left.size() + 1) << what;
      if (file_options_.no_clobber && left == wanted) return;
      EXPECT_EQ(run_and_crash(kNever, run_once), Ending::kCompleted) << what;
      EXPECT_TRUE(files() == wanted) << what;
    });
    EXPECT_TRUE(was_old);
    RecordProperty("crashes", static_cast<int>(crashes));
  }

  FileOptions file_options_;
};

TEST_P(CrashedFileTest, LeavesNoTargetOrTheWholeOne) { expect_old_or_new({}); }

TEST_P(CrashedFileTest, LeavesTheOldTargetOrTheNewOne) { expect_old_or_new({{"out", "old"}}); }

TEST_P(CrashedFileTest, WithoutSyncLeavesTheOldTargetOrTheNewOne) {
  file_options_.sync = false;
  expect_old_or_new({{"out", "old"}});
}

TEST_P(CrashedFileTest, LeavesNoTargetOrTheWholeOneWhereItMayNotClobber) {
  file_options_.no_clobber = true;
  expect_old_or_new({});
}

TEST_P(CrashedFileTest, RemovesWhatOtherRunsHaveLeftOrLeavesItToTheNextOne) {
  const Files old = {{"out", "old"}};
  const Action run_once = [this] { run(); };
  const Files wanted = completed(old, run_once);
  Files with_leftovers = old;
  with_leftovers[".out.0123456789abcdef.part"] = "left";
  with_leftovers[".out.fedcba9876543210.part"] = "left";
  crash_everywhere(with_leftovers, run_once, [&](const std::string& what) {
    EXPECT_TRUE(visible_files() == old || visible_files() == wanted) << what;
    EXPECT_EQ(run_and_crash(kNever, run_once), Ending::kCompleted) << what;
    EXPECT_TRUE(files() == wanted) << what;
  });
}

TEST_P(CrashedFileTest, NeverLeavesANewOutputWithoutItsRejects) {
  std::string damaged = iso2709(numbered_record(61).view());
  damaged.replace(0, 5, "00000");
  folder_.write("in.mrc", iso2709(numbered_records(60)) + damaged);
  options_.run.strict = true;
  options_.run.rejects = folder_.path("rejects");
  const Action run_once = [this] { run(); };
  for (const Files& old : {Files{{"out", "old"}, {"rejects", "old rejects"}}, Files{{"out", "old"}}, Files{}}) {
    const Files wanted = completed(old, run_once);
    ASSERT_EQ(wanted.at("rejects"), damaged);
    Files between = old;
    between["rejects"] = damaged;
    crash_everywhere(old, run_once, [&](const std::string& what) {
      const Files left = visible_files();
      EXPECT_TRUE(left == old || left == between || left == wanted) << what;
      EXPECT_EQ(run_and_crash(kNever, run_once), Ending::kCompleted) << what;
      EXPECT_TRUE(files() == wanted) << what;
    });
  }
}

TEST_P(CrashedFileTest, NeverLeavesANewReportWithoutItsOutput) {
  options_.run.report = folder_.path("report.json");
  const Action run_once = [this] { run(); };
  for (const Files& old : {Files{{"out", "old"}, {"report.json", "old report\n"}}, Files{{"out", "old"}}, Files{}}) {
    const Files wanted = without_times(completed(old, run_once));
    ASSERT_THAT(wanted.at("report.json"), testing::HasSubstr("\"records_exported\": 60"));
    Files between = old;
    between["out"] = wanted.at("out");
    crash_everywhere(old, run_once, [&](const std::string& what) {
      const Files left = without_times(visible_files());
      EXPECT_TRUE(left == old || left == between || left == wanted) << what;
      EXPECT_EQ(run_and_crash(kNever, run_once), Ending::kCompleted) << what;
      EXPECT_TRUE(without_times(files()) == wanted) << what;
    });
  }
}

INSTANTIATE_TEST_SUITE_P(AllWays, CrashedFileTest,
                         testing::Values(Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect),
                         [](const auto& parameter) { return std::string(backend_name(parameter.param)); });

class CrashedPartsTest : public CrashTest, public testing::WithParamInterface<Compression> {
 protected:
  CrashedPartsTest() { options_.compression = GetParam(); }

  void run(PartOptions parts) {
    export_records(Source::file(input_), Target::parts(folder_.path("out.mrc"), std::move(parts)), options_);
  }

  /// Expects that a manifest stands for the set of one of these runs, and that every part is one of them.
  void expect_whole_files(const Files& earlier, const Files& wanted, const std::string& what) const {
    Files left = visible_files();
    left.erase(kJournal);
    EXPECT_TRUE(!left.contains(kManifest) || left == earlier || left == wanted) << what;
    for (const auto& [name, bytes] : left) {
      const auto is_in = [&name, &bytes](const Files& set) { return set.contains(name) && set.at(name) == bytes; };
      EXPECT_TRUE(is_in(earlier) || is_in(wanted)) << name << ", " << what;
    }
  }

  static constexpr const char* kManifest = "out.mrc.manifest.json";
  static constexpr const char* kJournal = ".out.mrc.resume.ndjson";
};

TEST_P(CrashedPartsTest, IsResumedToTheSameSetFromEveryMoment) {
  const Action run_once = [this] { run({.records = 25}); };
  const Action resume = [this] { run({.records = 25, .resume = true}); };
  for (const Files& earlier : {Files{}, completed({}, [this] { run({.records = 12}); })}) {
    const Files wanted = completed(earlier, run_once);
    ASSERT_EQ(wanted.size(), 4U);
    crash_everywhere(earlier, run_once, [&](const std::string& what) {
      expect_whole_files(earlier, wanted, what);
      EXPECT_EQ(run_and_crash(kNever, resume), Ending::kCompleted) << what;
      EXPECT_TRUE(files() == wanted) << what;
    });
  }
}

TEST_P(CrashedPartsTest, IsReplacedByTheNextRunThatDoesNotResumeIt) {
  const Action run_once = [this] { run({.records = 25}); };
  const Files earlier = completed({}, [this] { run({.records = 12}); });
  const Files wanted = completed(earlier, run_once);
  crash_everywhere(earlier, run_once, [&](const std::string& what) {
    EXPECT_EQ(run_and_crash(kNever, run_once), Ending::kCompleted) << what;
    EXPECT_TRUE(files() == wanted) << what;
  });
}

TEST_P(CrashedPartsTest, IsResumedWhereAResumedRunCrashedToo) {
  const Action run_once = [this] { run({.records = 25}); };
  const Action resume = [this] { run({.records = 25, .resume = true}); };
  const Files wanted = completed({}, run_once);
  const std::size_t crashes = crash_everywhere({}, run_once, [](const std::string&) {});
  for (const std::size_t first : {crashes / 2, crashes - 3}) {
    put({});
    ASSERT_EQ(run_and_crash(first, run_once), Ending::kCrashed);
    const Files after_first = files();
    crash_everywhere(after_first, resume, [&](const std::string& what) {
      expect_whole_files({}, wanted, what);
      EXPECT_EQ(run_and_crash(kNever, resume), Ending::kCompleted) << what;
      EXPECT_TRUE(files() == wanted) << what;
    });
  }
}

TEST_P(CrashedPartsTest, GetsTheSameRejectsWhenItIsResumed) {
  std::string damaged = iso2709(numbered_record(61).view());
  damaged.replace(0, 5, "00000");
  folder_.write("in.mrc", damaged + iso2709(numbered_records(60)));
  options_.run.strict = true;
  options_.run.rejects = folder_.path("rejects");
  const Action run_once = [this] { run({.records = 25}); };
  const Action resume = [this] { run({.records = 25, .resume = true}); };
  const Files wanted = completed({}, run_once);
  ASSERT_EQ(wanted.at("rejects"), damaged);
  crash_everywhere({}, run_once, [&](const std::string& what) {
    const Files left = visible_files();
    EXPECT_TRUE(!left.contains(kManifest) || left.contains("rejects")) << what;
    EXPECT_TRUE(!left.contains("rejects") || left.at("rejects") == damaged) << what;
    EXPECT_EQ(run_and_crash(kNever, resume), Ending::kCompleted) << what;
    EXPECT_TRUE(files() == wanted) << what;
  });
}

INSTANTIATE_TEST_SUITE_P(PlainAndCompressed, CrashedPartsTest, testing::Values(Compression::kNone, Compression::kZstd),
                         [](const auto& parameter) { return std::string(compression_name(parameter.param)); });

}  // namespace
}  // namespace bulkmarc
