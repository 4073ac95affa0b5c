#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "fault/faulty_platform.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

class DiffFaultTest : public testing::Test {
 protected:
  DiffFaultTest() {
    std::vector<Record> before = numbered_records(60);
    std::vector<Record> after = numbered_records(70);
    after.erase(after.begin());
    after[5].add_data("500", "  ", {{'a', "changed"}});
    old_ = folder_.write("old.mrc", iso2709(before));
    new_ = folder_.write("new.mrc", iso2709(after));
  }

  std::optional<Error> run(Platform& platform) {
    const PlatformOverride replaced(platform);
    DiffTargets targets;
    targets.added.emplace(DiffOutput{Target::file(folder_.path("added")), Format::kMrk});
    targets.changed.emplace(DiffOutput{Target::file(folder_.path("changed")), Format::kMrk});
    targets.deleted.emplace(DiffOutput{Target::file(folder_.path("deleted"))});
    DiffOptions options;
    options.run.threads = 1;
    options.run.batch_bytes = 4096;
    try {
      diff_records(Source::file(old_), Source::file(new_), std::move(targets), options);
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  }

  void write_old_files() {
    for (const char* name : {"added", "changed", "deleted"}) folder_.write(name, "old");
  }
  /// How many of the three are old ones.
  int count_old() {
    int count = 0;
    for (const char* name : {"added", "changed", "deleted"}) count += folder_.read(name) == "old" ? 1 : 0;
    return count;
  }

  TemporaryFolder folder_;
  std::filesystem::path old_;
  std::filesystem::path new_;
};

TEST_F(DiffFaultTest, WhateverCallFailsAllFilesAreOldOrAllAreNew) {
  write_old_files();
  FaultyPlatform observed;
  EXPECT_FALSE(run(observed));
  EXPECT_EQ(count_old(), 0);
  const std::vector<std::string> calls = observed.calls();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const std::string what = calls[i] + ", call " + std::to_string(i);
    write_old_files();
    FaultyPlatform platform;
    platform.fail_at(i, EIO);
    const std::optional<Error> error = run(platform);
    const bool in_place = !error || error->code() == ErrorCode::kOutputSyncFolder;
    EXPECT_EQ(count_old(), in_place ? 0 : 3) << what;
    EXPECT_THAT(folder_.names(), ElementsAre("added", "changed", "deleted", "new.mrc", "old.mrc")) << what;
  }
}

}  // namespace
}  // namespace bulkmarc
