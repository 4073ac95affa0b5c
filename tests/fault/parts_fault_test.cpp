#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "fault/faulty_platform.hpp"
#include "support/exports.hpp"
#include "support/parts.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using Files = std::map<std::string, std::string>;

constexpr const char* kManifest = "out.mrc.manifest.json";
constexpr const char* kJournal = ".out.mrc.resume.ndjson";

class PartsFaultTest : public testing::TestWithParam<Compression> {
 protected:
  PartsFaultTest() {
    options_.format = Format::kIso2709;
    options_.compression = GetParam();
    options_.run.threads = 1;
    options_.run.batch_bytes = 4096;
  }

  void run(const PartOptions& parts, bool sync = false) {
    export_records(Source::file(input_), Target::parts(folder_.path("out.mrc"), parts, {.sync = sync}), options_);
  }

  /// The set that parts of that many records make, in a folder that holds nothing else.
  Files set_of(std::uint64_t records) {
    clear();
    run({.records = records});
    return files_of(folder_.path(""));
  }

  void clear() {
    for (const auto& [name, bytes] : files_of(folder_.path(""))) std::filesystem::remove(folder_.path(name));
  }

  /// Runs over an earlier set. Returns what it threw, if it did.
  std::optional<Error> run_over(const Files& earlier, FaultyPlatform& platform) {
    clear();
    for (const auto& [name, bytes] : earlier) folder_.write(name, bytes);
    platform.sync_nothing();
    const PlatformOverride replaced(platform);
    try {
      run({.records = kRecords}, true);
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  }

  /// The name of the part with this number.
  static std::string part(int number) { return "out-0000" + std::to_string(number) + ".mrc"; }

  static constexpr std::uint64_t kRecords = 25;

  TemporaryFolder folder_;
  std::filesystem::path input_ = folder_.write("in.mrc", iso2709(numbered_records(60)));
  ExportOptions options_;
};

TEST_P(PartsFaultTest, WhateverCallFailsAManifestStandsForAWholeSetAndTheRunCanBeResumed) {
  const Files earlier = set_of(12);
  const Files wanted = set_of(kRecords);
  FaultyPlatform counting;
  ASSERT_FALSE(run_over(earlier, counting));
  for (std::size_t i = 0; i < counting.calls().size(); ++i) {
    const std::string what = counting.calls()[i] + ", call " + std::to_string(i);
    FaultyPlatform platform;
    platform.fail_at(i, EIO);
    const std::optional<Error> error = run_over(earlier, platform);
    Files left = files_of(folder_.path(""));
    left.erase(kJournal);
    EXPECT_TRUE(error || left == wanted) << what;
    EXPECT_TRUE(!left.contains(kManifest) || left == wanted || left == earlier) << what;
    for (const auto& [name, bytes] : left) {
      const bool is_whole =
          (wanted.contains(name) && wanted.at(name) == bytes) || (earlier.contains(name) && earlier.at(name) == bytes);
      EXPECT_TRUE(is_whole) << name << ", " << what;
    }
    run({.records = kRecords, .resume = true});
    EXPECT_TRUE(files_of(folder_.path("")) == wanted) << what;
  }
}

TEST_P(PartsFaultTest, EveryPartIsOnTheDiskBeforeTheJournalSaysSo) {
  FaultyPlatform platform;
  ASSERT_FALSE(run_over({}, platform));
  std::vector<std::string> steps;
  for (const std::string& call : platform.calls()) {
    if (call == "fsync" || call == "rename to new" || call == "fsync folder") steps.push_back(call);
  }
  // The journal is begun and the folder has no manifest any more, then come the parts, each with its note, and the
  // manifest.
  const std::vector<std::string> expected = {"fsync",        "fsync folder",  "fsync",        "rename to new",
                                             "fsync folder", "fsync",                                   // the first one
                                             "fsync",        "rename to new", "fsync folder", "fsync",  // the second
                                             "fsync",        "rename to new", "fsync folder", "fsync",  // the third
                                             "fsync",        "rename to new", "fsync folder"};
  EXPECT_EQ(steps, expected);
}

/// Somebody else puts a file in place at a moment of the run: right before the n-th call of a name.
class IntrudedPlatform : public FaultyPlatform {
 public:
  IntrudedPlatform(std::string call, std::ptrdiff_t number, std::function<void()> intrude)
      : call_(std::move(call)), number_(number), intrude_(std::move(intrude)) {}

  int lock(int fd) override {
    intrude_before("lock");
    return FaultyPlatform::lock(fd);
  }
  int flush(int fd) override {
    intrude_before("flush");
    return FaultyPlatform::flush(fd);
  }

 private:
  void intrude_before(const std::string& call) {
    if (call == call_ && std::ranges::count(calls(), call) == number_) intrude_();
  }

  std::string call_;
  std::ptrdiff_t number_;
  std::function<void()> intrude_;
};

TEST_P(PartsFaultTest, WhatSomebodyElsePutsInPlaceDuringARunIsNotPublishedOver) {
  const Files earlier = set_of(12);
  const Files wanted = set_of(kRecords);
  struct Intrusion {
    std::string file;
    Files before;
  };
  // Its parts are three, and five stood before.
  for (const Intrusion& intrusion : {Intrusion{part(1), {}}, Intrusion{part(3), {}}, Intrusion{part(4), {}},
                                     Intrusion{kManifest, {}}, Intrusion{part(1), earlier}, Intrusion{part(3), earlier},
                                     Intrusion{part(5), earlier}, Intrusion{part(6), earlier}}) {
    const std::string what = intrusion.file + (intrusion.before.empty() ? "" : " over an earlier set");
    IntrudedPlatform platform("lock", 1, [&] { folder_.write(intrusion.file, "somebody else's"); });
    const std::optional<Error> error = run_over(intrusion.before, platform);
    ASSERT_TRUE(error) << what;
    EXPECT_EQ(error->code(), ErrorCode::kTargetExists) << what;
    EXPECT_EQ(error->path(), folder_.path(intrusion.file)) << what;
    const Files left = files_of(folder_.path(""));
    EXPECT_EQ(left.at(intrusion.file), "somebody else's") << what;
    EXPECT_TRUE(!left.contains(kManifest) || intrusion.file == kManifest || intrusion.file == part(1)) << what;
    run({.records = kRecords, .resume = true});
    EXPECT_TRUE(files_of(folder_.path("")) == wanted) << what;
  }
}

TEST_P(PartsFaultTest, WhatStandsBeforeARunIsReplaced) {
  const Files wanted = set_of(kRecords);
  const Files others = {{part(1), "old"}, {part(2), "old"}, {part(4), "old"}, {part(5), "old"}, {kManifest, "old"}};
  FaultyPlatform platform;
  EXPECT_FALSE(run_over(others, platform));
  EXPECT_TRUE(files_of(folder_.path("")) == wanted);
}

INSTANTIATE_TEST_SUITE_P(PlainAndCompressed, PartsFaultTest, testing::Values(Compression::kNone, Compression::kZstd),
                         [](const auto& parameter) { return std::string(compression_name(parameter.param)); });

}  // namespace
}  // namespace bulkmarc
